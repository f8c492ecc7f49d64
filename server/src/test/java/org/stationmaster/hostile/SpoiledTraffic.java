package org.stationmaster.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.stationmaster.fuzz.Mutator;
import org.stationmaster.sftp.SpoiledSsh;

/**
 * Sessions of real clients, recorded once and spoiled anew each time, at each depth: the bytes of the connection, the
 * records of TLS, the packets of SSH, and what is said inside of them. Used by one thread.
 */
final class SpoiledTraffic implements AutoCloseable {
  /** How long the server may take to end what the client has ended. */
  static final Duration PATIENCE = Duration.ofSeconds(30);
  /** Where something was spoiled on the way, either side may wait for what never comes. */
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(3);
  private static final Pattern PASSIVE = Pattern.compile("227 .*?(\\d+),(\\d+)\\)|229 .*\\|(\\d+)\\|\\)");
  private static final Path RECORDINGS = Path.of("src/test/resources");

  private final Target target;
  private final Mutator mutator;
  private final SpoiledSsh ssh;
  private final List<byte[]> sftp = recordings("fuzz/sftp-requests");
  private final List<byte[]> scp = recordings("recordings/scp");
  private final List<byte[]> ftp = recordings("fuzz/ftp-commands");
  private final List<byte[]> proxy = recordings("fuzz/proxy-header");
  private final byte[] sshFromTheStart;
  private final byte[] tlsFromTheStart;
  private final List<Way> ways;

  /** Where the server is, and an account on it. */
  record Target(int sftp, int ftp, int ftps, int proxied, int status, String user, String password) {
  }

  /** One way to be a nuisance; it throws when the server does not serve at all. */
  @FunctionalInterface
  private interface Way {
    void go() throws IOException, GeneralSecurityException;
  }

  SpoiledTraffic(Target target, long seed) throws IOException, GeneralSecurityException {
    this.target = target;
    mutator = new Mutator(seed);
    ssh = new SpoiledSsh(target.sftp(), target.user(), target.password());
    try (Relay relay = new Relay(target.sftp(), mutator, -1)) {
      ssh.sftpThrough(relay.port(), sftp.getFirst(), PATIENCE);
      sshFromTheStart = relay.said();
    }
    try (Relay relay = new Relay(target.ftps(), mutator, -1)) {
      overTls(relay.port(), false, PATIENCE);
      tlsFromTheStart = relay.said();
    }
    ways = List.of(this::sftpRequests, this::sftpRequests, this::scpRecords, this::commandLine, this::sshPackets,
        () -> say(target.sftp(), spoiled(sshFromTheStart)), this::ftpCommands, this::ftpCommands, this::tlsRecords,
        () -> say(target.ftps(), spoiled(tlsFromTheStart)), () -> say(target.ftp(), spoiled(mutator.oneOf(ftp))),
        this::proxyHeader, this::statusRequest);
  }

  private static List<byte[]> recordings(String folder) throws IOException {
    List<byte[]> recordings = new ArrayList<>();
    try (Stream<Path> files = Files.list(RECORDINGS.resolve(folder))) {
      for (Path file : files.sorted().toList()) {
        recordings.add(Files.readAllBytes(file));
      }
    }
    return recordings;
  }

  /** Goes one of the ways; they go round. */
  void go(int way) throws IOException, GeneralSecurityException {
    ways.get(way % ways.size()).go();
  }

  private byte[] spoiled(byte[] recording) {
    return mutator.spoil(recording, recording);
  }

  private byte[] spoiledOneOf(List<byte[]> recordings) {
    return mutator.spoil(mutator.oneOf(recordings), mutator.oneOf(recordings));
  }

  private void sftpRequests() throws IOException {
    ssh.sftp(spoiledOneOf(sftp), mutator.below(4) > 0);
  }

  private void scpRecords() throws IOException {
    ssh.execute(mutator.oneOf(List.of("scp -t day.dat", "scp -r -p -t tree", "scp -r -p -f .", "scp -t -d .")),
        spoiledOneOf(scp), mutator.below(4) > 0);
  }

  private void commandLine() throws IOException {
    byte[] line = mutator.oneOf(List.of("scp -r -t -- 'a b'", "passwd", "scp -f ~/*.d[a-z]t", "change-password x"))
        .getBytes(StandardCharsets.ISO_8859_1);
    String spoiled = new String(spoiled(line), StandardCharsets.ISO_8859_1);
    // The client's library refuses to send nothing.
    ssh.execute(spoiled.trim().isEmpty() ? "?" : spoiled, spoiledOneOf(scp), true);
  }

  private void sshPackets() throws IOException {
    try (Relay relay = new Relay(target.sftp(), mutator, mutator.below(12))) {
      ssh.sftpThrough(relay.port(), spoiledOneOf(sftp), LITTLE_PATIENCE);
    } catch (IOException expected) {
      // The server has found out that something is spoiled.
    }
  }

