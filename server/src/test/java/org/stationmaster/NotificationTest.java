package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server with webhook, command and journal. */
@Timeout(180)
class NotificationTest {
  private static final String[] OUTPUTS = {"events.outputs.log-file.type=file", "events.outputs.journal.type=journal"};

  @TempDir
  Path home;

  private static String[] with(String... more) {
    List<String> all = new ArrayList<>(List.of(OUTPUTS));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static List<String> lines(Client.Result result) {
    // The command line does not know the settings that the server was started with.
    return result.succeeded().output().lines().filter(line -> !line.startsWith("Note: no output")).toList();
  }

  @Test
  void transfersGoOnWhileAWebhookHangsAndItHearsOfThemAfterwards() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    try (Receiver receiver = new Receiver(_ -> Receiver.Answer.HANG);
        ServerUnderTest server = ServerUnderTest.start(home.resolve("server"), with(
            "events.outputs.web.type=webhook", "events.outputs.web.url=" + receiver.url(),
            "events.outputs.web.timeout=300ms", "events.outputs.web.retry-first=10ms",
            "events.outputs.web.retry-longest=50ms", "events.outputs.web.include=[]"))) {
      List<String> paths = new ArrayList<>();
      for (Sender sender : Sender.values()) {
        paths.add("/" + sender);
        sender.send(server, file, "/" + sender).succeeded();
      }
      server.awaitEvent("21221 ", "\"web\"");
      String waiting = server.command("outbox", "list").succeeded().output();
      assertTrue(waiting.contains("failing for"), waiting);
      Map<String, Object> json = JSON.std.mapFrom(server.command("outbox", "list", "--json").succeeded().output());
      Map<?, ?> web = ((List<?>) json.get("outputs")).stream().map(one -> (Map<?, ?>) one)
          .filter(one -> one.get("output").equals("web")).findFirst().orElseThrow();
      assertEquals(paths.size(), web.get("waiting"));
      assertEquals(List.of(), receiver.arrivals(ServerUnderTest.ACCOUNT));

      receiver.answer(_ -> 200);
      server.command("outbox", "retry", "web").succeeded();
      receiver.await(ServerUnderTest.ACCOUNT, paths);
      server.awaitEvent("21222 ", "\"web\"");
      // The other events, too: they wait in memory.
      receiver.awaitEvent(30068);
    }
  }

