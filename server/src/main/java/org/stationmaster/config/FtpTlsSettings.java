package org.stationmaster.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * TLS on one FTP or FTPS listener.
 *
 * @param use when TLS begins and whether a client may do without
 * @param versions what is spoken
 * @param ciphers cipher suites by their IANA names, in the order of the server
 * @param closeNotify how an upload inside TLS must end
 * @param requiresSessionReuse whether a data connection must resume the TLS session of its command connection
 * @param clientCertificates whether clients are asked for a certificate
 * @param clientCa the authorities that sign certificates of clients (PEM); there if they are asked
 * @param allowsClearData whether a client of implicit FTPS may have its data in clear text (PROT C)
 * @param allowsClearCommands whether a client may end TLS on its command connection (CCC)
 * @param certificate the file of the one for clients that name no server; empty is the first of all
 */
public record FtpTlsSettings(Use use, Set<TlsVersion> versions, List<String> ciphers, CloseNotify closeNotify,
    boolean requiresSessionReuse, ClientCertificates clientCertificates, Optional<Path> clientCa,
    boolean allowsClearData, boolean allowsClearCommands, Optional<Path> certificate) {

  /** When TLS begins and whether a client may do without; the later ones ask for more. */
  public enum Use {
    /** Never; AUTH is refused. */
    OFF,
    /** When the client asks with AUTH (RFC 4217); a client may stay in clear text. */
    OPTIONAL,
    /** When the client asks with AUTH; login in clear text is refused, data in clear text is not. */
    REQUIRED_FOR_LOGIN,
    /** When the client asks with AUTH; login and data in clear text are refused. */
    REQUIRED_FOR_DATA,
    /** From the first byte on, command and data connections. */
    IMPLICIT;

    /** Its name in the configuration: {@code required-for-data}. */
    public String setting() {
      return dashed(this);
    }
  }

  /** How an upload inside TLS must end. */
  public enum CloseNotify {
    /** With the client's close_notify, without which nobody knows whether it is whole (RFC 8446 section 6.1). */
    REQUIRE,
    /** The end of the connection does as well, for clients that know no better. */
    ACCEPT;

    /** Its name in the configuration: {@code require}. */
    public String setting() {
      return dashed(this);
    }
  }

  /** Whether clients are asked for a certificate. */
  public enum ClientCertificates {
    /** No. */
    OFF,
    /** They are; one without goes on with a password. */
    OPTIONAL,
    /** They are, and one without has no session. */
    REQUIRED;

    /** Its name in the configuration: {@code optional}. */
    public String setting() {
      return dashed(this);
    }
  }

  private static String dashed(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Copies the collections. */
  public FtpTlsSettings {
    versions = versions.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(versions));
    ciphers = List.copyOf(ciphers);
  }

  /** The defaults for that use. */
  public static FtpTlsSettings of(Use use) {
    return new FtpTlsSettings(use, Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3),
        CipherSuites.expand(List.of(CipherSuites.DEFAULT)), CloseNotify.REQUIRE, false, ClientCertificates.OFF,
        Optional.empty(), false, false, Optional.empty());
  }

  /** Whether there is TLS at all. */
  public boolean isOn() {
    return use != Use.OFF;
  }

  /** Whether nobody may log in without TLS. */
  public boolean isRequiredForLogin() {
    return use.compareTo(Use.REQUIRED_FOR_LOGIN) >= 0;
  }

  /** Whether it names versions or suites that only old firmware needs. */
  public boolean isLegacy() {
    return isOn() && (versions.stream().anyMatch(TlsVersion::isLegacy)
        || ciphers.stream().anyMatch(CipherSuites::isLegacy));
  }

  /**
   * What a client with such an offer gets: the highest version in common, and of that the suite that comes first here.
   *
   * @param offeredVersions by the client
   * @param offeredSuites by the client
   * @param isServed what else is to be true of it
   */
  public Optional<TlsCipher> agreedWith(Collection<TlsVersion> offeredVersions, Collection<String> offeredSuites,
      Predicate<TlsCipher> isServed) {
    List<TlsCipher> served = versions.stream().sorted(Comparator.reverseOrder())
        .flatMap(version -> ciphers.stream().map(suite -> new TlsCipher(version, suite)))
        .filter(cipher -> cipher.exists() && isServed.test(cipher)).toList();
    // It is the version that is agreed on first, whether or not there is a suite in common then.
    Optional<TlsVersion> agreed = served.stream().map(TlsCipher::version).filter(offeredVersions::contains)
        .findFirst();
    return agreed.flatMap(version -> served.stream().filter(cipher -> cipher.version() == version
        && offeredSuites.contains(cipher.suite())).findFirst());
  }

  /** Whether TLS begins with the first byte. */
  public boolean isImplicit() {
    return use == Use.IMPLICIT;
  }
}
