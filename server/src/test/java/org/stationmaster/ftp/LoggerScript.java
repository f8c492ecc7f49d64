package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a logger says, line by line, with what it must hear:
 *
 * <pre>
 * USER pole-7 : 331
 * PASV
 * STOR a.dat &lt;&lt; content : 226
 * PORT
 * RETR a.dat &gt;&gt; content : 226
 * </pre>
 *
 * {@code PASV}, {@code EPSV}, {@code PORT} and {@code EPRT} alone make the next data connection. Behind {@code >>} a
 * tilde begins a pattern. {@code \r}, {@code \n} and {@code \0} in a content are what they are in Java.
 */
final class LoggerScript implements AutoCloseable {
  private static final Pattern EXTENDED_PASSIVE = Pattern.compile("229 .*\\(\\|\\|\\|(\\d+)\\|\\).*");
  private static final Pattern LINE =
      Pattern.compile("(?<command>.*?)(?: (?<way><<|>>) ?(?<content>.*?))? : (?<reply>.*)");
  private static final int PATIENCE_MILLIS = 30_000;

  private final FtpServerUnderTest server;
  private final String protocol;
  private final boolean isSlow;
  private final RawClient client;
  private boolean isDataProtected;
  private Optional<InetSocketAddress> passive = Optional.empty();
  private Optional<ServerSocket> active = Optional.empty();

  /** Connects, in TLS if that is how the server begins; {@code isSlow} sends byte by byte. */
  LoggerScript(FtpServerUnderTest server, boolean isImplicit, String protocol, boolean isSlow) throws Exception {
    this.server = server;
    this.protocol = protocol;
    this.isSlow = isSlow;
    this.client = new RawClient(server.port());
    client.control().setTcpNoDelay(true);
    if (isImplicit) {
      client.secure(server, protocol);
      isDataProtected = true;
    }
    String greeting = client.reply();
    assertTrue(greeting.matches("220 [ -~]{1,56}"), greeting);
  }

  static LoggerScript inTheClear(FtpServerUnderTest server) throws Exception {
    return new LoggerScript(server, false, "", false);
  }

  /** Says all of it. */
  LoggerScript says(String script) throws Exception {
    for (String line : script.lines().toList()) {
      say(line.strip());
    }
    return this;
  }

  private void say(String line) throws Exception {
    switch (line) {
      case "PASV", "pasv" -> {
        String reply = exchange(line);
        String[] numbers = reply.substring(reply.indexOf('(') + 1, reply.indexOf(')')).split(",");
        passive = Optional.of(new InetSocketAddress(String.join(".", numbers[0], numbers[1], numbers[2], numbers[3]),
            Integer.parseInt(numbers[4]) * 256 + Integer.parseInt(numbers[5])));
      }
      case "EPSV" -> {
        Matcher port = EXTENDED_PASSIVE.matcher(exchange(line));
        assertTrue(port.matches(), line);
        passive = Optional.of(new InetSocketAddress(client.control().getInetAddress(),
            Integer.parseInt(port.group(1))));
      }
      case "PORT", "EPRT" -> {
        ServerSocket listening = new ServerSocket(0, 1, client.control().getLocalAddress());
        active = Optional.of(listening);
        int port = listening.getLocalPort();
        String own = client.control().getLocalAddress().getHostAddress();
        hear(line, exchange(line.equals("EPRT") ? "EPRT |1|" + own + "|" + port + "|"
            : "PORT " + own.replace('.', ',') + "," + port / 256 + "," + port % 256), "200");
      }
      default -> command(line);
    }
  }

  private void command(String line) throws Exception {
    Matcher parts = LINE.matcher(line);
    assertTrue(parts.matches(), "no line of a script: " + line);
    String command = parts.group("command");
    if (parts.group("way") == null) {
      hear(line, exchange(command), parts.group("reply"));
      if (command.startsWith("AUTH ")) {
        client.secure(server, protocol);
      } else if (command.startsWith("PROT ")) {
        isDataProtected = command.endsWith("P");
      }
      return;
    }
    String content = parts.group("content").replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    String said;
    try (Socket data = open(command)) {
      if (parts.group("way").equals("<<")) {
        data.getOutputStream().write(content.getBytes(StandardCharsets.ISO_8859_1));
        said = content;
      } else {
        said = new String(data.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
    if (content.startsWith("~")) {
      assertTrue(said.matches("(?s)" + content.substring(1)), line + " -> " + said);
    } else {
      assertEquals(content, said, line);
    }
    hear(line, client.reply(), parts.group("reply"));
  }

  private Socket open(String command) throws Exception {
    send(command);
    Socket data;
    if (active.isPresent()) {
      try (ServerSocket listening = active.get()) {
        listening.setSoTimeout(PATIENCE_MILLIS);
        data = listening.accept();
      }
      active = Optional.empty();
    } else {
      data = new Socket();
      data.connect(passive.orElseThrow(), PATIENCE_MILLIS);
      passive = Optional.empty();
    }
    data.setSoTimeout(PATIENCE_MILLIS);
    hear(command, client.reply(), "150");
    return isDataProtected ? client.secureData(data, protocol) : data;
  }

  private String exchange(String command) throws Exception {
    send(command);
    return client.reply();
  }

  private void send(String command) throws IOException, InterruptedException {
    if (!isSlow) {
      client.send(command + "\r\n");
      return;
    }
    for (char c : (command + "\r\n").toCharArray()) {
      client.send(String.valueOf(c));
      Thread.sleep(1);
    }
  }

  private static void hear(String said, String heard, String wanted) {
    assertTrue(heard.startsWith(wanted), said + " -> " + heard);
    // A logger reads one line, and some have room for no more than this.
    assertTrue(heard.lines().count() > 1 || heard.length() <= 120, heard);
  }

  @Override
  public void close() throws IOException {
    if (active.isPresent()) {
      active.get().close();
    }
    client.close();
  }
}
