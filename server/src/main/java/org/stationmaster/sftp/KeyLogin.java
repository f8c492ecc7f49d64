package org.stationmaster.sftp;

import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Map;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.session.ServerSession;
import org.stationmaster.config.CredentialType;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.Logins;

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
    Signature verifier;
    try {
      key = new ByteArrayBuffer(blob).getRawPublicKey();
      verifier = NamedFactory.create(session.getSignatureFactories(), algorithm);
      if (verifier == null) {
        return unreadable("the algorithm " + algorithm + " is not offered");
      }
      if (!KeyUtils.getCanonicalKeyType(algorithm).equals(KeyUtils.getKeyType(key))) {
        return unreadable("a key of type " + KeyUtils.getKeyType(key) + " for algorithm " + algorithm);
      }
      int leastBits = SshPeer.of(session).algorithms().profile().leastBits();
      if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < leastBits) {
        return unreadable("an RSA key of " + rsa.getModulus().bitLength() + " bits, where at least " + leastBits
            + " are asked for (listeners.*.algorithms)");
      }
    } catch (Exception e) {
      return unreadable(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    String fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    SshPeer peer = SshPeer.of(session);
    if (!isSigned) {
      if (!logins.wouldAcceptKey(peer.connection(), getUsername(), fingerprint)) {
        return false;
      }
      sayAcceptable(session, algorithm, blob);
      return null;
    }
    byte[] signature = request.getBytes();
    if (!isRight(session, verifier, key, algorithm, blob, signature)) {
      return unreadable("the signature is wrong");
    }
    return LoginAnswer.to(logins.withKey(peer.connection(), getUsername(), fingerprint), peer, session).orElse(null);
  }

  private boolean unreadable(String details) {
    SshPeer.of(getServerSession()).emit(EventCatalogue.SSH_PUBLIC_KEY_UNREADABLE,
        Map.of("username", getUsername(), "details", details));
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
