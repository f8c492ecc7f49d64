package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;

/** What is handed out as archives, unpacked somewhere else. */
class ArchiveTest {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final long GIGABYTE = 1L << 30;

  /** Hides every Java of this machine from the command behind it; nobody else sees that. */
  private static final List<String> WITHOUT_JAVA = List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
      "mount -t tmpfs none /usr/lib/jvm && ! java -version && exec \"$@\"", "sh");

  @TempDir
  Path folder;

  private Path selfContained;

  @BeforeEach
  void unpack() throws Exception {
    selfContained = unpack("-linux-(x64|arm64)");
  }

  @Test
  void withoutAJavaOnTheMachineAnUploadIsServedFromTheTrainedCache() throws Exception {
    Client.needsThat(Client.run(folder, withoutJava("true")).exitCode() == 0, "unshare with a user namespace");
    Path home = folder.resolve("home");
    String launcher = selfContained.resolve("bin/stationmaster").toString();
    // With "on" a cache that does not fit is an error; a driver that unpacks would fail in a folder that is not there.
    Map<String, String> strict = Map.of("STATIONMASTER_JAVA_OPTIONS",
        "-XX:AOTMode=on -Djava.io.tmpdir=" + folder.resolve("nowhere"));
    Client.run(folder, strict, "correct horse\n", withoutJava(launcher, "--home", home.toString(), "account", "add",
        "pole-7", "--password-file", "-")).succeeded();
    int sftp = Client.freePort();
    int ftp = Client.freePort();
    int ftps = Client.freePort();
    Path output = folder.resolve("serve.out");
    Process server = Client.start(folder, strict, output, withoutJava(launcher, "--home", home.toString(), "serve",
        "--set", "listeners.sftp-1.port=" + sftp, "--set", "listeners.ftp-1.port=" + ftp, "--set",
        "listeners.ftps-1.port=" + ftps, "--set", "status.port=0"));
    try {
      DistributionTest.awaitOutput(server, output, "20181 ");
      Path local = Files.write(folder.resolve("day.dat"), new byte[] {1, 2, 13, 10, 26, 0, -1});
      for (String url : List.of("sftp://localhost:" + sftp, "ftp://localhost:" + ftp, "ftps://localhost:" + ftps)) {
        Client.run(folder, "curl", "-sS", "--insecure", "-u", "pole-7:correct horse", "-T", "day.dat",
            url + "/" + url.substring(0, url.indexOf(':')) + ".dat").succeeded();
      }
      for (String name : List.of("sftp.dat", "ftp.dat", "ftps.dat")) {
        assertArrayEquals(Files.readAllBytes(local), Files.readAllBytes(home.resolve("data/pole-7/" + name)));
      }
      server.toHandle().destroy();
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue(), Files.readString(output));
    } finally {
      server.destroyForcibly().waitFor();
    }
    assertFalse(Files.exists(home.resolve("state/native")), "SQLite's native part is in lib/");
  }

  @Test
  void aCacheThatDoesNotFitIsLeftAloneInSilence() throws Exception {
    Files.setLastModifiedTime(jars().getFirst(), FileTime.fromMillis(0));
    String launcher = selfContained.resolve("bin/stationmaster").toString();
    String output = Client.run(folder, launcher, "version").succeeded().output();
    assertEquals(1, output.lines().skip(1).count(), output);
    assertEquals(1, Client.run(folder, Map.of("STATIONMASTER_JAVA_OPTIONS", "-XX:AOTMode=on"), "", launcher, "version")
        .exitCode());
  }

  @Test
  void aCollectorOrHeapOfTheAdministratorIsTakenInsteadOfTheLaunchers() throws Exception {
    String launcher = selfContained.resolve("bin/stationmaster").toString();
    for (String options : List.of("-XX:+UseG1GC", "-XX:+UseParallelGC -Xmx64m", "-Xmx32m")) {
      for (List<String> command : List.of(List.of("version"), List.of("serve", "--help"))) {
        List<String> words = new ArrayList<>(List.of(launcher));
        words.addAll(command);
        Client.run(folder, Map.of("STATIONMASTER_JAVA_OPTIONS", options), "", words.toArray(String[]::new)).succeeded();
      }
    }
  }

  @Test
  void theHeapOfALargeMachineIsBounded() throws Exception {
    long quarter = largestHeap("-XX:+UseSerialGC -XX:MaxRAMPercentage=25");
    assertEquals(Math.min(GIGABYTE, quarter), largestHeap(""));
    assertEquals(GIGABYTE / 2, largestHeap("-Xmx512m"));
  }

  @Test
  void theHeapOfASmallMachineIsAQuarter() throws Exception {
    Optional<Path> group = groupOfHalfAGigabyte();
    assumeTrue(group.isPresent(), "no control group with a limit on memory can be made");
    try {
      assertEquals(GIGABYTE / 8, largestHeap("", "sh", "-c", "echo $$ >" + group.get()
          + "/cgroup.procs && exec \"$@\"", "sh"));
    } finally {
      Files.delete(group.get());
    }
  }

  private static Optional<Path> groupOfHalfAGigabyte() throws IOException {
    for (String limit : List.of("/sys/fs/cgroup/memory/%s/memory.limit_in_bytes", "/sys/fs/cgroup/%s/memory.max")) {
      Path file = Path.of(limit.formatted("stationmaster-test-" + ProcessHandle.current().pid()));
      try {
        Files.createDirectory(file.getParent());
      } catch (IOException expected) {
        // Of the other version, or not for us.
        continue;
      }
      if (Files.exists(file)) {
        Files.writeString(file, String.valueOf(GIGABYTE / 2));
        return Optional.of(file.getParent());
      }
      Files.delete(file.getParent());
    }
    return Optional.empty();
  }

  /** In bytes, on one processor. */
  private long largestHeap(String options, String... around) throws Exception {
    List<String> words = new ArrayList<>(List.of(around));
    words.addAll(List.of("taskset", "-c", "0", selfContained.resolve("bin/stationmaster").toString(), "serve",
        "--help"));
    return Client.run(folder, Map.of("STATIONMASTER_JAVA_OPTIONS", "-XX:+PrintFlagsFinal " + options), "",
        words.toArray(String[]::new)).succeeded().output().lines().filter(line -> line.contains(" MaxHeapSize "))
        .map(line -> Long.parseLong(line.split("\\s+")[4])).findFirst().orElseThrow();
  }

  @Test
  void theRuntimeHasEveryModuleThatTheJarsAskFor() throws Exception {
    List<String> jars = jars().stream().map(Path::toString).toList();
    StringWriter modules = new StringWriter();
    String[] arguments = Stream.concat(Stream.of("--ignore-missing-deps", "-q", "--multi-release", "25",
        "--print-module-deps", "--class-path", String.join(":", jars)), jars.stream()).toArray(String[]::new);
    assertEquals(0, ToolProvider.findFirst("jdeps").orElseThrow()
        .run(new PrintWriter(modules), new PrintWriter(modules), arguments), modules.toString());
    TreeSet<String> missing = new TreeSet<>(List.of(modules.toString().strip().split(",")));
    Client.run(folder, selfContained.resolve("runtime/bin/java").toString(), "--list-modules").succeeded().output()
        .lines().forEach(module -> missing.remove(module.replaceFirst("@.*", "")));
    assertTrue(missing.isEmpty(), "name them in package/build: " + missing);
  }

  @Test
  void theArchiveForEverySystemRunsWithTheJavaOfTheMachine() throws Exception {
    Path portable = unpack("");
    assertFalse(Files.exists(portable.resolve("runtime")));
    assertTrue(Files.readString(portable.resolve("bin/stationmaster.bat")).lines().count() > 10);
    assertFalse(Files.readString(portable.resolve("bin/stationmaster.bat")).replace("\r\n", "").contains("\n"));
    Client.run(folder, Map.of("JAVA_HOME", System.getProperty("java.home")), "",
        portable.resolve("bin/stationmaster").toString(), "version").succeeded();
  }

  @Test
  void theSumsHoldAndEveryFileBearsTheTimeOfTheRelease() throws Exception {
    Client.run(TARGET, "sha256sum", "--check", "--strict", "SHA256SUMS").succeeded();
    try (Stream<Path> files = Files.walk(selfContained)) {
      assertEquals(1, files.filter(Files::isRegularFile).map(file -> file.toFile().lastModified()).distinct().count());
    }
  }

  /** Of the archive that the build has made for {@code platform}. */
  private Path unpack(String platform) throws Exception {
    Path to = Files.createTempDirectory(folder, "some where ");
    Path archive;
    try (Stream<Path> built = Files.list(TARGET)) {
      archive = built.filter(file -> file.getFileName().toString()
          .matches("stationmaster-[0-9.]+(-SNAPSHOT)?" + platform + "\\.tar\\.gz")).findFirst().orElseThrow();
    }
    Client.run(folder, "tar", "xzf", archive.toString(), "-C", to.toString()).succeeded();
    try (Stream<Path> unpacked = Files.list(to)) {
      return unpacked.findFirst().orElseThrow();
    }
  }

  private List<Path> jars() throws Exception {
    try (Stream<Path> files = Files.list(selfContained.resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  private static String[] withoutJava(String... command) {
    return Stream.concat(WITHOUT_JAVA.stream(), Arrays.stream(command)).toArray(String[]::new);
  }
}
