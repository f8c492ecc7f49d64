package org.stationmaster.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.config.SyslogOutputSettings.Server;
import org.stationmaster.config.SyslogOutputSettings.Transport;
import org.stationmaster.config.Values.Value;

/** The rules between settings. Each looks only at values that their types have accepted. */
final class Checks {
  private static final int BEGINNING_OF_A_FILE = 64 * 1024;

  private final Values values;
  private final Problems problems;

  Checks(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /** A port that will be opened. */
  private record Door(String owner, String address, Value<Integer> port) {
  }

  void run() {
    List<Door> doors = doors();
    atLeastOneListenerIsEnabled();
    noPortIsUsedTwice(doors);
    noPortLiesInAPassiveRange(doors);
    listenersKnowTheirWaysToLogIn();
    clientCertificatesHaveAnAuthority();
    certificateAndKeyGoTogether();
    certificatesOfListenersAreServed();
    thereIsOnePassphrase(Settings.SSH_PASSPHRASE_FILE, Settings.SSH_PASSPHRASE_ENVIRONMENT);
    thereIsOnePassphrase(Settings.TLS_PASSPHRASE_FILE, Settings.TLS_PASSPHRASE_ENVIRONMENT);
    hashesFitIntoTheirMemory();
    appendsAreRememberedLongEnough();
    noTwoOutputsShareAFile();
    formatAndTemplateGoTogether();
    eachOutputHasOneSecret();
    syslogKnowsItsServer();
    thereIsOneJournal();
  }

  private void syslogKnowsItsServer() {
    for (String name : values.outputs()) {
      Optional<Value<Transport>> transport = values.find(Settings.OUTPUT_TRANSPORT, name);
      Optional<Value<Optional<Server>>> server = values.find(Settings.OUTPUT_SERVER, name);
      if (transport.isPresent() && server.isPresent()) {
        boolean isLocal = transport.get().value() == Transport.LOCAL;
        if (!isLocal && server.get().value().isEmpty()) {
          problems.add(transport.get().key(), transport.get().text(), "needs a server; set " + server.get().key()
              + ", e.g. to logs.example.org", transport.get().origin());
        } else if (isLocal && server.get().value().isPresent()) {
          problems.add(server.get().key(), server.get().text(), "is not used with transport local; set "
              + transport.get().key() + " to udp, tcp or tls, or remove it", server.get().origin());
        }
        values.find(Settings.OUTPUT_CA_FILE, name).filter(ca -> ca.value().isPresent()
            && transport.get().value() != Transport.TLS).ifPresent(ca -> problems.add(ca.key(), ca.text(),
                "is not used with transport " + transport.get().text() + "; set " + transport.get().key()
                + " to tls, or remove it", ca.origin()));
      }
    }
  }

  private void thereIsOneJournal() {
    Optional<String> first = Optional.empty();
    for (String name : values.outputs()) {
      Optional<Value<OutputType>> type = values.find(Settings.OUTPUT_TYPE, name)
          .filter(value -> value.value() == OutputType.JOURNAL);
      if (type.isPresent() && values.find(Settings.OUTPUT_ENABLED, name).filter(Value::value).isPresent()) {
        if (first.isPresent()) {
          problems.add(type.get().key(), type.get().text(), "is a second journal beside " + first.get() + ", in the "
              + "same database; remove one of them", type.get().origin());
        }
        first = Optional.of(name);
      }
    }
  }

  private void formatAndTemplateGoTogether() {
    for (String name : values.outputs()) {
      Optional<Value<EventFormat>> format = values.find(Settings.OUTPUT_FORMAT, name);
      Optional<Value<String>> template = values.find(Settings.OUTPUT_TEMPLATE, name);
      if (format.isPresent() && template.isPresent()) {
        boolean needsIt = format.get().value() == EventFormat.TEMPLATE;
        if (needsIt && template.get().value().isEmpty()) {
          problems.add(format.get().key(), format.get().text(), "has no template; set " + template.get().key()
              + ", e.g. to \"{iso_time} {id} {message}\"", format.get().origin());
        } else if (!needsIt && !template.get().value().isEmpty()) {
          problems.add(template.get().key(), template.get().text(), "is not used; set " + format.get().key()
              + " to template, or remove it", template.get().origin());
        }
      }
    }
  }

  private void eachOutputHasOneSecret() {
    for (String name : values.outputs()) {
      Optional<Value<Optional<String>>> given = values.find(Settings.OUTPUT_SECRET_ENVIRONMENT, name)
          .filter(value -> value.value().isPresent());
      if (given.isPresent() && values.find(Settings.OUTPUT_SECRET_FILE, name).flatMap(Value::value).isPresent()) {
        problems.add(given.get().key(), given.get().text(), "is a second place for the same secret; keep it or "
            + Settings.OUTPUT_SECRET_FILE.keyFor(name), given.get().origin());
      }
    }
  }

  private void noTwoOutputsShareAFile() {
    Map<Path, String> owners = new HashMap<>();
    for (String name : values.outputs()) {
      Optional<Value<Optional<Path>>> path = values.find(Settings.OUTPUT_PATH, name);
      boolean isEnabled = values.find(Settings.OUTPUT_ENABLED, name).filter(Value::value).isPresent();
      if (isEnabled && path.isPresent()) {
        // Those without a path have the same one.
        String other = owners.putIfAbsent(path.get().value().orElse(Path.of("")), name);
        if (other != null) {
          problems.add(path.get().key(), path.get().text(), "is also the file of output " + other
              + "; write another path", path.get().origin());
        }
      }
    }
  }

  private List<String> enabledListeners() {
    return values.listeners().stream()
        .filter(name -> values.find(Settings.LISTENER_ENABLED, name).filter(Value::value).isPresent()).toList();
  }

  private List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    for (String name : enabledListeners()) {
      addDoor("listener " + name, values.find(Settings.LISTENER_ADDRESS, name),
          values.find(Settings.LISTENER_PORT, name), doors);
    }
    if (values.find(Settings.STATUS_ENABLED).filter(Value::value).isPresent()) {
      addDoor("status", values.find(Settings.STATUS_ADDRESS), values.find(Settings.STATUS_PORT), doors);
    }
    return doors;
  }

