package org.stationmaster.crypto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks a server for its certificates and its versions of TLS: one with TLS from the start, or FTP with AUTH TLS. */
public final class TlsProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  /** After which a server that says nothing is one that waits for TLS. */
  private static final Duration GREETING = Duration.ofSeconds(2);
  private static final int FTPS = 990;
  private static final int LONGEST_LINE = 4096;
  private static final int HANDSHAKE = 22;

  private final InetSocketAddress address;
  private final Optional<ServerName> name;
  /** Whether the server begins with TLS and not with FTP. */
  private boolean isImplicit;

  /**
   * What a server showed.
   *
   * @param chain in the order in which it was sent
   * @param versions of TLS that it speaks, the oldest first
   */
  public record Shown(List<X509Certificate> chain, List<String> versions) {
  }

  private TlsProbe(InetSocketAddress address, Optional<ServerName> name) {
    this.address = address;
    this.name = name;
    this.isImplicit = address.getPort() == FTPS;
  }

  /**
   * Asks once for each version.
   *
   * @param name of the server that is asked for (SNI), where it is a host name
   * @throws IOException with a sentence, when there is no TLS to be had
   */
  public static Shown ask(InetSocketAddress address, String name) throws IOException {
    TlsProbe probe = new TlsProbe(address, ServerName.of(name));
    List<X509Certificate> chain = new ArrayList<>();
    List<String> versions = new ArrayList<>();
    for (int minor : List.of(1, 2)) {
      if (probe.speaksOld(minor)) {
        versions.add("TLSv1." + (minor - 1));
      }
    }
    IOException problem = new IOException("there was no answer");
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try {
        chain = probe.chain(version);
        versions.add(version);
      } catch (SSLException e) {
        problem = e;
      }
    }
    if (chain.isEmpty()) {
      throw new IOException("there is no handshake with TLS 1.2 or 1.3: " + problem.getMessage(), problem);
    }
    return new Shown(List.copyOf(chain), List.copyOf(versions));
  }

  /** A connection on which TLS can begin. */
  private Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, (int) PATIENCE.toMillis());
      if (!isImplicit) {
        beginIfFtp(socket);
      }
      socket.setSoTimeout((int) PATIENCE.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void beginIfFtp(Socket socket) throws IOException {
    socket.setSoTimeout((int) GREETING.toMillis());
    try {
      reply(socket.getInputStream());
    } catch (SocketTimeoutException _) {
      // A server with TLS from the start waits for its client.
      isImplicit = true;
      return;
    }
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write("AUTH TLS\r\n".getBytes(StandardCharsets.US_ASCII));
    String answer = reply(socket.getInputStream());
    if (!answer.startsWith("234")) {
      throw new IOException("the server refuses AUTH TLS: " + answer);
    }
  }

  /** The last line of an FTP reply (RFC 959 section 4.2); nothing behind it is read. */
  private static String reply(InputStream in) throws IOException {
    String line = line(in);
    if (!line.matches("\\d{3}[ -].*")) {
      throw new IOException("this is neither TLS nor FTP; it says " + line);
    }
    String end = line.substring(0, 3) + " ";
    while (!line.startsWith(end)) {
      line = line(in);
    }
    return line;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || bytes.size() > LONGEST_LINE) {
        throw new IOException("this is neither TLS nor FTP");
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1).strip();
  }

  private List<X509Certificate> chain(String version) throws IOException {
    try (Socket plain = connect();
        SSLSocket socket = (SSLSocket) context().getSocketFactory()
            .createSocket(plain, address.getHostString(), address.getPort(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {version});
      parameters.setServerNames(name.filter(ServerName.Dns.class::isInstance)
          .map(dns -> List.<SNIServerName>of(new SNIHostName(dns.toString()))).orElse(List.of()));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : socket.getSession().getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
      return chain;
    }
  }

  /** Java's own TLS no longer says hello in these versions (RFC 2246, RFC 4346), and only the answer counts. */
  private boolean speaksOld(int minor) throws IOException {
    byte[] random = new byte[32];
    int[] suites = {0xc014, 0xc013, 0xc00a, 0xc009, 0x0035, 0x002f, 0x000a};
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    hello.writeBytes(new byte[] {3, (byte) minor});
    hello.writeBytes(random);
    hello.writeBytes(new byte[] {0, 0, (byte) (2 * suites.length)});
    for (int suite : suites) {
      hello.writeBytes(new byte[] {(byte) (suite >> 8), (byte) suite});
    }
    hello.writeBytes(new byte[] {1, 0});
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.writeBytes(new byte[] {HANDSHAKE, 3, 1, 0, (byte) (hello.size() + 4), 1, 0, 0, (byte) hello.size()});
    record.writeBytes(hello.toByteArray());
    try (Socket socket = connect()) {
      socket.getOutputStream().write(record.toByteArray());
      byte[] answer = socket.getInputStream().readNBytes(11);
      return answer.length == 11 && answer[0] == HANDSHAKE && answer[9] == 3 && answer[10] == minor;
    }
  }

  private static SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available: " + e.getMessage(), e);
    }
  }

  /** What is shown is looked at afterwards; nothing is sent over the connection. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // See above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // See above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // See above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      // See above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // See above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // See above.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
