package org.stationmaster.ftp;

import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.TlsVersion;

/**
 * What a listener offers those who begin TLS, as it is now; a reload makes another one.
 *
 * @param context the certificate, and the sessions that can be resumed
 * @param settings everything else
 */
public record TlsOffer(SSLContext context, FtpTlsSettings settings) {
  /** Validates that everything is there. */
  public TlsOffer {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(settings, "settings");
  }

  /** The server's end of one TLS connection. */
  SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(settings.versions().stream().map(TlsVersion::jdkName).toArray(String[]::new));
    parameters.setCipherSuites(settings.ciphers().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
