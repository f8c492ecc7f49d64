package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.durability.ServerProcess;
import org.stationmaster.sftp.RawSftp;

/**
 * Honest stations while others attack. {@code -Dstationmaster.under-fire=full} has 10,000 guesses from 200 addresses,
 * 10,000 connections that say nothing, slow ones by the hundred and 200 stations, with the server's own limits, and
 * prints how long a station's session took meanwhile.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnderFireTest {
  private static final boolean IS_FULL = "full".equals(System.getProperty("stationmaster.under-fire"));
  private static final int GUESSES = IS_FULL ? 10_000 : 500;
  private static final int GUESSERS = IS_FULL ? 200 : 10;
  private static final int CROWD = IS_FULL ? 10_000 : 300;
  private static final int SLOW = IS_FULL ? 200 : 4;
  private static final int STATIONS = IS_FULL ? 200 : 10;
  private static final int LEAST_UPLOADS = 3;
  private static final int PAUSE_MILLIS = IS_FULL ? 2000 : 200;
  private static final int MOST_RESIDENT_MEBIBYTES = 700;
  private static final String[] NAMES = {"root", "admin", "station-1", "station-2", "pi", "ubuntu", "test", "oracle"};
  private static final byte[] CONTENT =
      "2026-11-21 18:00:00,12.61,21.4\n".repeat(60).getBytes(StandardCharsets.US_ASCII);
  /** A packet of 1280 bytes that begins as KEXINIT does. */
  private static final byte[] KEXINIT = {0, 0, 5, 0, 6, 20};
  /** A record of TLS with 512 bytes that begins as ClientHello does. */
  private static final byte[] CLIENT_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3};

  @TempDir
  static Path folder;

  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    Path home = folder.resolve("home");
    ServerProcess.install(home, List.of());
    Path accounts = Files.writeString(folder.resolve("accounts.yaml"), "accounts:\n" + String.join("",
        IntStream.range(0, STATIONS).mapToObj(i -> "  station-" + i + ":\n    profile: logger\n    password: "
            + ServerProcess.PASSWORD + "\n").toList()));
    List<String> settings = new ArrayList<>(List.of("accounts.bootstrap=" + accounts, "sessions.login-grace="
        + (IS_FULL ? "60s" : "10s"), "listeners.proxied.protocol=ftp", "listeners.proxied.address=127.0.0.1",
        "listeners.proxied.port=0", "listeners.proxied.proxy-protocol.from=127.99.0.0/16"));
    if (!IS_FULL) {
      settings.addAll(List.of("guessing.delay=50ms", "connections.max-unauthenticated=100",
          "connections.max-total=200"));
    }
    server = ServerProcess.start(home, Map.of(), settings).awaitReady();
    assertEquals(List.of(), uploads(() -> null).failures());
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  /** What honest stations saw; times in milliseconds. */
  private record Honest(List<String> failures, List<Long> times) {
    long percentile(int percent) {
      List<Long> sorted = times.stream().sorted().toList();
      return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
  }

  /** All stations upload while {@code attack} runs, and each at least a few times. */
  private static Honest uploads(Callable<?> attack) throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
    try (ExecutorService everybody = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> stations = new ArrayList<>();
      for (int i = 0; i < STATIONS; i++) {
        int station = i;
        stations.add(everybody.submit(() -> {
          TimeUnit.MILLISECONDS.sleep((long) PAUSE_MILLIS * station / STATIONS);
          for (int n = 0; n < LEAST_UPLOADS || !isOver.get(); n++) {
            long start = System.nanoTime();
            String outcome = upload(station, n);
            times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            if (!outcome.startsWith("226")) {
              failures.add("station-" + station + ": " + outcome);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          }
          return null;
        }));
      }
      try {
        attack.call();
      } finally {
        isOver.set(true);
      }
      for (var station : stations) {
        station.get(5, TimeUnit.MINUTES);
      }
    }
    return new Honest(List.copyOf(failures), List.copyOf(times));
  }

  /** One in twenty uses SFTP, the others FTP. */
  private static String upload(int station, int n) {
    try {
      String name = "station-" + station;
      if (station % 20 == 0) {
        try (RawSftp sftp = new RawSftp(server.port("sftp-1"), name, ServerProcess.PASSWORD, false)) {
          return sftp.store("data-" + n % 5 + ".csv", CONTENT) == 0 ? "226" : "SFTP failed";
        }
      }
      try (Caller caller = Caller.from("127.77.7." + (1 + station % 250), server.port("ftp-1"))) {
        String answer = caller.login(name, ServerProcess.PASSWORD);
        return answer.startsWith("230") ? caller.store("data-" + n % 5 + ".csv", CONTENT) : answer;
      }
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void assertServed(String attack, Honest honest) throws IOException {
    long resident = Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum()
        >> 10;
    if (IS_FULL) {
      System.out.printf("%s: %d uploads, %d failed, median %d ms, 99th %d ms, longest %d ms; resident %d MiB, "
          + "%d files%n", attack, honest.times().size(), honest.failures().size(), honest.percentile(50),
          honest.percentile(99), honest.percentile(100), resident, openFiles());
    }
    assertEquals(List.of(), honest.failures());
    assertTrue(resident < MOST_RESIDENT_MEBIBYTES, () -> "resident are " + resident + " MiB");
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
      return files.count();
    }
  }

  @Test
  @Order(1)
  void inPeace() throws Exception {
    assertServed("peace", uploads(() -> {
      TimeUnit.SECONDS.sleep(IS_FULL ? 20 : 0);
      return null;
    }));
  }

  @Test
  @Order(4)
  void whileOthersGuessPasswords() throws Exception {
    AtomicInteger banned = new AtomicInteger();
    AtomicInteger in = new AtomicInteger();
    long start = System.nanoTime();
    Honest honest = uploads(() -> {
      try (ExecutorService guessers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < GUESSERS; i++) {
          int guesser = i;
          guessers.submit(() -> {
            for (int n = 0; n < GUESSES / GUESSERS; n++) {
              try (Caller caller = Caller.from("127.66.6." + (1 + guesser), server.port("ftp-1"))) {
                String answer = caller.login(NAMES[n % NAMES.length] + n / 16, "guess-" + n);
                (answer.isEmpty() ? banned : answer.startsWith("230") ? in : new AtomicInteger()).incrementAndGet();
              }
            }
            return null;
          });
        }
      }
      return null;
    });
    assertServed(GUESSES + " guesses in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + " s, " + banned
        + " of them hung up on", honest);
    assertEquals(0, in.get());
    assertTrue(banned.get() > 0, "nobody was banned");
  }

  /** Few addresses displace themselves. Of many nobody can be told from a station, so that callers wait their turn. */
  @ParameterizedTest
  @ValueSource(ints = {50, 200})
  @Order(3)
  void whileACrowdConnectsAndSaysNothing(int addresses) throws Exception {
    long files = openFiles();
    List<Socket> crowd = new ArrayList<>();
    int from = IS_FULL ? addresses : addresses / 50;
    try {
      Honest honest = uploads(() -> {
        try (ExecutorService callers = Executors.newFixedThreadPool(50)) {
          List<Future<Socket>> all = new ArrayList<>();
          for (int i = 0; i < CROWD; i++) {
            int caller = i;
            all.add(callers.submit(() -> connect("127.88." + from + "." + (1 + caller % from),
                List.of("sftp-1", "ftp-1", "ftps-1").get(caller % 3))));
          }
          for (Future<Socket> socket : all) {
            crowd.add(socket.get());
          }
        }
        TimeUnit.SECONDS.sleep(IS_FULL ? 30 : 0);
        return null;
      });
      assertServed(CROWD + " silent connections from " + from + " addresses", honest);
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (openFiles() > files + 20) {
      assertTrue(System.nanoTime() < end, "files are left open");
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Not connected where the queue of the kernel is full for long. */
  private static Socket connect(String address, String listener) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    try {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port(listener)), 20_000);
    } catch (IOException expected) {
      socket.close();
    }
    return socket;
  }

  @Test
  @Order(2)
  void whileOthersSendOneByteASecond() throws Exception {
    List<Drip> drips = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) {
      drips.add(new Drip("sftp-1", "127.99.1.1", "", "SSH-2.0-slow_and_never_whole".repeat(8)));
      drips.add(new Drip("sftp-1", "127.99.2.1", "SSH-2.0-slow\r\n" + text(KEXINIT), "\0".repeat(200)));
      drips.add(new Drip("ftp-1", "127.99.3.1", "", "USER ".repeat(40)));
      drips.add(new Drip("ftp-1", "127.99.4.1", "USER a\r\n", "NOOP\r\n".repeat(40)));
      drips.add(new Drip("ftps-1", "127.99.5.1", text(CLIENT_HELLO), "\0".repeat(200)));
      drips.add(new Drip("ftp-1", "127.99.6.1", "AUTH TLS\r\n", text(CLIENT_HELLO) + "\0".repeat(200)));
      drips.add(new Drip("proxied", "127.99.7.1", "", "PROXY TCP4 " + "1".repeat(200)));
    }
    try (ExecutorService dripping = Executors.newVirtualThreadPerTaskExecutor()) {
      Honest honest = uploads(() -> {
        List<Future<Boolean>> ends = drips.stream().map(dripping::submit).toList();
        for (int i = 0; i < ends.size(); i++) {
          assertTrue(ends.get(i).get(), "was never ended: " + drips.get(i));
        }
        return null;
      });
      assertServed(drips.size() + " connections with one byte a second", honest);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Says {@code begin} at once and {@code rest} a byte a second; true if the server ends it. */
  private record Drip(String listener, String address, String begin, String rest) implements Callable<Boolean> {
    @Override
    public Boolean call() throws IOException, InterruptedException {
      try (Socket socket = connect(address, listener)) {
        OutputStream out = socket.getOutputStream();
        out.write(begin.getBytes(StandardCharsets.ISO_8859_1));
        socket.setSoTimeout(1000);
        for (byte octet : rest.getBytes(StandardCharsets.ISO_8859_1)) {
          out.write(octet);
          if (isEnded(socket)) {
            return true;
          }
        }
        return false;
      } catch (java.net.SocketException expected) {
        return true;
      }
    }

    private static boolean isEnded(Socket socket) throws IOException {
      try {
        byte[] said = new byte[4096];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        int count = 0;
        while (count >= 0 && System.nanoTime() < end) {
          count = socket.getInputStream().read(said);
        }
        return count < 0;
      } catch (java.net.SocketTimeoutException expected) {
        return false;
      }
    }
  }

  /** It may: it is a station on a bad line, and nobody waits for it. */
  @Test
  @Order(5)
  void aStationWithABadLineMaySendOneByteASecond() throws Exception {
    try (Caller slow = Caller.from("127.99.8.1", server.port("ftp-1"))) {
      assertTrue(slow.login("station-1", ServerProcess.PASSWORD).startsWith("230"));
      assertTrue(slow.store("slow.dat", "abcd".getBytes(StandardCharsets.US_ASCII), 1000).startsWith("226"));
    }
  }
}
