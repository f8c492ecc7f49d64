package org.stationmaster.sftp;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Comparator;
import java.util.List;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import org.apache.sshd.common.digest.Digest;
import org.apache.sshd.common.kex.AbstractDH;
import org.apache.sshd.common.kex.DHFactory;
import org.apache.sshd.common.kex.DHG;
import org.apache.sshd.common.kex.KeyExchange;
import org.apache.sshd.common.kex.KeyExchangeFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.kex.DHGEXServer;
import org.apache.sshd.server.kex.DHGServer;
import org.apache.sshd.server.kex.Moduli;
import org.apache.sshd.server.session.ServerSession;

/**
 * Key exchanges whose Diffie-Hellman costs no more than the group's strength is worth: a storm of loggers pays for
 * every bit of an exponent and of a group.
 */
final class DiffieHellman {
  /** Groups from here on are safe; smaller ones are only for clients that can do nothing else. */
  private static final int SAFE_GROUP = 2048;

  private DiffieHellman() {
  }

  /** MINA's key exchange, with our exponents and our choice of groups where it has any. */
  static KeyExchangeFactory serverSide(DHFactory factory) {
    DHFactory economical = new Economical(factory);
    return factory.isGroupExchange() ? new GroupExchangeFactory(economical) : DHGServer.newFactory(economical);
  }

  /** Twice the strength of the group in bits, with a margin (RFC 4419 section 6.2; all groups are of safe primes). */
  static int exponentBits(int groupBits) {
    if (groupBits <= 2048) {
      return 256;
    }
    return groupBits <= 4096 ? 320 : 448;
  }

  private record Economical(DHFactory original) implements DHFactory {
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
      return agreement instanceof DHG group ? new ShortExponent(group) : agreement;
    }
  }

  private static final class ShortExponent extends DHG {
    private final DHG original;

    ShortExponent(DHG original) throws Exception {
      super(null, original.getP(), original.getG());
      this.original = original;
    }

    @Override
    protected byte[] calculateE() throws Exception {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(KEX_TYPE);
      generator.initialize(new DHParameterSpec(getP(), getG(), exponentBits(getP().bitLength())));
      KeyPair pair = generator.generateKeyPair();
      myKeyAgree.init(pair.getPrivate());
      BigInteger sent = ((DHPublicKey) pair.getPublic()).getY();
      return sent.toByteArray();
    }

    @Override
    public Digest getHash() throws Exception {
      return original.getHash();
    }
  }

  private record GroupExchangeFactory(DHFactory factory) implements KeyExchangeFactory {
    @Override
    public String getName() {
      return factory.getName();
    }

    @Override
    public KeyExchange createKeyExchange(Session session) {
      return new GroupExchange(factory, session);
    }
  }

  private static final class GroupExchange extends DHGEXServer {
    GroupExchange(DHFactory factory, Session session) {
      super(factory, session);
    }

    @Override
    protected List<Moduli.DhGroup> selectModuliGroups(ServerSession session, int least, int preferred, int most,
        List<Moduli.DhGroup> groups) {
      return smallestSafe(least, most, groups);
    }

    @Override
    protected List<Moduli.DhGroup> loadModuliGroups(ServerSession session) throws IOException {
      // The built-in list is kept by MINA; a file would be parsed again for each connection.
      return Moduli.loadInternalModuli(Moduli.class.getResource(Moduli.INTERNAL_MODULI_RESPATH));
    }
  }

  /** The smallest groups in the client's range that are safe; if there is none, the largest ones that there are. */
  static List<Moduli.DhGroup> smallestSafe(int least, int most, List<Moduli.DhGroup> groups) {
    List<Integer> possible = groups.stream().map(Moduli.DhGroup::getSize)
        .filter(size -> size >= Math.max(least, JdkSecurity.SMALLEST_GROUP) && size <= most).sorted().toList();
    return possible.stream().filter(size -> size >= SAFE_GROUP).findFirst()
        .or(() -> possible.stream().max(Comparator.naturalOrder()))
        .map(best -> groups.stream().filter(group -> group.getSize() == best).toList())
        .orElse(List.of());
  }
}
