package org.stationmaster.crypto;

import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** A name under which clients reach the server, as certificates hold it (RFC 5280 section 4.2.1.6). */
sealed interface ServerName {
  /** A host name, or with a leading {@code *.} all names of a domain; lower case, ASCII. */
  record Dns(String name) implements ServerName {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An IPv4 or IPv6 address. */
  record Address(InetAddress address) implements ServerName {
    /** IPv6 with its zeros left out, as people write it. */
    @Override
    public String toString() {
      return address.getHostAddress().replaceFirst("(^|:)(0(:|$)){2,}", "::");
    }
  }

  /** Letters, digits, hyphens; underscores too, because host names of real machines have them. */
  Pattern HOST_NAME = Pattern.compile("(\\*\\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)"
      + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  int LONGEST = 253;

  /** Java would also take 1.2 for an address, and one with a scope. */
  Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  static Optional<ServerName> of(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return dns(text);
    }
    try {
      return Optional.of(new Address(InetAddress.ofLiteral(text)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<ServerName> dns(String text) {
    try {
      String ascii = IDN.toASCII(text.strip()).toLowerCase(Locale.ROOT);
      // A last label of digits only is a mistyped IPv4 address.
      boolean good = ascii.length() <= LONGEST && HOST_NAME.matcher(ascii).matches() && !ascii.matches("(.*\\.)?\\d+");
      return good ? Optional.of(new Dns(ascii)) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** What a generated certificate is for: this machine by name and by loopback, and {@code further}. */
  static List<ServerName> forThisMachine(List<String> further) throws KeyMaterialException {
    Set<ServerName> names = new LinkedHashSet<>();
    of(hostName()).ifPresent(names::add);
    for (String local : List.of("localhost", "127.0.0.1", "::1")) {
      of(local).ifPresent(names::add);
    }
    names.addAll(configured(further));
    return List.copyOf(names);
  }

  /** The setting {@code tls.names}. */
  static Collection<ServerName> configured(List<String> names) throws KeyMaterialException {
    Set<ServerName> valid = new LinkedHashSet<>();
    for (String name : names) {
      valid.add(required(name, "tls.names"));
    }
    return valid;
  }

  /** One that a person gave as {@code what}. */
  static ServerName required(String name, String what) throws KeyMaterialException {
    return of(name).orElseThrow(() -> new KeyMaterialException(what + ": \"" + name + "\" is neither a DNS name "
        + "nor an IP address; write e.g. ftp.example.org or 192.0.2.7, without protocol and port"));
  }

  /** From the kernel where it tells, because asking Java may wait for a name server. */
  static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return hostNameByLookup();
    }
  }

  private static String hostNameByLookup() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  /** The names in a certificate. */
  static List<ServerName> in(X509Certificate certificate) {
    List<ServerName> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(1) instanceof String text) {
            of(text).ifPresent(names::add);
          }
        }
      }
    } catch (CertificateParsingException _) {
      // A certificate whose names cannot be read has none that a client could compare.
    }
    return List.copyOf(names);
  }

  /** The names that a client may compare: the common name counts where there is no other (RFC 6125 section 6.4.4). */
  static List<ServerName> claimedBy(X509Certificate certificate) {
    List<ServerName> names = in(certificate);
    return names.isEmpty() ? commonName(certificate).flatMap(ServerName::of).stream().toList() : names;
  }

  /** Whether one of these names is that of the server, or a pattern that it fits. */
  static boolean covers(List<ServerName> claimed, ServerName wanted) {
    return claimed.stream().anyMatch(each -> each.covers(wanted));
  }

  private boolean covers(ServerName wanted) {
    if (this instanceof Dns(String pattern) && pattern.startsWith("*.") && wanted instanceof Dns(String host)) {
      // The star stands for one label (RFC 6125 section 6.4.3).
      int dot = host.indexOf('.');
      return equals(wanted) || dot > 0 && host.substring(dot).equals(pattern.substring(1));
    }
    return equals(wanted);
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).getRDNs(BCStyle.CN);
      return names.length == 0 ? Optional.empty()
          : Optional.of(IETFUtils.valueToString(names[names.length - 1].getFirst().getValue()));
    } catch (IllegalArgumentException _) {
      // As above.
      return Optional.empty();
    }
  }
}
