package org.stationmaster.crypto;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows each client the certificate for the name that it asks for. The JDK's own would want a key store, which encrypts
 * the keys only for itself, and looks at no name. An alias is the place of the identity.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
  private final TlsIdentities identities;
  private final Supplier<Optional<Libcrypto>> libcrypto;
  /** As the library has them, which may come later than the first client. */
  private final Map<String, PrivateKey> faster = new ConcurrentHashMap<>();

  IdentityKeyManager(TlsIdentities identities, Supplier<Optional<Libcrypto>> libcrypto) {
    this.identities = identities;
    this.libcrypto = libcrypto;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return choose(keyType, socket instanceof SSLSocket tls ? tls.getHandshakeSession() : null);
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return choose(keyType, engine.getHandshakeSession());
  }

  /** Null is the JDK's word for none. */
  private String choose(String keyType, SSLSession session) {
    List<SNIServerName> asked = session instanceof ExtendedSSLSession extended ? extended.getRequestedServerNames()
        : List.of();
    Optional<String> name = asked.stream().filter(each -> each.getType() == StandardConstants.SNI_HOST_NAME)
        .map(each -> new SNIHostName(each.getEncoded()).getAsciiName()).findFirst();
    return identities.choose(name, keyType).map(identities.all()::indexOf).map(String::valueOf).orElse(null);
  }

  private TlsIdentity at(String alias) {
    return identities.all().get(Integer.parseInt(alias));
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    String alias = choose(keyType, null);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return at(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return libcrypto.get()
        .map(library -> faster.computeIfAbsent(alias, each -> LibcryptoKey.of(at(each).key(), library)))
        .orElseGet(() -> at(alias).key());
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return null;
  }
}
