package org.stationmaster.ftp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that says exactly what a test wants it to say. */
public final class RawClient implements AutoCloseable {
  private static final Pattern PASSIVE = Pattern.compile(".*\\((\\d+,\\d+,\\d+,\\d+),(\\d+),(\\d+)\\).*");
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket plain;
  private Socket control;
  private BufferedReader replies;
  private SSLContext tls;

  /** Connects; the greeting is still to be read. */
  public RawClient(int port) throws IOException {
    this(InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress(), port);
  }

  /** Connects from one of this machine's addresses to another. */
  RawClient(InetAddress from, InetAddress to, int port) throws IOException {
    plain = new Socket(to, port, from, 0);
    plain.setSoTimeout(PATIENCE_MILLIS);
    use(plain);
  }

  private void use(Socket socket) throws IOException {
    control = socket;
    replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** A client that has read the greeting and logged in. */
  static RawClient loggedIn(FtpServerUnderTest server) throws IOException {
    return loggedIn(server, FtpServerUnderTest.USER);
  }

  static RawClient loggedIn(FtpServerUnderTest server, String user) throws IOException {
    return loggedIn(new RawClient(server.port()), user);
  }

  /** Reads the greeting and logs in. */
  static RawClient loggedIn(RawClient client, String user) throws IOException {
    client.reply();
    client.say("USER " + user);
    String reply = client.say("PASS " + FtpServerUnderTest.PASSWORD);
    if (!reply.startsWith("230")) {
      throw new AssertionError(reply);
    }
    return client;
  }

  Socket control() {
    return control;
  }

  /** Begins TLS as a client that trusts the server's CA. */
  void secure(FtpServerUnderTest server, String protocol) throws Exception {
    secure(server.identity().chain().getLast(), protocol);
  }

  /** Begins TLS as a client that trusts {@code ca}. */
  public void secure(X509Certificate ca, String protocol) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca);
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    tls = SSLContext.getInstance("TLS");
    tls.init(null, factory.getTrustManagers(), null);
    use(layer(plain, protocol));
  }

  private SSLSocket layer(Socket socket, String protocol) throws IOException {
    SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    secured.setEnabledProtocols(new String[] {protocol});
    secured.startHandshake();
    return secured;
  }

  /** Inside TLS, over a data connection. */
  public SSLSocket secureData(Socket data, String protocol) throws IOException {
    return layer(data, protocol);
  }

  void send(String text) throws IOException {
    OutputStream out = control.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Says a command and returns the whole reply. */
  public String say(String command) throws IOException {
    send(command + "\r\n");
    return reply();
  }

  /** The next reply; its lines are separated by line feeds. Empty at the end of the connection. */
  public String reply() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      return "";
    }
    StringBuilder all = new StringBuilder(line);
    if (line.length() > 3 && line.charAt(3) == '-') {
      String last = line.substring(0, 3) + " ";
      do {
        line = replies.readLine();
        all.append('\n').append(line);
      } while (!line.startsWith(last));
    }
    return all.toString();
  }

  /** Asks for a passive port. */
  InetSocketAddress passive() throws IOException {
    String reply = say("PASV");
    Matcher matcher = PASSIVE.matcher(reply);
    if (!matcher.matches()) {
      throw new AssertionError(reply);
    }
    return new InetSocketAddress(matcher.group(1).replace(',', '.'),
        Integer.parseInt(matcher.group(2)) * 256 + Integer.parseInt(matcher.group(3)));
  }

  /** Opens a data connection and says what goes over it; the 150 has been read. */
  public Socket open(String command) throws IOException {
    InetSocketAddress address = passive();
    send(command + "\r\n");
    Socket data = new Socket();
    data.connect(address, PATIENCE_MILLIS);
    data.setSoTimeout(PATIENCE_MILLIS);
    String reply = reply();
    if (!reply.startsWith("150")) {
      throw new AssertionError(reply);
    }
    return data;
  }

  /** Uploads and returns the last reply. */
  String upload(String command, byte[] content) throws IOException {
    try (Socket data = open(command)) {
      data.getOutputStream().write(content);
    }
    return reply();
  }

  String upload(String command, String content) throws IOException {
    return upload(command, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Downloads, and checks that the last reply is 226. */
  String download(String command) throws IOException {
    String content;
    try (Socket data = open(command)) {
      content = new String(data.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
    String reply = reply();
    if (!reply.startsWith("226")) {
      throw new AssertionError(reply);
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    control.close();
    plain.close();
  }
}
