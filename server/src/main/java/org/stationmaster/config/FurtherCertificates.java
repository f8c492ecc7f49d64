package org.stationmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code tls.certificates}: a list of maps. */
final class FurtherCertificates {
  static final ValueType<List<CertificateSettings>> TYPE = new ValueType<>(
      "list of {certificate: file, key: file, passphrase-file: file, passphrase-environment: variable}",
      ValueType.Form.LIST, (node, home) -> new FurtherCertificates(home).read(node), FurtherCertificates::write);

  private static final String EXAMPLE = "{certificate: keys/other.pem, key: keys/other-key.pem}";

  private final Path home;
  private final List<BadValue.Flaw> flaws = new ArrayList<>();

  private FurtherCertificates(Path home) {
    this.home = home;
  }

  private List<CertificateSettings> read(Node node) throws BadValue {
    if (!(node instanceof SequenceNode sequence)) {
      throw new BadValue(node, "is not a list of certificates; write e.g. [" + EXAMPLE + "]");
    }
    List<CertificateSettings> certificates = new ArrayList<>();
    Set<Path> files = new HashSet<>();
    sequence.getValue().forEach(part -> readOne(part).ifPresent(one -> {
      if (!files.add(one.certificate())) {
        refuse(part, "has the file of another certificate of this list; remove one");
      }
      certificates.add(one);
    }));
    if (!flaws.isEmpty()) {
      throw new BadValue(flaws);
    }
    return List.copyOf(certificates);
  }

  private Optional<CertificateSettings> readOne(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      refuse(node, "is not a certificate; write e.g. " + EXAMPLE);
      return Optional.empty();
    }
    Optional<Path> certificate = Optional.empty();
    Optional<Path> key = Optional.empty();
    List<Passphrase> passphrases = new ArrayList<>();
    int before = flaws.size();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!seen.add(Yaml.show(tuple.getKeyNode()))) {
        refuse(tuple.getKeyNode(), "is given twice for the same certificate; remove one");
      }
      Node value = tuple.getValueNode();
      switch (Yaml.show(tuple.getKeyNode())) {
        case "certificate" -> certificate = readAs(ValueTypes.FILE, value);
        case "key" -> key = readAs(ValueTypes.FILE, value);
        case "passphrase-file" -> readAs(ValueTypes.FILE, value).map(Passphrase.FromFile::new)
            .ifPresent(passphrases::add);
        case "passphrase-environment" -> readAs(ValueTypes.VARIABLE_NAME, value).map(Passphrase.FromEnvironment::new)
            .ifPresent(passphrases::add);
        default -> refuse(tuple.getKeyNode(), "is no key of a certificate; use certificate, key, passphrase-file and"
            + " passphrase-environment");
      }
    }
    if (flaws.size() == before && certificate.isEmpty()) {
      refuse(node, "needs the file of a certificate; write e.g. " + EXAMPLE);
    }
    if (passphrases.size() > 1) {
      refuse(node, "has two places for the same passphrase; keep passphrase-file or passphrase-environment");
    }
    return flaws.size() > before ? Optional.empty() : Optional.of(new CertificateSettings(certificate.get(), key,
        passphrases.isEmpty() ? new Passphrase.None() : passphrases.getFirst()));
  }

  private <T> Optional<T> readAs(ValueType<T> type, Node node) {
    try {
      return Optional.of(type.reader().read(node, home));
    } catch (BadValue e) {
      flaws.addAll(e.flaws());
      return Optional.empty();
    }
  }

  private void refuse(Node node, String sentence) {
    flaws.add(new BadValue.Flaw(node, sentence));
  }

  private static String write(List<CertificateSettings> certificates) {
    return certificates.stream().map(one -> "{certificate: " + Yaml.quoted(one.certificate().toString())
        + one.key().map(key -> ", key: " + Yaml.quoted(key.toString())).orElse("") + switch (one.passphrase()) {
          case Passphrase.None _ -> "";
          case Passphrase.FromFile(Path file) -> ", passphrase-file: " + Yaml.quoted(file.toString());
          case Passphrase.FromEnvironment(String variable) -> ", passphrase-environment: " + variable;
        } + "}").collect(Collectors.joining(", ", "[", "]"));
  }
}
