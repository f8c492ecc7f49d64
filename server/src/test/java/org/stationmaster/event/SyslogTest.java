package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.Client;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.LayoutSettings;
import org.stationmaster.config.SyslogOutputSettings;
import org.stationmaster.config.SyslogOutputSettings.Server;
import org.stationmaster.config.SyslogOutputSettings.Transport;
import org.stationmaster.config.SyslogOutputSettings.Version;

/** What rsyslog understands of our events, over every transport. */
@Timeout(60)
class SyslogTest {
  private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 58032);

  @TempDir
  private static Path folder;
  private static Process rsyslog;
  private static int udp;
  private static int tcp;
  private static int tls;

  @BeforeAll
  static void startRsyslog() throws Exception {
    Client.needs("/usr/sbin/rsyslogd", "openssl");
    Client.run(folder, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out",
        "ca.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost").succeeded();
    udp = Client.freePort();
    tcp = Client.freePort();
    tls = Client.freePort();
    Files.writeString(folder.resolve("rsyslog.conf"), """
        global(workDirectory="%1$s" defaultNetstreamDriverCAFile="%1$s/ca.pem"
          defaultNetstreamDriverCertFile="%1$s/ca.pem" defaultNetstreamDriverKeyFile="%1$s/key.pem")
        module(load="imudp")
        module(load="imtcp")
        module(load="imuxsock" SysSock.Use="off")
        module(load="mmpstrucdata")
        input(type="imudp" address="127.0.0.1" port="%2$d")
        input(type="imtcp" address="127.0.0.1" port="%3$d")
        input(type="imtcp" address="127.0.0.1" port="%4$d" streamDriver.name="gtls" streamDriver.mode="1"
          streamDriver.authMode="anon")
        input(type="imuxsock" socket="%1$s/local")
        template(name="row" type="string"
          string="%%pri%%|%%hostname%%|%%app-name%%|%%procid%%|%%msgid%%|%%$!rfc5424-sd%%|%%msg%%\\n")
        action(type="mmpstrucdata")
        action(type="omfile" file="%1$s/received" template="row")
        """.formatted(folder, udp, tcp, tls));
    rsyslog = new ProcessBuilder("/usr/sbin/rsyslogd", "-n", "-f", "rsyslog.conf", "-i", folder + "/pid")
        .directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("rsyslog.out").toFile()).start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!answers(tls) || !answers(tcp) || Files.notExists(folder.resolve("local"))) {
      assertTrue(rsyslog.isAlive() && System.nanoTime() < end, () -> read("rsyslog.out"));
      Thread.sleep(20);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stopRsyslog() throws Exception {
    if (rsyslog != null) {
      rsyslog.destroy();
      rsyslog.waitFor();
    }
  }

  private static String read(String file) {
    try {
      return new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static SyslogOutputSettings settings(Transport transport, Version version, int port) {
    return new SyslogOutputSettings("to-" + transport, EventSelection.ALL, new LayoutSettings(EventFormat.UNTIMED, ""),
        transport, Optional.of(new Server(transport == Transport.TLS ? "localhost" : "127.0.0.1", port)),
        folder.resolve("local"), version, 3, "stationmaster", Optional.of("stationmaster@32473"),
        transport == Transport.TLS ? Optional.of(folder.resolve("ca.pem")) : Optional.empty());
  }

  private static int port(Transport transport) {
    return switch (transport) {
      case LOCAL -> 0;
      case UDP -> udp;
      case TCP -> tcp;
      case TLS -> tls;
    };
  }

  private static void send(SyslogOutputSettings settings, String... paths) throws IOException {
    Syslog syslog = new Syslog(settings);
    for (String path : paths) {
      syslog.write(event(path));
    }
    syslog.flush();
    syslog.close();
  }

  private static Event event(String path) {
    Map<String, Object> data = new HashMap<>(Map.of("path", path, "real_path", "/srv" + path, "requested_path", path,
        "mode", "writing", "offset", 0, "total_read", 0, "total_write", 7, "read_speed", 0, "write_speed", 7,
        "duration", "0.010"));
    data.put("details", "the connection is gone");
    return new Event(EventCatalogue.SFTP_WRITE_INCOMPLETE, Instant.now(), Origin.session("pole-7", PEER), data);
  }

  private static String await(String text) throws InterruptedException {
    while (!read("received").contains(text)) {
      Thread.sleep(10);
    }
    return read("received").lines().filter(line -> line.contains(text)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "LOCAL", mode = EnumSource.Mode.EXCLUDE)
  void rsyslogParsesStructuredDataOverEveryTransport(Transport transport) throws Exception {
    String path = "/" + transport + " \"a\"]\\ =;[x\n\u021b.dat";
    send(settings(transport, Version.RFC5424, port(transport)), path, "/" + transport + "-second");
    await("/" + transport + "-second\" is incomplete");
    String shown = "/" + transport + " \"a\"]\\ =;[x\\n\u021b.dat";
    String[] row = await("Upload of \"" + shown).split("\\|", 7);
    // Daemon is 3, a failure a warning.
    assertEquals(List.of("28", Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(), "stationmaster",
        String.valueOf(ProcessHandle.current().pid()), "30042"), List.of(row).subList(0, 5));
    assertEquals("30042 Process pole-7 127.0.0.1:58032 Upload of \"" + shown + "\" is incomplete after 7 bytes in "
        + "0.010 seconds and is not published: the connection is gone", row[6]);
    Client.needs("jq");
    Files.writeString(folder.resolve("sd.json"), row[5]);
    assertEquals(shown + " pole-7 7 30042", Client.run(folder, "jq", "-r",
        ".\"stationmaster@32473\" | .path + \" \" + .account + \" \" + .total_write + \" \" + .id", "sd.json")
        .succeeded().output().lines().toList().getLast());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void rsyslogTakesTheOldFormatOverEveryTransport(Transport transport) throws Exception {
    String path = "/old-" + transport;
    send(settings(transport, Version.RFC3164, port(transport)), path);
    String[] row = await("\"" + path + "\"").split("\\|", 7);
    assertEquals(List.of("28", Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(), "stationmaster",
        String.valueOf(ProcessHandle.current().pid())), List.of(row).subList(0, 4));
    assertTrue(row[6].strip().startsWith("30042 Process pole-7 127.0.0.1:58032 Upload of"), row[6]);
  }

  @Test
  void aLongMessageIsCutBetweenTwoCharacters() throws Exception {
    send(settings(Transport.TCP, Version.RFC5424, tcp), "/" + "\u021b".repeat(9000), "/behind");
    await("/behind");
    assertTrue(read("received").lines().allMatch(line -> line.indexOf('\ufffd') < 0));
  }

  @Test
  void aServerThatCannotProveItsNameGetsNothing() throws Exception {
    SyslogOutputSettings named = settings(Transport.TLS, Version.RFC5424, tls);
    SyslogOutputSettings other = new SyslogOutputSettings(named.name(), named.selection(), named.layout(),
        named.transport(), Optional.of(new Server("127.0.0.1", tls)), named.localSocket(), named.version(),
        named.facility(), named.appName(), named.structuredData(), named.ca());
    IOException refused = assertThrows(IOException.class, () -> send(other, "/secret"));
    assertTrue(refused.getMessage().startsWith("tls 127.0.0.1:" + tls + ": "), refused.getMessage());
  }

  @Test
  void aPlaceWhereNobodyListensIsNamed() {
    SyslogOutputSettings nowhere = settings(Transport.LOCAL, Version.RFC3164, 0);
    SyslogOutputSettings missing = new SyslogOutputSettings(nowhere.name(), nowhere.selection(), nowhere.layout(),
        nowhere.transport(), Optional.empty(), folder.resolve("nobody"), nowhere.version(), 3, "x", Optional.empty(),
        Optional.empty());
    IOException refused = assertThrows(IOException.class, () -> send(missing, "/x"));
    assertEquals(folder.resolve("nobody") + ": No such file or directory", refused.getMessage());
  }

  /** The server is down at first, then there, and ends the connection once: every event arrives. */
  @Test
  void eventsWaitForAServerThatIsDown() throws Exception {
    int port = Client.freePort();
    List<Event> others = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch failed = new CountDownLatch(1);
    Syslog syslog = new Syslog(settings(Transport.TCP, Version.RFC5424, port));
    EventOutput other = event -> {
      others.add(event);
      if (event.type() == EventCatalogue.OUTPUT_FAILED) {
        failed.countDown();
      }
    };
    try (Events events = new Events(List.of(other, syslog))) {
      for (int i = 0; i < 1000; i++) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "number " + i));
      }
      failed.await();
      try (ServerSocket server = new ServerSocket(port)) {
        try (Socket connection = server.accept()) {
          assertTrue(readUntil(connection, "number 999.").contains("number 0."));
        }
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "a new connection"));
        try (Socket connection = server.accept()) {
          readUntil(connection, "a new connection.");
        }
      }
    }
    assertTrue(others.stream().noneMatch(event -> event.type() == EventCatalogue.EVENTS_DROPPED));
    assertTrue(others.stream().anyMatch(event -> event.type() == EventCatalogue.OUTPUT_RECOVERED));
    assertTrue(others.stream().anyMatch(event -> event.message().startsWith("Events cannot be written to output "
        + "\"output-2\": tcp 127.0.0.1:" + port + ": Connection refused.")), others.getLast().message());
  }

  private static String readUntil(Socket connection, String end) throws IOException {
    StringBuilder seen = new StringBuilder();
    byte[] part = new byte[64 * 1024];
    while (seen.indexOf(end) < 0) {
      int length = connection.getInputStream().read(part);
      seen.append(new String(part, 0, length, StandardCharsets.UTF_8));
    }
    return seen.toString();
  }
}
