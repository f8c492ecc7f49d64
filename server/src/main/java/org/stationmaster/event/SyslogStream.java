package org.stationmaster.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.stationmaster.config.SyslogOutputSettings;
import org.stationmaster.config.SyslogOutputSettings.Server;

/**
 * Syslog over a connection: each message with its length before it (RFC 6587 section 3.4.1, RFC 5425 section 4.3). The
 * server acknowledges nothing, so what was on its way when it went is lost, and nobody can tell.
 */
final class SyslogStream implements SyslogTransport {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  /** A server that takes nothing for so long is given up. */
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

  private final Server server;
  private final Optional<SSLContext> tls;
  private Socket socket;
  /** By {@link System#nanoTime}; 0 while nothing is being written. */
  private volatile long writingSince;

  SyslogStream(Server server) {
    this(server, Optional.empty());
  }

  private SyslogStream(Server server, Optional<SSLContext> tls) {
    this.server = server;
    this.tls = tls;
  }

  /** With TLS, where the server must prove the name by which we call it (RFC 5425 section 5.2). */
  static SyslogStream overTls(SyslogOutputSettings settings) throws IOException {
    try {
      if (settings.ca().isEmpty()) {
        return new SyslogStream(settings.server().orElseThrow(), Optional.of(SSLContext.getDefault()));
      }
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      try (InputStream in = Files.newInputStream(settings.ca().get())) {
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
        }
      }
      if (trusted.size() == 0) {
        throw new GeneralSecurityException("it holds no certificate");
      }
      TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return new SyslogStream(settings.server().orElseThrow(), Optional.of(context));
    } catch (GeneralSecurityException e) {
      throw new IOException("events.outputs." + settings.name() + ".ca-file: " + settings.ca().map(Object::toString)
          .orElse("the trust of the Java runtime") + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void send(Deque<byte[]> messages) throws IOException {
    if (messages.isEmpty()) {
      return;
    }
    if (socket != null && hasLeft()) {
      close();
    }
    if (socket == null) {
      connect();
    }
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      frames.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
      frames.writeBytes(message);
    }
    writingSince = System.nanoTime();
    try {
      frames.writeTo(socket.getOutputStream());
    } finally {
      writingSince = 0;
    }
    messages.clear();
  }

  /** A write into a connection that the server has closed succeeds once more, and is lost. */
  private boolean hasLeft() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException expected) {
      return false;
    }
  }

  private void connect() throws IOException {
    InetSocketAddress address = SyslogTransport.resolve(server);
    Socket plain = new Socket();
    try {
      plain.setKeepAlive(true);
      plain.connect(address, (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      socket = tls.isPresent() ? handshake(plain, tls.get()) : plain;
      // From here on nothing is read but the end.
      socket.setSoTimeout(1);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
    Thread.ofVirtual().name("events-syslog-watch").start(() -> watch(plain));
  }

  private Socket handshake(Socket plain, SSLContext context) throws IOException {
    SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, server.host(), server.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  /** A write cannot be given a time limit, but ends when the socket, below TLS, is closed. */
  private void watch(Socket watched) {
    try {
      while (!watched.isClosed()) {
        Thread.sleep(Duration.ofSeconds(1));
        long since = writingSince;
        if (since != 0 && System.nanoTime() - since > LONGEST_WRITE.toNanos()) {
          watched.close();
        }
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException expected) {
        // It is of no use any more.
      }
      socket = null;
    }
  }

  @Override
  public String toString() {
    return (tls.isPresent() ? "tls " : "tcp ") + server;
  }
}
