package org.stationmaster.crypto;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.stationmaster.config.CertificateSettings;
import org.stationmaster.config.TlsSettings;

/**
 * The certificates of the server, ready for TLS.
 *
 * @param all the one for clients that name no server first; not empty
 */
public record TlsIdentities(List<TlsIdentity> all) {
  /** Every data connection of FTP resumes a session, and thousands of loggers come back within the hour. */
  private static final int SESSIONS_KEPT = 20_000;
  private static final Duration SESSION_LIFE = Duration.ofHours(2);

  /** Copies the list. */
  public TlsIdentities {
    all = List.copyOf(all);
  }

  /** All that {@code settings} name; see {@link TlsIdentity#loadOrGenerate}. */
  public static TlsIdentities loadOrGenerate(Path keysFolder, TlsSettings settings) throws KeyMaterialException {
    List<TlsIdentity> identities = new ArrayList<>();
    identities.add(TlsIdentity.loadOrGenerate(keysFolder, settings));
    for (CertificateSettings further : settings.certificates()) {
      identities.add(TlsIdentity.load(keysFolder, further));
    }
    return new TlsIdentities(identities);
  }

  /** All files from which {@link #loadOrGenerate} reads. */
  public static List<Path> files(Path keysFolder, TlsSettings settings) {
    CertificateSettings first = settings.certificate()
        .map(certificate -> new CertificateSettings(certificate, settings.key(), settings.passphrase()))
        .orElse(TrialCertificate.settings(keysFolder, settings));
    return Stream.concat(Stream.of(first), settings.certificates().stream())
        .flatMap(one -> one.files().stream()).distinct().toList();
  }

  /** The certificate for clients that name no server. */
  public TlsIdentity first() {
    return all.getFirst();
  }

  /** The same with the certificate from that file as the first. */
  public TlsIdentities startingWith(Path file) {
    List<TlsIdentity> sorted = new ArrayList<>(all);
    sorted.sort((one, other) -> Boolean.compare(other.file().equals(file), one.file().equals(file)));
    return new TlsIdentities(sorted);
  }

  /** Whether both send the same. */
  public boolean sendTheSameAs(TlsIdentities other) {
    return all.stream().map(TlsIdentity::chain).toList().equals(other.all.stream().map(TlsIdentity::chain).toList());
  }

  /**
   * A new context with these certificates; sessions can be resumed as long as it is the same one.
   *
   * @param clientCa the authorities of clients' certificates (PEM); empty trusts none
   * @param libcrypto signs with RSA keys from when it is there
   */
  public SSLContext newContext(Optional<Path> clientCa, Supplier<Optional<Libcrypto>> libcrypto)
      throws KeyMaterialException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // Given none at all, the JDK would read all public authorities.
      TrustManager[] trusted = clientCa.isEmpty() ? new TrustManager[0] : trustIn(clientCa.get());
      context.init(new KeyManager[] {new IdentityKeyManager(this, libcrypto)}, trusted, null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS_KEPT);
      context.getServerSessionContext().setSessionTimeout(Math.toIntExact(SESSION_LIFE.toSeconds()));
      return context;
    } catch (GeneralSecurityException e) {
      throw new KeyMaterialException("TLS is not available: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trustIn(Path authorities) throws GeneralSecurityException, KeyMaterialException {
    List<X509Certificate> certificates;
    try {
      certificates = CertificateChain.parse(PemBlock.all(KeyFiles.text(KeyFiles.read(authorities))));
      if (certificates.isEmpty()) {
        throw new KeyMaterialException("holds no certificate; the authorities that sign certificates of clients are "
            + "expected, in PEM (tls.client-ca)");
      }
    } catch (KeyMaterialException e) {
      throw e.of(authorities);
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate certificate : certificates) {
        store.setCertificateEntry("authority-" + store.size(), certificate);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException e) {
      throw new KeyStoreException(e);
    }
  }

  /**
   * The certificate for a client.
   *
   * @param serverName that it asked for (RFC 6066 section 3)
   * @param keyType that it can verify
   */
  Optional<TlsIdentity> choose(Optional<String> serverName, String keyType) {
    List<TlsIdentity> named = serverName.flatMap(ServerName::of)
        .map(name -> all.stream().filter(one -> one.covers(name)).toList()).orElse(List.of());
    // A client without a name, or with one that nobody has, gets the first, or its twin with another type of key.
    List<TlsIdentity> fitting = named.isEmpty() ? all.stream().filter(this::isFirstOrItsTwin).toList() : named;
    return fitting.stream().filter(one -> one.key().getAlgorithm().equals(keyType)).findFirst();
  }

  private boolean isFirstOrItsTwin(TlsIdentity one) {
    return one == first() || !first().names().isEmpty() && one.names().containsAll(first().names());
  }

  /**
   * What a client will notice of the change to these certificates, in sentences by the file of each certificate.
   *
   * @param former that were sent before
   */
  public SequencedMap<Path, List<String>> changesSince(TlsIdentities former) {
    SequencedMap<Path, List<String>> changes = new LinkedHashMap<>();
    Map<Path, TlsIdentity> before = new LinkedHashMap<>();
    former.all.forEach(one -> before.put(one.file(), one));
    for (TlsIdentity one : all) {
      Optional.ofNullable(before.get(one.file())).filter(each -> !each.chain().equals(one.chain()))
          .ifPresent(each -> changes.put(one.file(), ChainChange.between(each.chain(), one.chain())));
    }
    return changes;
  }
}
