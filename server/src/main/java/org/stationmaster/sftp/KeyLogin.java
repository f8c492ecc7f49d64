package org.stationmaster.sftp;

import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Logins;
import org.stationmaster.session.OfferedKey;

/**
 * Login by key (RFC 4252 section 7). Whether a key would do is asked without consequences; a login happens only after
 * the signature was verified. MINA's own class asks the same question for both.
 */
final class KeyLogin extends AbstractUserAuth {
  private final Logins logins;

  KeyLogin(Logins logins) {
    super(CredentialType.PUBLIC_KEY.setting());
    this.logins = logins;
  }

  @Override
  protected Boolean doAuth(Buffer request, boolean isFirst) throws Exception {
    boolean isSigned = request.getBoolean();
    String algorithm = request.getString();
    byte[] blob = request.getBytes();
    ServerSession session = getServerSession();
    PublicKey key;
    OfferedKey offered;
    try {
      key = new ByteArrayBuffer(blob).getRawPublicKey();
      PublicKey plain = key instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : key;
      offered = new OfferedKey(KeyUtils.getFingerPrint(BuiltinDigests.sha256, plain), KeyUtils.getKeyType(key),
          KeyUtils.getKeySize(plain));
    } catch (Exception e) {
      return unreadable(algorithm, e.getMessage() == null ? e.toString() : e.getMessage());
    }
    SshPeer peer = SshPeer.of(session);
    Optional<String> flaw = flaw(peer.offer(), algorithm, key, offered);
    if (flaw.isPresent()) {
      return refused(peer, offered, flaw.get());
    }
    if (!isSigned) {
      if (!logins.wouldAcceptKey(peer.connection(), getUsername(), offered)) {
        return false;
      }
      sayAcceptable(session, algorithm, blob);
      return null;
    }
    byte[] signature = request.getBytes();
    Signature verifier = NamedFactory.create(session.getSignatureFactories(), algorithm);
    if (!isRight(session, verifier, key, algorithm, blob, signature)) {
      return refused(peer, offered, "the signature is wrong, so the client's private key does not belong to this "
          + "public key");
    }
    return LoginAnswer.to(logins.withKey(peer.connection(), getUsername(), offered), peer, session).orElse(null);
  }

  /** Why a key cannot be used here, whoever's it is. */
  private static Optional<String> flaw(AlgorithmOffer offer, String algorithm, PublicKey key, OfferedKey offered) {
    int leastBits = offer.algorithms().profile().leastBits();
    if (key instanceof OpenSshCertificate) {
      return Optional.of("it is an OpenSSH certificate, which nobody here can check; the client has to offer the plain "
          + "key");
    }
    if (!KeyUtils.getCanonicalKeyType(algorithm).equals(offered.type())) {
      return Optional.of("a key of this type cannot sign as " + algorithm);
    }
    if (!offer.algorithms().names(Kind.HOST_KEY).contains(algorithm)) {
      return Optional.of("the algorithm " + algorithm + " is not offered (" + offer.setting() + ": "
          + offer.algorithms().text() + (SshAlgorithm.find(Kind.HOST_KEY, algorithm).isPresent()
          ? ",+" + algorithm + " would admit it)" : ")"));
    }
    if (key instanceof RSAKey && offered.bits() < leastBits) {
      return Optional.of("RSA keys have " + leastBits + " bits or more here (" + offer.setting() + ": "
          + offer.algorithms().text() + ")");
    }
    return Optional.empty();
  }

  private boolean refused(SshPeer peer, OfferedKey key, String reason) {
    peer.connection().attempts().add(getUsername(), getName() + " " + key.fingerprint(), reason);
    peer.emit(EventCatalogue.SSH_KEY_REFUSED, Map.of("username", getUsername(), "fingerprint", key.fingerprint(), "key",
        key.words(), "reason", reason));
    return false;
  }

  private boolean unreadable(String algorithm, String details) {
    SshPeer peer = SshPeer.of(getServerSession());
    peer.connection().attempts().add(getUsername(), getName() + " of type " + algorithm, "unreadable");
    peer.emit(EventCatalogue.SSH_PUBLIC_KEY_UNREADABLE, Map.of("username", getUsername(), "details", details));
    return false;
  }

  private static void sayAcceptable(ServerSession session, String algorithm, byte[] blob) throws Exception {
    Buffer answer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_PK_OK);
    answer.putString(algorithm);
    answer.putBytes(blob);
    session.writePacket(answer);
  }

  private boolean isRight(ServerSession session, Signature verifier, PublicKey key, String algorithm, byte[] blob,
      byte[] signature) {
    Buffer signed = new ByteArrayBuffer();
    signed.putBytes(session.getSessionId());
    signed.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
    signed.putString(getUsername());
    signed.putString(getService());
    signed.putString(getName());
    signed.putBoolean(true);
    signed.putString(algorithm);
    signed.putBytes(blob);
    try {
      verifier.initVerifier(session, key);
      verifier.update(session, signed.array(), signed.rpos(), signed.available());
      return verifier.verify(session, signature);
    } catch (Exception e) {
      // Providers throw for a signature that is not even well formed.
      return false;
    }
  }
}