  private static void addDoor(String owner, Optional<Value<String>> address, Optional<Value<Integer>> port,
      List<Door> doors) {
    if (address.isPresent() && port.filter(value -> value.value() != 0).isPresent()) {
      doors.add(new Door(owner, address.get().value(), port.get()));
    }
  }

  private void atLeastOneListenerIsEnabled() {
    boolean allAreKnown =
        values.listeners().stream().allMatch(name -> values.find(Settings.LISTENER_ENABLED, name).isPresent());
    if (!allAreKnown || !enabledListeners().isEmpty()) {
      return;
    }
    Optional<String> first = values.listeners().stream().findFirst();
    if (first.isEmpty()) {
      problems.add("listeners: there is none; name one, e.g. {sftp-1: {protocol: sftp, port: 22}}");
    } else {
      Value<Boolean> enabled = values.find(Settings.LISTENER_ENABLED, first.get()).orElseThrow();
      problems.add(enabled.key(), enabled.text(), "leaves no listener enabled; set it to true for one listener",
          enabled.origin());
    }
  }

  private void noPortIsUsedTwice(List<Door> doors) {
    for (int i = 0; i < doors.size(); i++) {
      for (Door earlier : doors.subList(0, i)) {
        Door later = doors.get(i);
        if (earlier.port().value().equals(later.port().value()) && overlap(earlier.address(), later.address())) {
          boolean blamesEarlier = later.port().isDefault() && !earlier.port().isDefault();
          Door blamed = blamesEarlier ? earlier : later;
          Door other = blamesEarlier ? later : earlier;
          problems.add(blamed.port().key(), blamed.port().text(), "is also the port of " + other.owner()
              + " on the same address; choose another port", blamed.port().origin());
        }
      }
    }
  }

  /** Whether both cannot be opened on the same port. */
  private static boolean overlap(String one, String other) {
    if (one.equals("localhost") || other.equals("localhost")) {
      String named = one.equals("localhost") ? other : one;
      InetAddress address = InetAddress.ofLiteral(named.equals("localhost") ? "::1" : named);
      return address.isLoopbackAddress() || address.isAnyLocalAddress();
    }
    InetAddress first = InetAddress.ofLiteral(one);
    InetAddress second = InetAddress.ofLiteral(other);
    // "::" is opened for both families, 0.0.0.0 for IPv4 alone.
    boolean sameFamily = first.getClass() == second.getClass();
    return first.equals(second) || isEverything(first) || isEverything(second)
        || sameFamily && (first.isAnyLocalAddress() || second.isAnyLocalAddress());
  }

