package org.stationmaster.crypto;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Random;
import org.apache.sshd.common.kex.DHGroupData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.stationmaster.Micro;

/** The arithmetic of a key exchange with group 14, short exponents and an RSA key of 2048 bits. */
@State(Scope.Benchmark)
public class KeyExchangeMicro extends Micro {
  private final Libcrypto library = Libcrypto.find().orElseThrow();
  private final BigInteger prime = new BigInteger(1, DHGroupData.getP14());
  private final BigInteger exponent = new BigInteger(255, new Random(1)).setBit(255);
  private final BigInteger theirs = new BigInteger(2047, new Random(2));
  private Libcrypto.RsaSigner signer;
  private Signature signature;

  @Setup
  public void makeKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair key = generator.generateKeyPair();
    signer = library.signer(key.getPrivate()).orElseThrow();
    signature = Signature.getInstance("SHA1withRSA");
    signature.initSign(key.getPrivate());
  }

  @Benchmark
  public BigInteger ourHalf() {
    return library.powerOfKnown(BigInteger.TWO, exponent, prime);
  }

  @Benchmark
  public BigInteger secret() {
    return library.power(theirs, exponent, prime);
  }

  @Benchmark
  public BigInteger secretByJava() {
    return theirs.modPow(exponent, prime);
  }

  @Benchmark
  public byte[] signature() {
    return signer.sign(Arrays.copyOf(new byte[] {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05,
        0x00, 0x04, 0x14}, 35));
  }

  @Benchmark
  public byte[] signatureByJava() throws SignatureException {
    signature.update((byte) 1);
    return signature.sign();
  }
}
