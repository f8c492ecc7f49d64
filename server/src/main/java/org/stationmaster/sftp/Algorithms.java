package org.stationmaster.sftp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BaseCTRCipher;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.CipherFactory;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.compression.Compression;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.mac.BaseMac;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.stationmaster.crypto.Libcrypto;

/** Does what the names of algorithms promise: by MINA over the JDK, or by us where MINA has nothing. */
final class Algorithms {
  private static final Map<String, Supplier<Cipher>> FURTHER_CIPHERS = Map.of(
      // RFC 4344 section 4
      "3des-ctr", () -> new BaseCTRCipher(8, 0, 24, "DESede", 192, "DESede/CTR/NoPadding", 8),
      "cast128-cbc", Cast128::new,
      "arcfour", Arcfour::new);
  private static final Map<String, Supplier<Mac>> FURTHER_MACS = furtherMacs();
  private static final String HYBRID = "mlkem768x25519-sha256";

  private Algorithms() {
  }

  private static Map<String, Supplier<Mac>> furtherMacs() {
    Map<String, Supplier<Mac>> macs = new HashMap<>();
    macs.put("hmac-sha1-96-etm@openssh.com", () -> new BaseMac("HmacSHA1", 12, 20, true));
    macs.put("hmac-md5-etm@openssh.com", () -> new BaseMac("HmacMD5", 16, 16, true));
    macs.put("hmac-md5-96-etm@openssh.com", () -> new BaseMac("HmacMD5", 12, 16, true));
    macs.put("hmac-ripemd160", () -> new Ripemd160Mac(false));
    macs.put("hmac-ripemd160@openssh.com", () -> new Ripemd160Mac(false));
    macs.put("hmac-ripemd160-etm@openssh.com", () -> new Ripemd160Mac(true));
    return Map.copyOf(macs);
  }

  static List<KeyExchangeFactory> keyExchanges(List<String> names, GroupChoice groups,
      DiffieHellman.ModularPower power) {
    return names.stream().map(name -> DiffieHellman.serverSide(diffieHellman(name), groups, power)).toList();
  }

  private static DHFactory diffieHellman(String name) {
    return name.equals(HYBRID) ? new MlKemX25519(name) : library(BuiltinDHFactories::fromFactoryName, name);
  }

  static List<NamedFactory<Signature>> signatures(List<String> names, RsaSignature.Signers signers) {
    return names.stream()
        .map(name -> RsaSignature.by(signers, library(BuiltinSignatures::fromFactoryName, name))).toList();
  }

  static List<NamedFactory<Cipher>> ciphers(List<String> names, Supplier<Optional<Libcrypto>> libcrypto) {
    return names.stream().map(name -> cipher(name, libcrypto)).toList();
  }

  private static NamedFactory<Cipher> cipher(String name, Supplier<Optional<Libcrypto>> libcrypto) {
    if (FURTHER_CIPHERS.containsKey(name)) {
      return new Further<>(name, FURTHER_CIPHERS.get(name));
    }
    CipherFactory original = library(BuiltinCiphers::fromFactoryName, name);
    return switch (original.getTransformation()) {
      case "AES/CTR/NoPadding", "AES/CBC/NoPadding" -> new Further<>(name, () -> new AesCipher(original));
      case "ChaCha" -> new Further<>(name, () -> libcrypto.get().flatMap(Libcrypto::chaCha20Poly1305)
          .<Cipher>map(ChaCha20::new).orElseGet(original::create));
      default -> original;
    };
  }

  static List<NamedFactory<Mac>> macs(List<String> names) {
    return names.stream().<NamedFactory<Mac>>map(name -> FURTHER_MACS.containsKey(name)
        ? new Further<>(name, FURTHER_MACS.get(name)) : library(BuiltinMacs::fromFactoryName, name)).toList();
  }

  static List<NamedFactory<Compression>> compressions(List<String> names) {
    return names.stream().<NamedFactory<Compression>>map(name -> library(BuiltinCompressions::fromFactoryName, name))
        .toList();
  }

  private static <F> F library(Function<String, F> source, String name) {
    return Objects.requireNonNull(source.apply(name), name);
  }

  private record Further<T>(String name, Supplier<T> maker) implements NamedFactory<T> {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public T create() {
      return maker.get();
    }
  }
}