  private static boolean isEverything(InetAddress address) {
    return address.isAnyLocalAddress() && address.getAddress().length == 16;
  }

  private void noPortLiesInAPassiveRange(List<Door> doors) {
    Map<String, Value<PortRange>> ranges = new LinkedHashMap<>();
    for (String name : enabledListeners()) {
      values.find(Settings.LISTENER_PASSIVE_PORTS, name).ifPresent(range -> ranges.putIfAbsent(range.key(), range));
    }
    for (Value<PortRange> range : ranges.values()) {
      for (Door door : doors) {
        if (range.value().contains(door.port().value()) && door.port().isDefault()) {
          problems.add(range.key(), range.text(), "contains the port " + door.port().text() + " of " + door.owner()
              + "; choose ports without it, e.g. 45001-45999", range.origin());
        } else if (range.value().contains(door.port().value())) {
          problems.add(door.port().key(), door.port().text(), "lies within " + range.key() + " " + range.text()
              + "; choose a port outside", door.port().origin());
        }
      }
    }
  }

  private void listenersKnowTheirWaysToLogIn() {
    for (String name : values.listeners()) {
      Optional<Value<Protocol>> protocol = values.find(Settings.LISTENER_PROTOCOL, name);
      Optional<Value<List<CredentialType>>> methods = values.find(Settings.LISTENER_AUTHENTICATION, name);
      if (protocol.isPresent() && methods.isPresent()) {
        List<CredentialType> known = protocol.get().value() == Protocol.SFTP
            ? List.of(CredentialType.PUBLIC_KEY, CredentialType.PASSWORD, CredentialType.KEYBOARD_INTERACTIVE)
            : List.of(CredentialType.PASSWORD, CredentialType.CERTIFICATE);
        methods.get().value().stream().filter(method -> !known.contains(method)).findFirst()
            .ifPresent(unknown -> problems.add(methods.get().key(), methods.get().text(), "has " + unknown.setting()
                + ", which " + protocol.get().value() + " does not know; write [password]", methods.get().origin()));
      }
    }
  }

  private void clientCertificatesHaveAnAuthority() {
    for (String name : values.listeners()) {
      Optional<Value<FtpTlsSettings.ClientCertificates>> asked =
          values.find(Settings.LISTENER_CLIENT_CERTIFICATES, name);
      Optional<Value<Optional<Path>>> authority = values.find(Settings.LISTENER_CLIENT_CA, name);
      Optional<Value<List<CredentialType>>> methods = values.find(Settings.LISTENER_AUTHENTICATION, name);
      if (asked.isEmpty() || authority.isEmpty() || methods.isEmpty()) {
        continue;
      }
      boolean areAsked = asked.get().value() != FtpTlsSettings.ClientCertificates.OFF;
      if (areAsked && authority.get().value().isEmpty()) {
        problems.add(asked.get().key(), asked.get().text(), "has nobody to verify them; set "
            + Settings.LISTENER_CLIENT_CA.keyFor(name) + " to the authorities that sign certificates of clients",
            asked.get().origin());
      } else if (!areAsked && authority.get().value().isPresent()) {
        problems.add(authority.get().key(), authority.get().text(), "is not used; set "
            + Settings.LISTENER_CLIENT_CERTIFICATES.keyFor(name) + " to optional or required, or remove it",
            authority.get().origin());
      } else if (!areAsked && methods.get().value().contains(CredentialType.CERTIFICATE)) {
        problems.add(methods.get().key(), methods.get().text(), "has certificate, for which no client is asked; set "
            + Settings.LISTENER_CLIENT_CERTIFICATES.keyFor(name) + " to optional or required",
            methods.get().origin());
      }
    }
  }

