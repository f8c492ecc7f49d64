package org.stationmaster.sftp;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.Libcrypto;

/**
 * What a connection is offered. It is asked once for each connection, when the client has said what it is and before
 * the server's list of algorithms leaves.
 */
final class AlgorithmOffer {
  private static final String RSA = "ssh-rsa";
  private static final String ECDSA = "ecdsa-";
  private static final List<String> RSA_SIGNATURES = List.of("rsa-sha2-512", "rsa-sha2-256", RSA);

  private final String setting;
  private final AlgorithmSet algorithms;
  private final List<HostKey> hostKeys;
  private final KeyPairProvider keyPairs;
  private final List<KeyExchangeFactory> keyExchanges;
  private final List<NamedFactory<Signature>> signatures;
  private final List<NamedFactory<Cipher>> ciphers;
  private final List<NamedFactory<Mac>> macs;
  private final List<NamedFactory<Compression>> compressions;

  /**
   * Offers what is in {@code algorithms} and has one of the keys.
   *
   * @param setting where an operator says that
   * @param libcrypto does the costly arithmetic, if there is one
   */
  AlgorithmOffer(String setting, AlgorithmSet algorithms, List<HostKey> all, GroupChoice groups,
      Supplier<Optional<Libcrypto>> libcrypto) {
    this.setting = setting;
    this.algorithms = algorithms;
    hostKeys = all.stream().filter(key -> isLargeEnough(key) && serves(key)).toList();
    keyPairs = KeyPairProvider.wrap(hostKeys.stream().map(HostKey::pair).toList());
    keyExchanges = Algorithms.keyExchanges(algorithms.names(Kind.KEY_EXCHANGE), groups,
        new DiffieHellman.ModularPower(libcrypto));
    signatures = Algorithms.signatures(algorithms.names(Kind.HOST_KEY), RsaSignature.signers(libcrypto));
    ciphers = Algorithms.ciphers(algorithms.names(Kind.CIPHER), libcrypto);
    macs = Algorithms.macs(algorithms.names(Kind.MAC));
    compressions = Algorithms.compressions(algorithms.names(Kind.COMPRESSION));
  }

  private boolean isLargeEnough(HostKey key) {
    return !key.type().equals(RSA) || key.bits() >= algorithms.profile().leastBits();
  }

  private boolean serves(HostKey key) {
    return algorithms.names(Kind.HOST_KEY).stream().anyMatch(name -> keyType(name).equals(key.type()));
  }

  /** All RSA signatures are made with keys of one type (RFC 8332 section 2). */
  private static String keyType(String algorithm) {
    return RSA_SIGNATURES.contains(algorithm) ? RSA : algorithm;
  }

  /** The host key algorithms for which there is no key; one ECDSA key does for all its curves. */
  List<String> withoutKey() {
    return algorithms.names(Kind.HOST_KEY).stream()
        .filter(name -> hostKeys.stream().noneMatch(key -> family(key.type()).equals(family(keyType(name))))).toList();
  }

  private static String family(String keyType) {
    return keyType.startsWith(ECDSA) ? ECDSA : keyType;
  }

  /** Where an operator says what is offered: {@code listeners.sftp-1.algorithms}. */
  String setting() {
    return setting;
  }

  /** What is offered as far as there are host keys. */
  AlgorithmSet algorithms() {
    return algorithms;
  }

  /** The key with which the server proves its identity by a host key algorithm. */
  Optional<HostKey> hostKey(String algorithm) {
    return hostKeys.stream().filter(key -> key.type().equals(keyType(algorithm))).findFirst();
  }

  /** Whether the server can prove its identity at all. */
  boolean hasHostKey() {
    return !hostKeys.isEmpty();
  }

  /** Has {@code session} offer these and nothing else. */
  void make(Session session) {
    SshPeer.of(session).offered(this);
    session.setKeyExchangeFactories(keyExchanges);
    session.setSignatureFactories(signatures);
    session.setCipherFactories(ciphers);
    session.setMacFactories(macs);
    session.setCompressionFactories(compressions);
    ((ServerSession) session).setKeyPairProvider(keyPairs);
  }
}