  @Test
  void theJournalAnswersWhileTheServerRunsAndWhileItDoesNot() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    Path folder = home.resolve("server");
    try (ServerUnderTest server = ServerUnderTest.start(folder, OUTPUTS)) {
      server.sftp("put " + file + " /raw.dat\nmkdir /sub\nput " + file + " \"/sub/two words.dat\"").succeeded();
      server.awaitCount(2, "30068");
      server.command("outbox", "show", "journal").succeeded();
      awaitLines(server, 2, "events", "--id", "30068", "--account", ServerUnderTest.ACCOUNT, "--since", "1h");
      awaitLines(server, 2, "events", "--id", "21220");
      assertEquals(1, lines(server.command("events", "--id", "21220", "--path", "/*")).size());
      assertEquals(2, lines(server.command("events", "--id", "21220", "--path", "/**")).size());
      assertEquals(2, lines(server.command("events", "--group", "operation-write", "--peer", "127.0.0.0/8")).size());
      assertEquals(0, lines(server.command("events", "--peer", "10.0.0.0/8")).size());
      assertEquals(0, lines(server.command("events", "--until", "2020-01-01")).size());
      assertEquals(0, lines(server.command("events", "--account", "nobody")).size());
      assertTrue(lines(server.command("events", "--component", "sftp-1")).getFirst().contains(" sftp-1 "));
      assertTrue(server.command("events", "--id", "77").failed().output().contains("is no number of an event"));
      assertTrue(server.command("events", "--since", "yesterday").failed().output().contains("is no time"));
    }
    try (ServerUnderTest server = ServerUnderTest.start(folder, OUTPUTS)) {
      // The same line as in the log file, and the same event in JSON.
      String line = lines(server.command("events", "--id", "30068", "--limit", "1")).getFirst();
      assertTrue(server.log().contains(line), line);
      Map<String, Object> json = JSON.std.mapFrom(
          lines(server.command("events", "--id", "30068", "--limit", "1", "--json")).getFirst());
      assertEquals("/sub/two words.dat", ((Map<?, ?>) json.get("data")).get("path"));
      assertTrue(lines(server.command("events", "--format", "csv", "--limit", "1")).getFirst().startsWith("time,"));
      assertEquals(2, lines(server.command("events", "--id", "21220")).size());
    }
  }

  private static void awaitTrue(Callable<Boolean> condition) throws Exception {
    long end = System.currentTimeMillis() + 30_000;
    while (!condition.call()) {
      assertTrue(System.currentTimeMillis() < end, "it did not come true");
      Thread.sleep(20);
    }
  }

  private static void awaitText(StringBuffer seen, String text) throws Exception {
    awaitTrue(() -> seen.indexOf(text) >= 0);
  }

  private static void awaitLines(ServerUnderTest server, int count, String... command) throws Exception {
    awaitTrue(() -> lines(server.command(command)).size() == count);
  }

  @Test
  void whoFollowsSeesWhatHappens() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    try (ServerUnderTest server = ServerUnderTest.start(home.resolve("server"), OUTPUTS)) {
      server.sftp("put " + file + " /before.dat").succeeded();
      awaitLines(server, 1, "events", "--id", "30068");
      StringBuffer seen = new StringBuffer();
      Thread follower = Thread.ofVirtual().start(() -> server.command(seen, "events", "--id", "30068", "--follow"));
      awaitText(seen, "before.dat");
      server.sftp("put " + file + " /after.dat").succeeded();
      awaitText(seen, "after.dat");
      follower.interrupt();
      follower.join();
    }
  }

  @Test
  void aCommandRunsForEachArrivalAndMayBeAddedWhileTheServerRuns() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    Path folder = home.resolve("server");
    try (ServerUnderTest server = ServerUnderTest.start(folder)) {
      server.sftp("put " + file + " /before.dat").succeeded();
      Files.writeString(folder.resolve("config/stationmaster.yaml"), """
          events:
            outputs:
              log-file:
                type: file
              console:
                type: console
              ingest:
                type: command
                command: [/bin/cp, "{real_path}", "%s/copied-{arrival}"]
          """.formatted(home));
      server.command("reload").succeeded();
      server.sftp("put " + file + " /after.dat").succeeded();
      awaitTrue(() -> copied().size() == 1 && Files.size(copied().getFirst()) == 5);
      assertEquals("12345", Files.readString(copied().getFirst()));
      assertFalse(server.log().stream().anyMatch(line -> line.startsWith("2122")), () -> "unexpected");
    }
  }

  private List<Path> copied() throws Exception {
    try (var files = Files.list(home)) {
      return files.filter(one -> one.getFileName().toString().startsWith("copied-")).toList();
    }
  }

  @Test
  void aWebhookIsVerifiedByTheAuthorityThatTheOperatorNames() throws Exception {
    Client.needs("openssl");
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    Authority own = new Authority(home.resolve("own"), "Own");
    Authority other = new Authority(home.resolve("other"), "Other");
    Path trusted = Files.copy(other.root(), home.resolve("trusted.pem"));
    try (Receiver receiver = Receiver.withTls(identity(own.issue("rsa:2048", 30, "DNS:localhost")), _ -> 200);
        ServerUnderTest server = ServerUnderTest.start(home.resolve("server"), with(
            "events.outputs.web.type=webhook", "events.outputs.web.url=" + receiver.url(),
            "events.outputs.web.ca-file=" + trusted, "events.outputs.web.retry-first=10ms",
            "events.outputs.web.retry-longest=50ms"))) {
      server.sftp("put " + file + " /a.dat").succeeded();
      server.awaitEvent("21221 ", "no TLS connection");
      assertEquals(List.of(), receiver.requests());
      Files.copy(own.root(), trusted, StandardCopyOption.REPLACE_EXISTING);
      server.command("reload").succeeded();
      receiver.await(ServerUnderTest.ACCOUNT, List.of("/a.dat"));
      server.awaitEvent("21222 ", "\"web\"");
    }
  }

  private SSLContext identity(Authority.Issued issued) throws Exception {
    Path chain = Files.writeString(home.resolve("chain.pem"), issued.chain());
    Path store = home.resolve("identity.p12");
    Client.run(home, "openssl", "pkcs12", "-export", "-in", chain.toString(), "-inkey", issued.key().toString(), "-out",
        store.toString(), "-passout", "pass:test").succeeded();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "test".toCharArray());
    KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "test".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void whatAReceiverSaysDoesNotSteerTheTerminalOfTheOperator() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    Path script = Files.writeString(home.resolve("refuses"), "#!/bin/sh\nprintf 'no\\nSET ASIDE \\033[2J'; exit 1\n");
    assertTrue(script.toFile().setExecutable(true));
    try (ServerUnderTest server = ServerUnderTest.start(home.resolve("server"), with(
        "events.outputs.ingest.type=command", "events.outputs.ingest.command=[" + script + "]",
        "events.outputs.ingest.attempts=1"))) {
      server.sftp("put " + file + " \"/a\tb.dat\"").succeeded();
      server.awaitEvent("21223 ", "\"ingest\"");
      awaitTrue(() -> server.command("outbox", "show", "ingest").succeeded().output().contains("a\\tb.dat"));
      String shown = server.command("outbox", "show", "ingest").succeeded().output();
      assertTrue(shown.contains("exit status 1: no\\nSET ASIDE \\x1b[2J"), shown);
      assertFalse(shown.contains("\033"), shown);
    }
  }

  @Test
  void withoutAJournalTheEventLogAnswersWithItsLines() throws Exception {
    Path file = Files.writeString(home.resolve("a.dat"), "12345");
    try (ServerUnderTest server = ServerUnderTest.start(home.resolve("server"))) {
      server.sftp("put " + file + " /raw.dat\nmkdir /sub\nput " + file + " \"/sub/two words.dat\"").succeeded();
      server.awaitCount(2, "30068");
      server.awaitNoSessions();
      assertEquals(server.log().stream().filter(line -> line.startsWith("30068")).toList(), lines(server.command(
          "events", "--id", "30068", "--account", ServerUnderTest.ACCOUNT, "--since", "1h")));
      assertEquals(1, lines(server.command("events", "--id", "30068", "--path", "/*")).size());
      assertEquals(2, lines(server.command("events", "--id", "30068", "--path", "/**")).size());
      assertEquals(1, lines(server.command("events", "--id", "30068", "--path", "/sub/two words.dat")).size());
      assertEquals(1, lines(server.command("events", "--id", "30068", "--limit", "1")).size());
      // The login names its account before the line can.
      assertEquals(1, lines(server.command("events", "--id", "20137", "--account", ServerUnderTest.ACCOUNT)).size());
      assertTrue(lines(server.command("events", "--component", "sftp-1")).getFirst().contains(" sftp-1 "));
      assertEquals(List.of(), lines(server.command("events", "--peer", "10.0.0.0/8")));
      assertEquals(List.of(), lines(server.command("events", "--until", "2020-01-01")));
      String answer = server.command("events", "--json").failed().output();
      assertTrue(answer.contains("type: journal"), answer);
      assertTrue(server.command("outbox", "show", "web").failed().output().contains("There is no output \"web\""));
      assertTrue(server.command("outbox", "list").succeeded().output().contains("no output is told of arrivals"));
    }
  }

  @Test
  void aNameThatIsNoTextReachesAllOfThemWhole() throws Exception {
    try (Receiver receiver = new Receiver(_ -> 200);
        ServerUnderTest server = ServerUnderTest.start(home.resolve("server"), with(
            "events.outputs.web.type=webhook", "events.outputs.web.url=" + receiver.url()))) {
      Path file = Files.writeString(home.resolve("a.dat"), "12345");
      server.sftp("put " + file + " \"/a\tb'c.dat\"").succeeded();
      receiver.await(ServerUnderTest.ACCOUNT, List.of("/a\tb'c.dat"));
      String body = new String(receiver.requests().getFirst().body(), StandardCharsets.UTF_8);
      assertTrue(body.contains("\"path\":\"/a\\tb'c.dat\""), body);
      assertTrue(body.contains("arrived over SFTP"), body);
    }
  }
}
