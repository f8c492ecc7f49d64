package org.stationmaster.crypto;

import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The way by which the JDK's TLS finds {@link Libcrypto}: it takes signatures from the first provider that knows the
 * class of the key. This one comes last and knows nothing but {@link LibcryptoKey}, which none before it does.
 */
final class LibcryptoProvider extends Provider {
  private static final long serialVersionUID = 1;
  private static final String NAME = "StationmasterLibcrypto";

  private LibcryptoProvider() {
    super(NAME, "1", "RSA signatures by libcrypto");
    add("RSASSA-PSS", PssSignature::new);
    for (Libcrypto.Digest digest : Libcrypto.Digest.values()) {
      add(digest.algorithm().replace("-", "") + "withRSA", () -> new Pkcs1Signature(digest));
    }
  }

  private void add(String algorithm, Supplier<RsaSignature> maker) {
    putService(new Service(this, "Signature", algorithm, RsaSignature.class.getName(), List.of(),
        Map.of("SupportedKeyClasses", LibcryptoKey.class.getName())) {
      @Override
      public Object newInstance(Object parameter) {
        return maker.get();
      }
    });
  }

  /** For the whole process, once. */
  static void install() {
    Security.addProvider(new LibcryptoProvider());
  }

  private abstract static class RsaSignature extends SignatureSpi {
    private LibcryptoKey key;
    private MessageDigest message;

    /** Asked when the key is given: the parameters, if there are any, came before. */
    abstract Libcrypto.Digest digest() throws InvalidKeyException;

    abstract byte[] sign(Libcrypto.RsaSigner signer, byte[] digested);

    @Override
    protected void engineInitSign(PrivateKey wanted) throws InvalidKeyException {
      if (!(wanted instanceof LibcryptoKey known)) {
        throw new InvalidKeyException("it is not a key of libcrypto");
      }
      key = known;
      try {
        message = MessageDigest.getInstance(digest().algorithm());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-2", e);
      }
    }

    @Override
    protected void engineInitVerify(PublicKey wanted) throws InvalidKeyException {
      throw new InvalidKeyException("it only signs");
    }

    @Override
    protected void engineUpdate(byte b) {
      message.update(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      message.update(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      try {
        return sign(key.signer(), message.digest());
      } catch (IllegalStateException e) {
        throw new SignatureException(e.getMessage(), e);
      }
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("it only signs");
    }

    @Override
    @SuppressWarnings("deprecation")
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    @SuppressWarnings("deprecation")
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException(name);
    }
  }

  /** RFC 8017 section 8.2.1. */
  private static final class Pkcs1Signature extends RsaSignature {
    private final Libcrypto.Digest digest;

    Pkcs1Signature(Libcrypto.Digest digest) {
      this.digest = digest;
    }

    @Override
    Libcrypto.Digest digest() {
      return digest;
    }

    @Override
    byte[] sign(Libcrypto.RsaSigner signer, byte[] digested) {
      return signer.sign(digest, digested);
    }
  }

  /** RFC 8017 section 8.1.1 with the parameters that TLS has (RFC 8446 section 4.2.3). */
  private static final class PssSignature extends RsaSignature {
    private Libcrypto.Digest digest;

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
      digest = Arrays.stream(Libcrypto.Digest.values())
          .filter(known -> parameters instanceof PSSParameterSpec wanted && isThatOf(known, wanted)).findFirst()
          .orElseThrow(() -> new InvalidAlgorithmParameterException("TLS does not use " + parameters));
    }

    private static boolean isThatOf(Libcrypto.Digest known, PSSParameterSpec wanted) {
      return wanted.getDigestAlgorithm().equals(known.algorithm())
          && wanted.getMGFParameters() instanceof MGF1ParameterSpec mask
          && mask.getDigestAlgorithm().equals(known.algorithm())
          && wanted.getTrailerField() == PSSParameterSpec.TRAILER_FIELD_BC
          && wanted.getSaltLength() == known.length();
    }

    @Override
    Libcrypto.Digest digest() throws InvalidKeyException {
      if (digest == null) {
        throw new InvalidKeyException("the parameters of RSASSA-PSS come first");
      }
      return digest;
    }

    @Override
    byte[] sign(Libcrypto.RsaSigner signer, byte[] digested) {
      return signer.signPss(digest, digested);
    }
  }
}
