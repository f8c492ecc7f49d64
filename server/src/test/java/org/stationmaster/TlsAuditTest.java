package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.durability.ServerProcess;

/**
 * What testssl.sh finds in the FTP listeners is what the manual says. It looks at what tells most in little time; with
 * {@code -Dstationmaster.audit=full}, which takes some minutes, at everything.
 */
class TlsAuditTest {
  private static final boolean IS_FULL = "full".equals(System.getProperty("stationmaster.audit"));
  /** Listeners, and what is looked at: versions, cipher suites, vulnerabilities. */
  private static final Map<String, List<String>> CHECKS =
      Map.of("ftp-1", List.of("-p", "-U"), "ftps-1", List.of("-p", "-s"), "ftp-old", List.of("-p", "-s"));
  private static final Path PAGE = Path.of("../dist/manual/audits.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z]+) \\| `([\\w-]+)` \\| (.*) \\|$");
  /**
   * The DNS of the name is not the server's. Renegotiation is refused (a test of its own), but testssl.sh goes by how
   * openssl ends, which depends on whether its input or the connection ends first.
   */
  private static final Set<String> IRRELEVANT = Set.of("DNS_CAArecord", "secure_client_renego");
  /** What is no finding; the last two are about what testssl.sh could not find out. */
  private static final Set<String> GOOD = Set.of("OK", "INFO", "WARN", "DEBUG");

  private record Finding(String severity, String words) { }

  @TempDir
  private static Path folder;
  private static ServerProcess server;

  /** In a process of its own: Java reads only once what it shall have switched on for old loggers. */
  @BeforeAll
  static void start() throws Exception {
    Client.needs("testssl", "openssl");
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(Files.createDirectories(home.resolve("config")).resolve("stationmaster.yaml"), """
        listeners:
          ftp-1: {protocol: ftp}
          ftps-1: {protocol: ftps}
          sftp-1: {protocol: sftp}
          ftp-old:
            protocol: ftp
            address: 127.0.0.1
            port: 0
            tls:
              versions: [TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3]
              ciphers: [default, legacy]
        """);
    server = ServerProcess.start(home, Map.of(), List.of()).awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.stop();
    }
  }

  @Test
  void theManualSaysWhatIsFound() throws Exception {
    List<String> listeners = List.of("ftp-1", "ftps-1", "ftp-old");
    List<Map<String, Finding>> found = new ArrayList<>();
    try (ExecutorService atOnce = Executors.newFixedThreadPool(2)) {
      List<Callable<Map<String, Finding>>> audits = new ArrayList<>();
      listeners.forEach(listener -> audits.add(() -> audit(listener)));
      for (Future<Map<String, Finding>> audit : atOnce.invokeAll(audits)) {
        found.add(audit.get());
      }
    }
    if (IS_FULL) {
      assertTable("default", found.get(0));
      assertTable("old loggers", found.get(2));
    }
    assertDocumented("default", found.get(0));
    assertDocumented("default", found.get(1));
    assertDocumented("old loggers", found.get(2));
  }

  /** What was found is in the manual, and what is in the manual was found, as far as it was looked for. */
  private static void assertDocumented(String section, Map<String, Finding> found) throws Exception {
    Map<String, Finding> documented = new TreeMap<>();
    String begin = "<!-- what testssl.sh finds, " + section + " -->";
    String table = Files.readString(PAGE).split(begin)[1].split("<!-- end")[0];
    ROW.matcher(table).results().forEach(row ->
        documented.put(row.group(2), new Finding(row.group(1), row.group(3))));
    Map<String, Finding> weak = weak(found);
    documented.keySet().retainAll(found.keySet());
    assertEquals(documented, weak);
  }

  /** All that can be looked for was, so the table is exactly this. */
  private static void assertTable(String section, Map<String, Finding> found) throws Exception {
    StringBuilder table = new StringBuilder("\n| severity | check | testssl.sh says |\n| --- | --- | --- |\n");
    weak(found).forEach((check, finding) -> table.append("| ").append(finding.severity()).append(" | `").append(check)
        .append("` | ").append(finding.words()).append(" |\n"));
    String begin = "<!-- what testssl.sh finds, " + section + " -->\n";
    Manual.assertPage("audits.md", Files.readString(PAGE).replaceFirst("(?s)" + begin + ".*?(?=<!-- end)",
        Matcher.quoteReplacement(begin + table + "\n")));
  }

  private static Map<String, Finding> weak(Map<String, Finding> found) {
    Map<String, Finding> weak = new TreeMap<>(found);
    weak.values().removeIf(finding -> GOOD.contains(finding.severity()));
    weak.keySet().removeAll(IRRELEVANT);
    return weak;
  }

  private static Map<String, Finding> audit(String listener) throws Exception {
    Path report = folder.resolve(listener + ".json");
    List<String> command = new ArrayList<>(List.of("testssl", "--quiet", "--color", "0", "--warnings", "off",
        "--connect-timeout", "20", "--openssl-timeout", "20", "-n", "none", "--jsonfile", report.toString()));
    if (!IS_FULL) {
      command.addAll(CHECKS.get(listener));
    }
    if (!listener.equals("ftps-1")) {
      command.addAll(List.of("-t", "ftp"));
    }
    command.add("127.0.0.1:" + server.port(listener));
    Path output = folder.resolve(listener + ".out");
    Process process = Client.start(Files.createDirectory(folder.resolve(listener)), Map.of(), output,
        command.toArray(String[]::new));
    process.waitFor();
    Map<String, Finding> found = new TreeMap<>();
    for (Object entry : JSON.std.listFrom(report.toFile())) {
      Map<?, ?> row = (Map<?, ?>) entry;
      found.put(row.get("id").toString(), new Finding(row.get("severity").toString(), row.get("finding").toString()));
    }
    assertEquals("offered", found.getOrDefault("TLS1_2", new Finding("", "")).words(), Files.readString(output));
    return found;
  }
}