  private void certificateAndKeyGoTogether() {
    Optional<Value<Optional<Path>>> certificate = values.find(Settings.TLS_CERTIFICATE);
    Optional<Value<Optional<Path>>> key = values.find(Settings.TLS_KEY);
    if (certificate.isEmpty() || key.isEmpty()) {
      return;
    }
    Value<Optional<Path>> chain = certificate.get();
    if (chain.value().isEmpty()) {
      key.get().value().ifPresent(_ -> problems.add(Settings.TLS_KEY.key(), key.get().text(),
          "has no certificate; set tls.certificate, or remove the key", key.get().origin()));
    } else if (isPem(chain.value().get()) && key.get().value().isEmpty()) {
      problems.add(chain.key(), chain.text(), "has no key; set tls.key to the file of its private key", chain.origin());
    } else if (!isPem(chain.value().get()) && key.get().value().isPresent()) {
      problems.add(Settings.TLS_KEY.key(), key.get().text(), "is not used, because tls.certificate is not PEM and"
          + " brings its own key; remove it", key.get().origin());
    }
  }

  /** A listener chooses among the certificates; where their keys are is said in one place. */
  private void certificatesOfListenersAreServed() {
    Set<Path> served = new HashSet<>();
    values.find(Settings.TLS_CERTIFICATE).flatMap(Value::value).ifPresent(served::add);
    Optional<Value<List<CertificateSettings>>> further = values.find(Settings.TLS_CERTIFICATES);
    further.ifPresent(list -> list.value().forEach(one -> served.add(one.certificate())));
    for (String name : values.listeners()) {
      Optional<Value<Optional<Path>>> own = values.find(Settings.LISTENER_TLS_CERTIFICATE, name);
      if (further.isPresent() && own.flatMap(Value::value).filter(file -> !served.contains(file)).isPresent()) {
        problems.add(own.get().key(), own.get().text(), "is neither tls.certificate nor one of tls.certificates; add it"
            + " there with its key", own.get().origin());
      }
    }
  }

  private static boolean isPem(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(BEGINNING_OF_A_FILE), StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    } catch (IOException e) {
      // It was readable a moment ago; who loads it says what is wrong.
      return true;
    }
  }

  private void thereIsOnePassphrase(Setting<Optional<Path>> file, Setting<Optional<String>> variable) {
    Optional<Value<Optional<String>>> given = values.find(variable).filter(value -> value.value().isPresent());
    if (given.isPresent() && values.find(file).flatMap(Value::value).isPresent()) {
      problems.add(variable.key(), given.get().text(), "is a second place for the same passphrase; keep it or "
          + file.key(), given.get().origin());
    }
  }

  /** An append that was sent again is found in the journal of arrivals. */
  private void appendsAreRememberedLongEnough() {
    Optional<Value<Duration>> window = values.find(Settings.STORAGE_APPEND_DEDUPE_WINDOW);
    Optional<Value<Duration>> kept = values.find(Settings.STORAGE_KEEP_ARRIVALS);
    if (window.isPresent() && kept.isPresent() && window.get().value().compareTo(kept.get().value()) > 0) {
      problems.add(window.get().key(), window.get().text(), "is longer than arrivals are remembered"
          + " (storage.keep-arrivals " + kept.get().text() + "); shorten it or lengthen that", window.get().origin());
    }
  }

  private void hashesFitIntoTheirMemory() {
    Optional<Value<DataSize>> one = values.find(Settings.PASSWORDS_ARGON2_MEMORY);
    Optional<Value<DataSize>> all = values.find(Settings.PASSWORDS_HASHING_MEMORY);
    Optional<Value<Integer>> lanes = values.find(Settings.PASSWORDS_ARGON2_PARALLELISM);
    if (one.isPresent() && all.isPresent() && all.get().value().bytes() < one.get().value().bytes()) {
      problems.add(all.get().key(), all.get().text(), "is less than one hash takes (passwords.argon2-memory "
          + one.get().text() + "); make it larger", all.get().origin());
    }
    // RFC 9106 section 3.1: at least 8 KiB for each lane.
    if (one.isPresent() && lanes.isPresent() && one.get().value().bytes() < 8 * 1024L * lanes.get().value()) {
      problems.add(lanes.get().key(), lanes.get().text(), "needs " + new DataSize(8 * 1024L * lanes.get().value())
          + " or more of passwords.argon2-memory, which is " + one.get().text() + "; use fewer lanes",
          lanes.get().origin());
    }
  }
}
