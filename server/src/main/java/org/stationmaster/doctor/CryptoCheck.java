package org.stationmaster.doctor;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.TlsVersion;
import org.stationmaster.crypto.Libcrypto;

/** Whether the Java platform has all that the listeners offer: its providers, and what its policies switch off. */
final class CryptoCheck {
  private static final String OPTIONS = "Look for java.security.properties in STATIONMASTER_JAVA_OPTIONS and"
      + " JDK_JAVA_OPTIONS, and at jdk.tls.disabledAlgorithms and security.provider in that file: ";

  /** What an algorithm of SSH, by the beginning of its name, needs of the platform. */
  private enum Need {
    X25519("KeyAgreement", "X25519", "curve25519", "mlkem"),
    ECDH("KeyAgreement", "ECDH", "ecdh"),
    DIFFIE_HELLMAN("KeyAgreement", "DiffieHellman", "diffie-hellman"),
    ML_KEM("KEM", "ML-KEM", "mlkem"),
    ED25519("Signature", "Ed25519", "ssh-ed25519"),
    ECDSA("Signature", "SHA256withECDSA", "ecdsa"),
    RSA("Signature", "SHA256withRSA", "rsa-sha2"),
    RSA_SHA1("Signature", "SHA1withRSA", "ssh-rsa"),
    DSA_SHA1("Signature", "SHA1withDSA", "ssh-dss"),
    AES("Cipher", "AES", "aes"),
    CHACHA("Cipher", "ChaCha20", "chacha20"),
    TRIPLE_DES("Cipher", "DESede", "3des"),
    BLOWFISH("Cipher", "Blowfish", "blowfish"),
    SHA2_MAC("Mac", "HmacSHA256", "hmac-sha2"),
    SHA1_MAC("Mac", "HmacSHA1", "hmac-sha1"),
    MD5_MAC("Mac", "HmacMD5", "hmac-md5");

    private final String service;
    private final String algorithm;
    private final List<String> beginnings;

    Need(String service, String algorithm, String... beginnings) {
      this.service = service;
      this.algorithm = algorithm;
      this.beginnings = List.of(beginnings);
    }

    boolean isThere() {
      return Stream.of(Security.getProviders()).anyMatch(provider -> provider.getService(service, algorithm) != null);
    }

    boolean isOf(String name) {
      return beginnings.stream().anyMatch(name::startsWith);
    }
  }

  private CryptoCheck() {
  }

  static void look(Subject subject, Findings findings) {
    for (SftpListenerSettings listener : subject.sftpListeners()) {
      ssh(listener, findings);
    }
    for (FtpListenerSettings listener : subject.ftpListeners()) {
      if (listener.tls().isOn()) {
        try {
          tls(listener, findings);
        } catch (GeneralSecurityException e) {
          findings.error("TLS is not available: " + e.getMessage() + ".", "No logger connects over FTPS.",
              OPTIONS + "remove it.");
        }
      }
    }
    if (subject.configuration().listeners().stream().anyMatch(CryptoCheck::signs)) {
      findings.ok("Diffie-Hellman and ChaCha20 of SSH, and RSA signatures, are computed by "
          + (subject.configuration().sftp().mayUseLibcrypto() ? Libcrypto.find().map(Libcrypto::version)
          .orElse("Java: " + Libcrypto.ABSENT) : "Java: ssh.use-libcrypto is false") + ".");
    }
    findings.ok("Providers of cryptography: " + Arrays.stream(Security.getProviders()).map(provider ->
        provider.getName()).collect(Collectors.joining(", ")) + ".");
  }

  private static boolean signs(ListenerSettings listener) {
    return !(listener instanceof FtpListenerSettings ftp) || ftp.tls().isOn();
  }

  private static void ssh(SftpListenerSettings listener, Findings findings) {
    Map<String, Set<String>> missing = new LinkedHashMap<>();
    List<Need> absent = Stream.of(Need.values()).filter(need -> !need.isThere()).toList();
    for (SshAlgorithm.Kind kind : SshAlgorithm.Kind.values()) {
      for (String name : listener.algorithms().names(kind)) {
        absent.stream().filter(need -> need.isOf(name)).forEach(need ->
            missing.computeIfAbsent(need.service + " " + need.algorithm, _ -> new TreeSet<>()).add(name));
      }
    }
    missing.forEach((what, names) -> findings.error("The Java platform lacks " + what + ", which listener "
        + listener.name() + " needs for " + String.join(", ", names) + ".", "Loggers that know nothing else find"
        + " nothing in common with the server.", OPTIONS
        + "add the provider that is missing, such as SunEC or SunJCE."));
    if (missing.isEmpty()) {
      findings.ok("The Java platform has all that listener " + listener.name() + " offers ("
          + listener.algorithms().text() + ").");
    }
  }

  private static void tls(FtpListenerSettings listener, Findings findings) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[0], null);
    Set<String> supported = Set.of(context.getSupportedSSLParameters().getCipherSuites());
    List<String> usable = listener.tls().ciphers().stream().filter(supported::contains).toList();
    List<String> off = listener.tls().ciphers().stream().filter(suite -> !supported.contains(suite)).toList();
    boolean isWell = true;
    for (TlsVersion version : listener.tls().versions()) {
      if (!canBegin(context, version, usable)) {
        isWell = false;
        findings.error("Listener " + listener.name() + " is to speak " + version.setting() + ", and the Java platform"
            + " has it, or all its cipher suites, switched off.", "Loggers that know no other version break off in the"
            + " handshake.", OPTIONS + "remove what begins with " + version.jdkName() + " or with the suites.");
      }
    }
    if (!off.isEmpty()) {
      findings.warning("Listener " + listener.name() + " names cipher suites that the Java platform has switched off: "
          + String.join(", ", off) + ".", "A logger that knows only these breaks off in the handshake.", OPTIONS
          + "remove them there, or from listeners." + listener.name() + ".tls.ciphers.");
    } else if (isWell) {
      findings.ok("Listener " + listener.name() + " can speak " + listener.tls().versions().stream()
          .map(TlsVersion::setting).collect(Collectors.joining(", ")) + ".");
    }
  }

  /** Whether a first message can be made: the platform refuses that where a policy forbids all of it. */
  private static boolean canBegin(SSLContext context, TlsVersion version, List<String> suites) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {version.jdkName()});
    engine.setEnabledCipherSuites(suites.toArray(String[]::new));
    try {
      engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
      return true;
    } catch (SSLException refused) {
      return false;
    }
  }
}
