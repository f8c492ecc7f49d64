package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.Passphrase;

/**
 * The server's certificate in the folder of keys, as an operator exchanges it: {@code server.pem} and
 * {@code server-key.pem}. Former ones are kept in its folder {@code former}.
 */
public final class CertificateFiles {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);

  private final Path folder;

  /** Changes nothing yet. */
  public CertificateFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * What serves from now on.
   *
   * @param chain as it is sent
   * @param former the files that were there before, where they are now
   * @param warnings about what was given
   */
  public record Installed(List<X509Certificate> chain, List<Path> former, List<String> warnings) {
  }

  /**
   * What goes to a public authority.
   *
   * @param request in PEM
   * @param file where it is
   * @param key the file of its private key
   * @param isKeyNew whether that was made just now
   */
  public record Requested(String request, Path file, Path key, boolean isKeyNew) {
  }

  /** Where the chain is. */
  public Path certificate() {
    return folder.resolve("server.pem");
  }

  /** Where its private key is. */
  public Path key() {
    return folder.resolve("server-key.pem");
  }

  private Path requestKey() {
    return folder.resolve("request-key.pem");
  }

  /**
   * Issues a certificate of an authority of one's own, which is made where it is missing, for the present key of the
   * server, or a new one where there is none.
   *
   * @param authority folder of {@code root.pem}, {@code root-key.pem} and, if there is one, {@code intermediate.pem}
   *     and {@code intermediate-key.pem}
   * @param name of an authority that is made
   * @param hasIntermediate whether one that is made has an intermediate, so that the key of the root can be put away
   * @param names of the server
   */
  public Installed create(Path authority, String name, boolean hasIntermediate, List<String> names, Duration validity)
      throws KeyMaterialException {
    List<ServerName> wanted = names(names);
    KeyFiles.createFolder(folder);
    KeyFiles.createFolder(authority);
    CertificateAuthority issuer = authority(authority, name, hasIntermediate);
    KeyPair pair = Files.exists(key()) ? read(key()) : CertificateAuthority.newKey();
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(issuer.issue(pair.getPublic(), wanted, validity));
    // A root behind an intermediate is only weight; right behind the server it tells who has signed.
    chain.addAll(issuer.chain().size() > 1 ? issuer.chain().subList(0, issuer.chain().size() - 1) : issuer.chain());
    return install(pair, chain, List.of());
  }

  private CertificateAuthority authority(Path where, String name, boolean hasIntermediate)
      throws KeyMaterialException {
    Path root = where.resolve("root.pem");
    Path rootKey = where.resolve("root-key.pem");
    Path below = where.resolve("intermediate.pem");
    Path belowKey = where.resolve("intermediate-key.pem");
    if (Files.exists(root)) {
      X509Certificate certificate = certificateIn(root);
      if (Files.exists(below)) {
        return new CertificateAuthority(List.of(certificateIn(below), certificate),
            keyOf(certificateIn(below), belowKey).getPrivate());
      }
      if (hasIntermediate) {
        throw new KeyMaterialException("is an authority without an intermediate; name another folder to make one "
            + "(--authority)").of(root);
      }
      return new CertificateAuthority(List.of(certificate), keyOf(certificate, rootKey).getPrivate());
    }
    KeyPair pair = CertificateAuthority.newKey();
    CertificateAuthority made = CertificateAuthority.root(pair, name, AUTHORITY_VALIDITY, hasIntermediate ? 1 : 0);
    create(rootKey, pair);
    Optional<CertificateAuthority> intermediate = Optional.empty();
    if (hasIntermediate) {
      KeyPair second = CertificateAuthority.newKey();
      intermediate = Optional.of(made.intermediate(second, name + " Intermediate"));
      create(belowKey, second);
      create(below, List.of(intermediate.get().certificate()));
    }
    create(root, made.chain());
    return intermediate.orElse(made);
  }

  private static X509Certificate certificateIn(Path file) throws KeyMaterialException {
    return certificatesIn(file).stream().findFirst()
        .orElseThrow(() -> new KeyMaterialException("holds no certificate").of(file));
  }

  /**
   * The certificates in a PEM file, in their order there; none if it holds something else.
   */
  public static List<X509Certificate> certificatesIn(Path file) throws KeyMaterialException {
    try {
      return CertificateChain.parse(PemBlock.all(KeyFiles.text(KeyFiles.read(file))));
    } catch (KeyMaterialException e) {
      throw e.getMessage().startsWith("\"") ? e : e.of(file);
    }
  }

  private static KeyPair keyOf(X509Certificate certificate, Path file) throws KeyMaterialException {
    KeyPair pair = read(file);
    if (!pair.getPublic().equals(certificate.getPublicKey())) {
      throw new KeyMaterialException("is not the key of " + certificate.getSubjectX500Principal()).of(file);
    }
    return pair;
  }

  /**
   * Makes a request for a certificate.
   *
   * @param names of the server
   * @param keepsKey whether it is for the present key of the server; else for that of a request which is still open, or
   *     a new one
   */
  public Requested request(List<String> names, boolean keepsKey) throws KeyMaterialException {
    List<ServerName> wanted = names(names);
    KeyFiles.createFolder(folder);
    Path file = keepsKey ? key() : requestKey();
    boolean isNew = !keepsKey && !Files.exists(file);
    KeyPair pair;
    if (isNew) {
      pair = CertificateAuthority.newKey();
      create(file, pair);
    } else {
      pair = read(file);
    }
    String request = CertificateAuthority.request(pair, wanted);
    Path target = folder.resolve("request.csr");
    replace(target, ascii(request), false);
    return new Requested(request, target, file, isNew);
  }

  /**
   * Takes in a certificate that somebody has issued.
   *
   * @param files with the certificates, and the key if it is not named elsewhere, in PEM; or one PKCS#12 file
   * @param keyFile of the key; if empty, and none of the files has it, that of the request or the present one
   * @param passphrase opens the key or the PKCS#12 file
   */
  public Installed install(List<Path> files, Optional<Path> keyFile, Passphrase passphrase)
      throws KeyMaterialException {
    PassphraseSource source = new PassphraseSource(passphrase, "--passphrase-file");
    byte[] first = KeyFiles.read(files.getFirst());
    if (KeyFiles.isBinary(first)) {
      TlsMaterial material = TlsMaterial.read(files.getFirst(), Optional.empty(), source, "");
      KeyPair pair = new KeyPair(material.leaf().getPublicKey(), material.key());
      return install(pair, material.chain().certificates(), material.chain().warnings());
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : files) {
      certificates.addAll(certificatesIn(file));
    }
    if (certificates.isEmpty()) {
      throw new KeyMaterialException("holds no certificate; a chain in PEM, or PKCS#12, is expected")
          .of(files.getFirst());
    }
    KeyPair pair = keyFor(certificates, files, keyFile, source);
    CertificateChain chain;
    try {
      chain = CertificateChain.order(certificates, pair.getPublic(), files.getFirst());
    } catch (KeyMaterialException e) {
      throw e.of(files.getFirst());
    }
    return install(pair, chain.certificates(), chain.warnings());
  }

  private KeyPair keyFor(List<X509Certificate> certificates, List<Path> files, Optional<Path> keyFile,
      PassphraseSource passphrase) throws KeyMaterialException {
    if (keyFile.isPresent()) {
      return PrivateKeyFile.read(keyFile.get(), passphrase);
    }
    for (Path file : files) {
      if (PrivateKeyFile.privateBlock(PemBlock.all(KeyFiles.text(KeyFiles.read(file)))).isPresent()) {
        return PrivateKeyFile.read(file, passphrase);
      }
    }
    for (Path known : List.of(requestKey(), key())) {
      if (Files.exists(known)) {
        KeyPair pair = PrivateKeyFile.read(known, passphrase);
        if (certificates.stream().anyMatch(each -> each.getPublicKey().equals(pair.getPublic()))) {
          return pair;
        }
      }
    }
    throw new KeyMaterialException("comes without a private key, and neither that of a request here nor the present "
        + "one of the server belongs to it; name its file with --key").of(files.getFirst());
  }

  private Installed install(KeyPair pair, List<X509Certificate> chain, List<String> warnings)
      throws KeyMaterialException {
    KeyFiles.createFolder(folder);
    byte[] key = ascii(PemBlock.format("PRIVATE KEY", pair.getPrivate().getEncoded()));
    byte[] certificates = ascii(CertificateChain.format(chain));
    List<Path> former = new ArrayList<>();
    String time = TIME.format(Instant.now());
    boolean isOtherKey = !isIn(key(), key);
    boolean isOtherChain = !isIn(certificate(), certificates);
    if (isOtherKey || isOtherChain) {
      keep(certificate(), time).ifPresent(former::add);
      keep(key(), time).ifPresent(former::add);
    }
    // A server that looks between the two finds that they do not fit, and waits.
    if (isOtherKey) {
      replace(key(), key, true);
    }
    if (isOtherChain) {
      replace(certificate(), certificates, false);
    }
    forgetRequest(key);
    return new Installed(List.copyOf(chain), List.copyOf(former), warnings);
  }

  /** The key of a request that has been answered is the server's now. */
  private void forgetRequest(byte[] key) throws KeyMaterialException {
    if (isIn(requestKey(), key)) {
      try {
        Files.delete(requestKey());
        Files.deleteIfExists(folder.resolve("request.csr"));
      } catch (IOException e) {
        throw new KeyMaterialException("cannot be removed: " + KeyFiles.reason(e), e).of(requestKey());
      }
    }
  }

  private static boolean isIn(Path file, byte[] content) throws KeyMaterialException {
    return Files.exists(file) && Arrays.equals(KeyFiles.read(file), content);
  }

  private Optional<Path> keep(Path file, String time) throws KeyMaterialException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Path former = folder.resolve("former");
    KeyFiles.createFolder(former);
    Path kept = former.resolve(time + "-" + file.getFileName());
    replace(kept, KeyFiles.read(file), true);
    return Optional.of(kept);
  }

  private static List<ServerName> names(List<String> names) throws KeyMaterialException {
    List<ServerName> valid = new ArrayList<>();
    for (String name : names) {
      valid.add(ServerName.required(name, "--name"));
    }
    return valid.stream().distinct().toList();
  }

  private static KeyPair read(Path file) throws KeyMaterialException {
    return PrivateKeyFile.read(file, new PassphraseSource(new Passphrase.None(), "--passphrase-file"));
  }

  private void create(Path file, KeyPair pair) throws KeyMaterialException {
    create(file, ascii(PemBlock.format("PRIVATE KEY", pair.getPrivate().getEncoded())), true);
  }

  private void create(Path file, List<X509Certificate> certificates) throws KeyMaterialException {
    create(file, ascii(CertificateChain.format(certificates)), false);
  }

  private void create(Path file, byte[] content, boolean isSecret) throws KeyMaterialException {
    if (Files.exists(file)) {
      throw new KeyMaterialException("exists already, and a key is never replaced; take it away if nothing needs it")
          .of(file);
    }
    replace(file, content, isSecret);
  }

  /** The file gets the owner of its folder: the server must read what its administrator has written. */
  private static void replace(Path file, byte[] content, boolean isSecret) throws KeyMaterialException {
    try {
      if (isSecret) {
        SecretFile.replace(file, content);
      } else {
        SecretFile.replaceReadable(file, content);
      }
      if (!Files.getOwner(file).equals(Files.getOwner(file.toAbsolutePath().getParent()))) {
        Files.setOwner(file, Files.getOwner(file.toAbsolutePath().getParent()));
      }
    } catch (IOException e) {
      throw KeyFiles.unwritable(file, e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
