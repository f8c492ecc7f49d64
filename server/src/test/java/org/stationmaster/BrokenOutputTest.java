package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of events that stand still or fail: transfers go on, and the log says so. */
@Timeout(120)
class BrokenOutputTest {
  @TempDir
  Path folder;

  /** A pipe that nobody reads, a log server that takes nothing, one that is down, and a socket that is not there. */
  @Test
  void stationsAreServedWhileOutputsHang() throws Exception {
    Client.needs("mkfifo");
    Path pipe = folder.resolve("pipe");
    Client.run(folder, "mkfifo", pipe.toString()).succeeded();
    Path file = Files.writeString(folder.resolve("a.dat"), "1\n");
    Process reader;
    int dead;
    try (ServerSocket free = new ServerSocket(0)) {
      dead = free.getLocalPort();
    }
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"),
            "events.outputs.pipe.type=file", "events.outputs.pipe.path=" + pipe,
            "events.outputs.deaf.type=syslog", "events.outputs.deaf.transport=tcp",
            "events.outputs.deaf.server=127.0.0.1:" + deaf.getLocalPort(),
            "events.outputs.dead.type=syslog", "events.outputs.dead.transport=udp",
            "events.outputs.dead.server=127.0.0.1:" + dead,
            "events.outputs.gone.type=syslog", "events.outputs.gone.local-socket=" + folder.resolve("none"))) {
      for (Sender sender : Sender.values()) {
        sender.send(server, file, "/" + sender).succeeded();
      }
      assertEquals(Sender.values().length, server.visibleFiles().size());
      server.awaitEvent("21200 ", "output \"gone\": " + folder.resolve("none") + ": No such file or directory");
      server.awaitEvent("21200 ", "output \"dead\": udp 127.0.0.1:" + dead + ": nobody listens on that port");
      reader = Client.start(folder, Map.of(), folder.resolve("read"), "cat", pipe.toString());
    }
    // When somebody reads at last, everything is there.
    assertEquals(0, reader.waitFor());
    assertTrue(Files.readString(folder.resolve("read")).contains("20001 "));
    assertTrue(Files.readString(folder.resolve("read")).contains("20002 "));
  }

  @Test
  void aFullDiskHoldsTheLogUpAndLosesNothing() throws Exception {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    boolean isMounted = Files.isExecutable(Path.of("/bin/mount"))
        && Client.run(folder, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", logs.toString()).exitCode() == 0;
    assumeTrue(isMounted, "mounting needs root");
    Path file = Files.writeString(folder.resolve("a.dat"), "1\n");
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"), "events.outputs.small.type=file",
        "events.outputs.small.format=json", "events.outputs.small.path=" + logs.resolve("small.json"))) {
      fill(logs.resolve("ballast"));
      Sender sender = Sender.values()[0];
      int count = 0;
      while (server.log().stream().noneMatch(line -> line.startsWith("21200 "))) {
        sender.send(server, file, "/" + count++).succeeded();
      }
      server.awaitEvent("21200 ", "output \"small\": ");
      sender.send(server, file, "/" + count++).succeeded();
      Files.delete(logs.resolve("ballast"));
      server.awaitEvent("21201 ", "output \"small\"");
      assertEquals(count, server.visibleFiles().size());
      Path json = logs.resolve("small.json");
      while (Files.readAllLines(json).size() < server.log().size()) {
        Thread.sleep(20);
      }
      List<String> lines = Files.readAllLines(json);
      assertTrue(lines.stream().allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("}}")));
      assertEquals(server.log().stream().map(line -> line.substring(0, 5)).sorted().toList(),
          lines.stream().map(line -> line.replaceFirst(".*?\"id\":(\\d+),.*", "$1")).sorted().toList());
    } finally {
      Client.run(folder, "umount", "--lazy", logs.toString());
    }
  }

  private static void fill(Path ballast) {
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[1024]);
      }
    } catch (IOException expected) {
      // Now it is full.
    }
  }
}
