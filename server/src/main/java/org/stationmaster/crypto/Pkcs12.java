package org.stationmaster.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a PKCS#12 file (RFC 7292) holds for a server.
 *
 * @param pair the only private key in it, and its public half
 * @param chain of that key's certificate, leaf first; not empty
 */
record Pkcs12(KeyPair pair, List<X509Certificate> chain) {
  static Pkcs12 read(byte[] content, PassphraseSource passphrase) throws KeyMaterialException {
    char[] password = passphrase.isSet() ? passphrase.characters() : new char[0];
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), password);
      return onlyKey(store, password);
    } catch (IOException e) {
      throw new KeyMaterialException(e.getCause() instanceof UnrecoverableKeyException ? passphrase.wrong()
          : "is neither text (PEM, OpenSSH) nor PKCS#12; \"openssl pkey -inform DER -in FILE -out NEW\" converts a key "
              + "in DER, \"openssl x509 -inform DER -in FILE -out NEW\" a certificate", e);
    } catch (UnrecoverableKeyException e) {
      throw new KeyMaterialException(passphrase.wrong(), e);
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("cannot be read: " + e.getMessage(), e);
    }
  }

  private static Pkcs12 onlyKey(KeyStore store, char[] password)
      throws GeneralSecurityException, KeyMaterialException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.size() != 1) {
      throw new KeyMaterialException("holds " + (keys.isEmpty() ? "no" : keys.size())
          + " private keys with a certificate; one is expected");
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate certificate : store.getCertificateChain(keys.getFirst())) {
      chain.add((X509Certificate) certificate);
    }
    if (!(store.getKey(keys.getFirst(), password) instanceof PrivateKey key)) {
      throw new KeyMaterialException("holds a secret key, no private key");
    }
    return new Pkcs12(new KeyPair(PublicHalf.of(key), key), List.copyOf(chain));
  }
}