  private void ftpCommands() throws IOException {
    String login = "USER " + target.user() + "\r\nPASS " + target.password() + "\r\n";
    byte[] said = spoiledOneOf(ftp);
    byte[] all = new byte[login.length() + said.length];
    System.arraycopy(login.getBytes(StandardCharsets.ISO_8859_1), 0, all, 0, login.length());
    System.arraycopy(said, 0, all, login.length(), said.length);
    say(target.ftp(), all);
  }

  private void tlsRecords() throws IOException, GeneralSecurityException {
    boolean isExplicit = mutator.below(2) == 0;
    try (Relay relay = new Relay(isExplicit ? target.ftp() : target.ftps(), mutator, mutator.below(8))) {
      overTls(relay.port(), isExplicit, LITTLE_PATIENCE);
    } catch (IOException expected) {
      // As above.
    }
  }

  private void overTls(int port, boolean isExplicit, Duration patience)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      plain.setSoTimeout((int) patience.toMillis());
      if (isExplicit) {
        plain.getOutputStream().write("AUTH TLS\r\n".getBytes(StandardCharsets.US_ASCII));
        String replies = "";
        byte[] some = new byte[512];
        while (!replies.contains("234")) {
          int count = plain.getInputStream().read(some);
          if (count < 0) {
            return;
          }
          replies += new String(some, 0, count, StandardCharsets.ISO_8859_1);
        }
      }
      try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true)) {
        tls.startHandshake();
        tls.getOutputStream().write(("USER " + target.user() + "\r\nPASS " + target.password() + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
        tls.getOutputStream().write(ftp.get(mutator.below(ftp.size())));
        tls.getOutputStream().write("\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        tls.getInputStream().readAllBytes();
      }
    }
  }

  /** Whom we talk to does not matter here. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private void proxyHeader() throws IOException {
    byte[] header = mutator.oneOf(proxy);
    byte[] all = new byte[header.length + sshFromTheStart.length];
    System.arraycopy(header, 0, all, 0, header.length);
    System.arraycopy(sshFromTheStart, 0, all, header.length, sshFromTheStart.length);
    say(target.proxied(), mutator.below(2) == 0 ? spoiled(all) : mutator.spoil(header, sshFromTheStart));
  }

  private void statusRequest() throws IOException {
    say(target.status(), spoiled(("GET /ready HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
        + "HEAD /health?x=%zz HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
  }

  /** Says it all at once, looks at the answers for a moment, and leaves in one of the ways in which clients leave. */
  private void say(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(200);
      int leaving = mutator.below(3);
      if (leaving == 0) {
        socket.setSoLinger(true, 0);
      }
      socket.getOutputStream().write(bytes);
      if (leaving == 1) {
        socket.shutdownOutput();
      }
      listen(socket.getInputStream());
    } catch (SocketTimeoutException expected) {
      // The server waits for more.
    } catch (IOException e) {
      if (e instanceof ConnectException) {
        throw e;
      }
      // The server has had enough.
    }
  }

  /** Goes where a passive port was offered, most times, and says something there. */
  private void listen(InputStream in) throws IOException {
    byte[] buffer = new byte[8192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      Matcher passive = PASSIVE.matcher(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      if (passive.find() && mutator.below(4) > 0) {
        int port = Optional.ofNullable(passive.group(3)).map(Integer::parseInt).orElseGet(() ->
            256 * Integer.parseInt(passive.group(1)) + Integer.parseInt(passive.group(2)));
        try (Socket data = new Socket(InetAddress.getLoopbackAddress(), port)) {
          data.setSoLinger(mutator.below(3) == 0, 0);
          data.getOutputStream().write(mutator.oneOf(sftp));
        } catch (IOException expected) {
          // It was offered by a session that has ended since.
        }
      }
    }
  }

  /** Tries wrong passwords for accounts that are there and others, from some of a network of addresses. */
  void guess() throws IOException {
    ssh.wrongLogin();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, (byte) random.nextInt(1, 9),
        (byte) random.nextInt(1, 250)});
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.ftp(), from, 0)) {
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(("USER " + (random.nextBoolean() ? target.user() : "root")
          + "\r\nPASS x\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException expected) {
      // The address is banned by now, or the answer is held back.
    }
  }

  /** Has the server work off an upload's commands up to the last one; where it waits for the bytes, if it does. */
  static Optional<Integer> passivePort(Socket control, String user, String password, String last) throws IOException {
    control.getOutputStream().write(("USER " + user + "\r\nPASS " + password + "\r\nTYPE I\r\nPASV\r\n" + last
        + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    byte[] some = new byte[1024];
    String replies = "";
    for (int count = control.getInputStream().read(some); count >= 0; count = control.getInputStream().read(some)) {
      replies += new String(some, 0, count, StandardCharsets.ISO_8859_1);
      Matcher passive = PASSIVE.matcher(replies);
      if (passive.find()) {
        return Optional.of(256 * Integer.parseInt(passive.group(1)) + Integer.parseInt(passive.group(2)));
      }
    }
    return Optional.empty();
  }

  /** Leaves the server alone. */
  void rest() {
    ssh.rest();
  }

  @Override
  public void close() {
    ssh.close();
  }
}
