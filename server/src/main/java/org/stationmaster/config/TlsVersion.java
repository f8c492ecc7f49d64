package org.stationmaster.config;

import java.util.Optional;
import java.util.stream.Stream;

/** A version of TLS that a listener may speak. SSL 2 and SSL 3 are not among them (RFC 6176, RFC 7568). */
public enum TlsVersion {
  /** RFC 2246; deprecated by RFC 8996. */
  TLS_1_0("TLSv1.0", "TLSv1"),
  /** RFC 4346; deprecated by RFC 8996. */
  TLS_1_1("TLSv1.1", "TLSv1.1"),
  /** RFC 5246. */
  TLS_1_2("TLSv1.2", "TLSv1.2"),
  /** RFC 8446. */
  TLS_1_3("TLSv1.3", "TLSv1.3");

  private final String setting;
  private final String jdkName;

  TlsVersion(String setting, String jdkName) {
    this.setting = setting;
    this.jdkName = jdkName;
  }

  /** Its name in the configuration and for people: {@code TLSv1.0}. */
  public String setting() {
    return setting;
  }

  /** Its name in the JDK: {@code TLSv1}. */
  public String jdkName() {
    return jdkName;
  }

  /** The version with that name in the JDK. */
  public static TlsVersion ofJdk(String jdkName) {
    return Stream.of(values()).filter(version -> version.jdkName.equals(jdkName)).findFirst().orElseThrow();
  }

  /** The version with that name in the configuration. */
  public static Optional<TlsVersion> named(String setting) {
    return Stream.of(values()).filter(version -> version.setting.equals(setting)).findFirst();
  }

  /** Whether the JDK has it switched off for the whole process unless told otherwise. */
  public boolean isLegacy() {
    return compareTo(TLS_1_2) < 0;
  }
}
