package org.stationmaster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An FTP client that calls from an address of its own choice. */
final class Caller implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final Pattern EXTENDED_PASSIVE = Pattern.compile("229 .*\\(\\|\\|\\|(\\d+)\\|\\).*");

  private final Socket socket;
  private final BufferedReader replies;

  private Caller(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Calls {@code ftp-1}; nothing has been read. */
  static Caller from(String address, ServerUnderTest server) throws IOException {
    return from(address, server.port("ftp-1"));
  }

  /** Calls that port of this machine; nothing has been read. */
  static Caller from(String address, int port) throws IOException {
    return new Caller(new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(address), 0));
  }

  /** The next line; empty at the end of the connection. */
  String reply() throws IOException {
    try {
      String line = replies.readLine();
      return line == null ? "" : line;
    } catch (SocketException expected) {
      // A connection that is closed while we speak is reset.
      return "";
    }
  }

  String say(String command) throws IOException {
    try {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    } catch (SocketException expected) {
      return "";
    }
    return reply();
  }

  /** The greeting, or nothing where the server hangs up; then the answer to a login. */
  String login(String user, String password) throws IOException {
    if (reply().isEmpty()) {
      return "";
    }
    say("USER " + user);
    return say("PASS " + password);
  }

  /** Uploads over a passive data connection from the same address, and returns the last reply. */
  String store(String path, byte[] content) throws IOException {
    return store(path, content, "", 0);
  }

  /** Says something more, whose replies are still to be read, before the data. */
  String store(String path, byte[] content, String more) throws IOException {
    return store(path, content, more, 0);
  }

  /** Uploads with a pause before each byte, in milliseconds. */
  String store(String path, byte[] content, int pause) throws IOException {
    return store(path, content, "", pause);
  }

  private String store(String path, byte[] content, String more, int pause) throws IOException {
    Matcher port = EXTENDED_PASSIVE.matcher(say("EPSV"));
    if (!port.matches()) {
      return "no passive port";
    }
    String first;
    try (Socket data = new Socket(socket.getInetAddress(), Integer.parseInt(port.group(1)), socket.getLocalAddress(),
        0)) {
      first = say("STOR " + path + (more.isEmpty() ? "" : "\r\n" + more));
      if (pause == 0) {
        data.getOutputStream().write(content);
      } else {
        for (byte octet : content) {
          LockSupport.parkNanos(pause * 1_000_000L);
          data.getOutputStream().write(octet);
        }
      }
    }
    return first.startsWith("150") ? reply() : first;
  }

  /** Logs in once from {@code address} and hangs up. */
  static String login(String address, ServerUnderTest server, String user, String password) throws IOException {
    try (Caller caller = from(address, server)) {
      return caller.login(user, password);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
