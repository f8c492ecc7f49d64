package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.SshAlgorithm.Kind;

/** What ssh-audit finds in a listener of each profile is what the manual says, and every finding is a known risk. */
class SshAuditTest {
  /** Each version judges in its own way; this is Debian 12's. */
  private static final String VERSION = "v2.5.0";
  /** What is younger than that version: it calls them unknown, and knows nothing against them. */
  private static final Set<String> YOUNGER = Set.of("mlkem768x25519-sha256", "kex-strict-s-v00@openssh.com");
  private static final Map<String, Kind> KINDS =
      Map.of("kex", Kind.KEY_EXCHANGE, "key", Kind.HOST_KEY, "enc", Kind.CIPHER, "mac", Kind.MAC);
  /** The first line about an algorithm; more findings stand in lines below it that do not name it again. */
  private static final Pattern ALGORITHM = Pattern.compile("^\\((kex|key|enc|mac)\\) (\\S+)");
  private static final Pattern FINDING = Pattern.compile(" \\[(fail|warn)\\] (.*)");
  private static final String SMALL_GROUP = "using small 1024-bit modulus";
  private static final Path PAGE = Path.of("../dist/manual/audits.md");

  @TempDir
  private static Path folder;
  private static ServerUnderTest server;

  private record Finding(Kind kind, String algorithm, String severity, String words) { }

  @BeforeAll
  static void start() throws Exception {
    Client.needs("ssh-audit");
    Client.needsThat(Client.run(folder, "ssh-audit", "--help").output().contains(VERSION), "ssh-audit " + VERSION);
    List<String> settings = new ArrayList<>();
    for (String name : List.of("strict", "modern")) {
      settings.addAll(List.of("listeners." + name + ".protocol=sftp", "listeners." + name + ".address=127.0.0.1",
          "listeners." + name + ".port=0", "listeners." + name + ".algorithms=" + name));
    }
    server = ServerUnderTest.start(folder.resolve("home"), settings.toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theManualSaysWhatIsFound() throws Exception {
    StringBuilder text = new StringBuilder();
    for (AlgorithmProfile profile : profiles()) {
      Map<String, Set<String>> algorithms = new TreeMap<>();
      findings(profile).forEach(finding -> algorithms.computeIfAbsent(finding.severity() + " | " + finding.words(),
          _ -> new TreeSet<>()).add("`" + finding.algorithm() + "`"));
      text.append("\n### ").append(profile.setting()).append("\n\n").append(algorithms.isEmpty() ? "Nothing.\n"
          : "| | ssh-audit says | of |\n| --- | --- | --- |\n");
      algorithms.forEach((finding, names) ->
          text.append("| ").append(finding).append(" | ").append(String.join(", ", names)).append(" |\n"));
    }
    Manual.assertPage("audits.md", Files.readString(PAGE).replaceFirst(
        "(?s)(<!-- what ssh-audit finds -->\n).*(<!-- end of what ssh-audit finds)",
        "$1" + Matcher.quoteReplacement(text + "\n") + "$2"));
  }

  @Test
  void inTheProfileStrictNothingIsFound() throws Exception {
    assertEquals(List.of(), findings(AlgorithmProfile.STRICT));
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "MODERN", "LOGGER"})
  void everyFindingIsARiskThatTheTableOfAlgorithmsNames(AlgorithmProfile profile) throws Exception {
    for (Finding finding : findings(profile)) {
      SshAlgorithm row = SshAlgorithm.find(finding.kind(), finding.algorithm()).orElseThrow();
      boolean isOfTheProfile = finding.words().equals(SMALL_GROUP) && profile.leastBits() == 1024;
      assertTrue(isOfTheProfile || !row.risk().isEmpty(), finding.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "MODERN", "LOGGER"})
  void theListenerKeepsToThePolicyOfItsProfile(AlgorithmProfile profile) throws Exception {
    String policy = PAGE.resolveSibling("audits/ssh-audit-" + profile.setting() + ".txt").toRealPath().toString();
    Client.run(folder, "ssh-audit", "-t", "60", "-n", "-P", policy, "-p", port(profile), "127.0.0.1").succeeded();
  }

  @Test
  void aListenerOfAnotherProfileBreaksThePolicy() throws Exception {
    String policy = PAGE.resolveSibling("audits/ssh-audit-strict.txt").toRealPath().toString();
    Client.run(folder, "ssh-audit", "-t", "60", "-n", "-P", policy, "-p", port(AlgorithmProfile.MODERN),
        "127.0.0.1").failed();
  }

  private static List<AlgorithmProfile> profiles() {
    return List.of(AlgorithmProfile.STRICT, AlgorithmProfile.MODERN, AlgorithmProfile.LOGGER);
  }

  private static String port(AlgorithmProfile profile) {
    return String.valueOf(server.port(profile == AlgorithmProfile.LOGGER ? "sftp-1" : profile.setting()));
  }

  private static List<Finding> findings(AlgorithmProfile profile) throws Exception {
    String output = Client.run(folder, "ssh-audit", "-t", "60", "-n", "-p", port(profile), "127.0.0.1").output();
    assertTrue(output.contains("(kex) "), output);
    assertFalse(output.contains("(cve)"), output);
    List<Finding> findings = new ArrayList<>();
    Kind kind = Kind.KEY_EXCHANGE;
    String algorithm = "";
    for (String line : output.lines().toList()) {
      Matcher named = ALGORITHM.matcher(line);
      if (named.find()) {
        kind = KINDS.get(named.group(1));
        algorithm = named.group(2);
      }
      Matcher finding = FINDING.matcher(line);
      if (finding.find() && !(finding.group(2).equals("unknown algorithm") && YOUNGER.contains(algorithm))) {
        findings.add(new Finding(kind, algorithm, finding.group(1), finding.group(2)));
      }
    }
    return findings;
  }
}
