package org.stationmaster.sftp;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.SshServer;

/**
 * The profile {@code logger}: what is good today first, in the order of what it costs, then what a logger of ten years
 * ago needs. The client's order decides, so that only a client that can do no better gets the end of the lists.
 */
final class Algorithms {
  static final List<String> KEY_EXCHANGES = List.of(
      "curve25519-sha256", "curve25519-sha256@libssh.org", "mlkem768x25519-sha256",
      "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
      "diffie-hellman-group14-sha256", "diffie-hellman-group-exchange-sha256",
      "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group1-sha1");

  /** Of host keys, as far as there are such keys, and of users' keys. */
  static final List<String> SIGNATURES = List.of(
      "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
      "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-dss");

  static final List<String> CIPHERS = List.of(
      "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr",
      "chacha20-poly1305@openssh.com",
      "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc", "blowfish-cbc", "arcfour128");

  static final List<String> MACS = List.of(
      "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512",
      "hmac-sha1-etm@openssh.com", "hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96");

  private Algorithms() {
  }

  /** Has {@code server} offer these and nothing else. */
  static void offer(SshServer server) {
    server.setKeyExchangeFactories(resolve(KEY_EXCHANGES, BuiltinDHFactories::fromFactoryName).stream()
        .<KeyExchangeFactory>map(DiffieHellman::serverSide).toList());
    server.setSignatureFactories(List.<NamedFactory<Signature>>copyOf(
        resolve(SIGNATURES, BuiltinSignatures::fromFactoryName)));
    server.setCipherFactories(List.<NamedFactory<Cipher>>copyOf(
        resolve(CIPHERS, BuiltinCiphers::fromFactoryName)));
    server.setMacFactories(List.<NamedFactory<Mac>>copyOf(resolve(MACS, BuiltinMacs::fromFactoryName)));
    server.setCompressionFactories(List.of(BuiltinCompressions.none));
  }

  private static <F extends OptionalFeature> List<F> resolve(List<String> names, Function<String, F> library) {
    return names.stream().map(name -> Objects.requireNonNull(library.apply(name), name))
        .filter(OptionalFeature::isSupported).toList();
  }
}
