package org.stationmaster.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.durability.ServerProcess;

/**
 * A server among honest stations and everybody else: what arrives is whole, and what it holds is the same in the end as
 * in the middle. {@code -Dstationmaster.soak=30m} goes on for so long, {@code -Dstationmaster.spoil=5m} the same for
 * spoiled sessions alone.
 */
class SoakTest {
  private static final Duration SOAK = Duration.parse("PT" + System.getProperty("stationmaster.soak", "2m"));
  private static final Duration SPOIL = Duration.parse("PT" + System.getProperty("stationmaster.spoil", "15s"));
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);
  /** Threads that wait for the disk in place of others stay for ten seconds after they had something to do. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(12);
  private static final String PEST = "pest";

  /** What may differ between two looks at a server that loses nothing, as by two readers of the database more. */
  private static final int FEW_DESCRIPTORS = 8;
  private static final int FEW_THREADS = 8;
  private static final long LITTLE_HEAP = 1 << 19;
  /** Of 200 in two seconds: what is left to do in the background. */
  private static final long IDLE_TICKS = 40;

  @TempDir
  private Path folder;
  private Path home;
  private ServerProcess server;
  private int status;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger done = new AtomicInteger();

  /** Something to do again and again. */
  @FunctionalInterface
  private interface Work {
    void go() throws Exception;
  }

  @Test
  void spoiledSessionsLeaveNothingBehind(TestReporter reporter) throws Exception {
    start();
    try (Pest one = new Pest(1); Pest two = new Pest(2); Pest three = new Pest(3)) {
      check(SPOIL, List.of(one::go, two::go, three::go), List.of(one::rest, two::rest, three::rest), reporter);
    } finally {
      server.stop();
    }
  }

  @Test
  void honestStationsAreServedAndNothingIsLostAmongManyOthers(TestReporter reporter) throws Exception {
    Client.needs("curl", "scp", "sshpass");
    start();
    HonestTraffic one = new HonestTraffic(target("pole-1"), home, Files.createDirectory(folder.resolve("one")));
    HonestTraffic another = new HonestTraffic(target("pole-2"), home, Files.createDirectory(folder.resolve("two")));
    try (Pest spoiling = new Pest(5); Pest guessing = new Pest(4); SlowClients slow = new SlowClients(target(PEST))) {
      check(SOAK, List.of(one::send, another::send, spoiling::go, guessing::guess, this::cut, slow::go),
          List.of(spoiling::rest, guessing::rest, slow::rest), reporter);
    } finally {
      server.stop();
    }
    assertTrue(one.sent() > 0 && another.sent() > 0);
  }

  private void start() throws Exception {
    home = folder.resolve("home");
    ServerProcess.install(home, List.of("pole-1", "pole-2", PEST));
    status = Client.freePort();
    server = ServerProcess.start(home, Map.of("JAVA_TOOL_OPTIONS", "-ea"), List.of("status.enabled=true",
        "status.port=" + status, "listeners.proxied.protocol=sftp", "listeners.proxied.address=127.0.0.1",
        "listeners.proxied.port=0", "listeners.proxied.proxy-protocol.from=[127.0.0.0/8]",
        "guessing.never-ban=[127.0.0.1/32]", "guessing.delay=50ms", "sessions.login-grace=30s",
        "sessions.idle-timeout=30s", "sessions.transfer-stall=30s", "ftp.data-timeout=10s", "storage.resume-window=2s",
        "storage.max-upload-size=8MiB", "events.outputs.errors.type=file", "events.outputs.errors.path=logs/errors.log",
        "events.outputs.errors.include=[{ids: [20024]}]")).awaitReady();
  }

  private SpoiledTraffic.Target target(String account) {
    return new SpoiledTraffic.Target(server.port("sftp-1"), server.port("ftp-1"), server.port("ftps-1"),
        server.port("proxied"), status, account, ServerProcess.PASSWORD);
  }

  /** Spoiled sessions and guesses, one after the other. */
  private final class Pest implements AutoCloseable {
    private final SpoiledTraffic traffic;
    private int gone;

    Pest(long seed) throws Exception {
      traffic = new SpoiledTraffic(target(PEST), seed);
    }

    void go() throws Exception {
      traffic.go(gone++);
    }

    void guess() throws Exception {
      traffic.guess();
    }

    void rest() {
      traffic.rest();
    }

    @Override
    public void close() {
      traffic.close();
    }
  }

  /** An upload whose connections are reset in the middle. */
  private void cut() throws IOException {
    try (Socket control = new Socket(InetAddress.getLoopbackAddress(), server.port("ftp-1"))) {
      control.setSoTimeout(30_000);
      control.setSoLinger(true, 0);
      SpoiledTraffic.passivePort(control, PEST, ServerProcess.PASSWORD, "STOR cut/" + System.nanoTime() + ".dat")
          .ifPresent(port -> {
            try (Socket data = new Socket(InetAddress.getLoopbackAddress(), port)) {
              data.setSoLinger(true, 0);
              data.getOutputStream().write(new byte[10_000]);
            } catch (IOException expected) {
              // The server has gone on already.
            }
          });
    }
  }

  private void check(Duration length, List<Work> work, List<Runnable> rest, TestReporter reporter) throws Exception {
    load(length.dividedBy(5), work, rest);
    load(length.multipliedBy(2).dividedBy(5), work, rest);
    Vitals middle = settled();
    load(length.multipliedBy(2).dividedBy(5), work, rest);
    Vitals end = settled();
    long before = Vitals.ticks(server.pid());
    Thread.sleep(2000);
    long ticks = Vitals.ticks(server.pid()) - before;
    reporter.publishEntry(Map.of("done", done.toString(), "middle", middle.toString(), "end", end.toString(), "ticks",
        String.valueOf(ticks)));
    String both = "in the middle " + middle + ", in the end " + end;
    assertTrue(end.descriptors() <= middle.descriptors() + FEW_DESCRIPTORS, both);
    assertTrue(end.threads() <= middle.threads() + FEW_THREADS, both);
    assertTrue(end.heap() <= middle.heap() + LITTLE_HEAP, both);
    assertEquals(0, end.staged(), both);
    assertTrue(ticks <= IDLE_TICKS, "a server to which nobody talks uses " + ticks + " ticks in two seconds");
    assertEquals("", Files.readString(home.resolve("logs/errors.log")));
  }

  /** All at once and each again and again; the first failure ends it. */
  private void load(Duration length, List<Work> work, List<Runnable> rest) throws InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (Work each : work) {
      threads.add(Thread.ofPlatform().name("soak").start(() -> {
        try {
          while (failures.isEmpty() && System.nanoTime() < end) {
            each.go();
            done.incrementAndGet();
          }
        } catch (Exception | AssertionError e) {
          failures.add(e);
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    rest.forEach(Runnable::run);
    if (!failures.isEmpty()) {
      fail("a client failed", failures.peek());
    }
  }

  /** Waits until the server has let go of everything, or does not go on doing so. */
  private Vitals settled() throws Exception {
    long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
    Vitals last = Vitals.of(server.pid(), home);
    Vitals now = last;
    do {
      last = now;
      Thread.sleep(BETWEEN_LOOKS);
      now = Vitals.of(server.pid(), home);
    } while (System.nanoTime() < end && (now.staged() > 0 || now.descriptors() < last.descriptors()
        || now.threads() < last.threads()));
    return now;
  }
}
