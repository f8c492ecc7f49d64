package org.stationmaster.sftp;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.digest.Digest;
import org.apache.sshd.common.kex.AbstractDH;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.DHG;
import org.apache.sshd.common.kex.KeyExchange;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.kex.DHGEXServer;
import org.apache.sshd.server.kex.DHGServer;
import org.stationmaster.crypto.DhGroup;
import org.stationmaster.crypto.Libcrypto;

/**
 * Key exchanges whose Diffie-Hellman costs no more than the group's strength is worth: a storm of loggers pays for
 * every bit of an exponent and of a group.
 */
final class DiffieHellman {
  /** Raises numbers to secret powers, by the library if there is one. */
  record ModularPower(Supplier<Optional<Libcrypto>> libcrypto) {
    BigInteger raise(BigInteger base, BigInteger exponent, BigInteger modulus) {
      return libcrypto.get().map(library -> library.power(base, exponent, modulus))
          .orElseGet(() -> base.modPow(exponent, modulus));
    }

    /** The same with a base that comes again and again. */
    BigInteger raiseGenerator(BigInteger generator, BigInteger exponent, BigInteger modulus) {
      return libcrypto.get().map(library -> library.powerOfKnown(generator, exponent, modulus))
          .orElseGet(() -> generator.modPow(exponent, modulus));
    }
  }

  private DiffieHellman() {
  }

  /** MINA's key exchange, with our exponents and our choice of groups where it has any. */
  static KeyExchangeFactory serverSide(DHFactory factory, GroupChoice groups, ModularPower power) {
    DHFactory economical = new Economical(factory, power, new SecureRandom());
    return factory.isGroupExchange() ? new GroupExchangeFactory(economical, groups) : DHGServer.newFactory(economical);
  }

  /** Twice the strength of the group in bits, with a margin (RFC 4419 section 6.2; all groups are of safe primes). */
  static int exponentBits(int groupBits) {
    if (groupBits <= 2048) {
      return 256;
    }
    return groupBits <= 4096 ? 320 : 448;
  }

  private record Economical(DHFactory original, ModularPower power, SecureRandom random) implements DHFactory {
    @Override
    public String getName() {
      return original.getName();
    }

    @Override
    public boolean isSupported() {
      return original.isSupported();
    }

    @Override
    public boolean isGroupExchange() {
      return original.isGroupExchange();
    }

    @Override
    public AbstractDH create(Object... parameters) throws Exception {
      AbstractDH agreement = original.create(parameters);
      return agreement instanceof DHG group ? new ShortExponent(group, power, random) : agreement;
    }
  }

  private static final class ShortExponent extends DHG {
    private final DHG original;
    private final ModularPower power;
    private final SecureRandom random;
    private BigInteger exponent;
    private BigInteger received;

    ShortExponent(DHG original, ModularPower power, SecureRandom random) throws Exception {
      super(null, original.getP(), original.getG());
      this.original = original;
      this.power = power;
      this.random = random;
    }

    @Override
    protected byte[] calculateE() {
      int bits = exponentBits(getP().bitLength());
      // Of a fixed length, so that the time it takes tells nothing.
      exponent = new BigInteger(bits - 1, random).setBit(bits - 1);
      return power.raiseGenerator(getG(), exponent, getP()).toByteArray();
    }

    @Override
    public void setF(BigInteger number) {
      received = number;
    }

    @Override
    protected byte[] calculateK() throws InvalidKeyException {
      // RFC 4253 section 8 allows 1 and p - 1 as well, of which everybody knows the powers.
      if (received.compareTo(BigInteger.ONE) <= 0 || received.compareTo(getP().subtract(BigInteger.ONE)) >= 0) {
        throw new InvalidKeyException("the client's half of the key exchange is not a number from 2 to p - 2");
      }
      BigInteger secret = power.raise(received, exponent, getP());
      exponent = null;
      return stripLeadingZeroes(secret.toByteArray());
    }

    @Override
    public Digest getHash() throws Exception {
      return original.getHash();
    }
  }

  private record GroupExchangeFactory(DHFactory factory, GroupChoice groups) implements KeyExchangeFactory {
    @Override
    public String getName() {
      return factory.getName();
    }

    @Override
    public KeyExchange createKeyExchange(Session session) {
      return new GroupExchange(factory, session, groups);
    }
  }

  /** MINA's, with our answers to the requests; it would parse a file of groups again for each connection. */
  private static final class GroupExchange extends DHGEXServer {
    private final GroupChoice groups;

    GroupExchange(DHFactory factory, Session session, GroupChoice groups) {
      super(factory, session);
      this.groups = groups;
    }

    @Override
    public boolean next(int message, Buffer buffer) throws Exception {
      boolean isOld = message == SshConstants.SSH_MSG_KEX_DH_GEX_REQUEST_OLD;
      if (expected != SshConstants.SSH_MSG_KEX_DH_GEX_REQUEST
          || !isOld && message != SshConstants.SSH_MSG_KEX_DH_GEX_REQUEST) {
        return super.next(message, buffer);
      }
      int allowed = SshPeer.of(getSession()).algorithms().profile().leastBits();
      oldRequest = isOld;
      // The reply's hash is over these numbers as they were sent.
      min = isOld ? 0 : buffer.getInt();
      prf = buffer.getInt();
      max = isOld ? 0 : buffer.getInt();
      answer(isOld ? groups.chooseForOldRequest(prf, allowed) : groups.choose(min, prf, max, allowed));
      return false;
    }

    private void answer(DhGroup group) throws Exception {
      dh = getDH(group.prime(), group.generator());
      setF(dh.getE());
      hash = dh.getHash();
      hash.init();
      Buffer answer = getSession().createBuffer(SshConstants.SSH_MSG_KEX_DH_GEX_GROUP);
      answer.putMPInt(group.prime());
      answer.putMPInt(group.generator());
      getSession().writePacket(answer);
      expected = SshConstants.SSH_MSG_KEX_DH_GEX_INIT;
    }
  }
}
