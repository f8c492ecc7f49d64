package org.stationmaster.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.Receiver;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.WebhookOutputSettings;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Origin;
import org.stationmaster.outbox.Delivery.Answer;

@Timeout(120)
class WebhookTest {
  @TempDir
  Path folder;

  private static Notice notice(String command) {
    return new Notice("run-1", 0, new Event(EventCatalogue.SSH_COMMAND_STARTED, Instant.EPOCH,
        new Origin(Origin.PROCESS, "pole-7", "192.0.2.7:1024"), Map.of("command", command)));
  }

  private WebhookOutputSettings settings(String url, Passphrase secret, Optional<Path> ca, Optional<Path> headers,
      Duration timeout) {
    return new WebhookOutputSettings("web", EventSelection.ALL, URI.create(url), ca, secret, headers, timeout, 10,
        OutboxFixture.QUICK);
  }

  private Answer post(WebhookOutputSettings settings) throws Exception {
    try (Webhook webhook = new Webhook(settings)) {
      return webhook.deliver(List.of(notice("passwd")));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Answer post(int status) throws Exception {
    try (Receiver receiver = new Receiver(_ -> status)) {
      return post(OutboxFixture.webhook(receiver.url()));
    }
  }

  @Test
  void theReceiverCanCheckWhoSentItWithTheScriptOfTheManual() throws Exception {
    Client.needs("python3");
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path headers = Files.writeString(folder.resolve("headers"), "Authorization: Bearer abc\n\nX-Site: north\n");
    try (Receiver receiver = new Receiver(_ -> 200)) {
      assertInstanceOf(Answer.Accepted.class, post(settings(receiver.url(), new Passphrase.FromFile(secret),
          Optional.empty(), Optional.of(headers), Duration.ofSeconds(5))));
      Receiver.Request request = receiver.requests().getFirst();
      assertEquals("Bearer abc", request.headers().get("authorization"));
      assertEquals("north", request.headers().get("x-site"));
      assertEquals("application/json", request.headers().get("content-type"));
      Files.write(folder.resolve("body"), request.body());
      Files.writeString(folder.resolve("check.py"), """
          import hashlib, hmac, sys
          fields = dict(part.split("=") for part in sys.argv[1].split(","))
          body = open("body", "rb").read()
          expected = hmac.new(b"s3cret", fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
          sys.exit(0 if hmac.compare_digest(expected, fields["v1"]) else 1)
          """);
      Client.run(folder, "python3", "check.py", request.headers().get("x-stationmaster-signature")).succeeded();
      assertTrue(new String(request.body(), StandardCharsets.UTF_8).startsWith("[{\"key\":\"run-1\","));
    }
  }

  @Test
  void theAnswerSaysWhetherItIsAboutTheEventOrTheReceiver() throws Exception {
    assertInstanceOf(Answer.Accepted.class, post(204));
    for (int status : new int[] {301, 401, 403, 404, 429, 503}) {
      assertInstanceOf(Answer.Unavailable.class, post(status), "status " + status);
    }
    for (int status : new int[] {500, 502, 504, 408, Receiver.Answer.NONE}) {
      assertInstanceOf(Answer.Failed.class, post(status), "status " + status);
    }
    for (int status : new int[] {400, 409, 413, 422}) {
      assertInstanceOf(Answer.Refused.class, post(status), "status " + status);
    }
    assertInstanceOf(Answer.Unavailable.class, post(OutboxFixture.webhook("http://127.0.0.1:" + Client.freePort())));
    assertEquals(new Answer.Unavailable("no connection: the name of the host is not known"),
        post(OutboxFixture.webhook("http://nowhere.invalid/")));
  }

  @Test
  void aReceiverThatHangsIsLeftAfterTheTimeout() throws Exception {
    try (Receiver receiver = new Receiver(_ -> Receiver.Answer.HANG)) {
      assertInstanceOf(Answer.Failed.class, post(settings(receiver.url(), new Passphrase.None(), Optional.empty(),
          Optional.empty(), Duration.ofSeconds(3))));
    }
  }

  @Test
  void aSecretThatIsMissingIsNamedAndNeverShown() {
    IOException missing = assertThrows(IOException.class, () -> new Webhook(settings("http://127.0.0.1/",
        new Passphrase.FromEnvironment("NO_SUCH_VARIABLE"), Optional.empty(), Optional.empty(),
        Duration.ofSeconds(1))));
    assertEquals("events.outputs.web.secret-environment: the variable NO_SUCH_VARIABLE is not set",
        missing.getMessage());
  }

  @Test
  void otherEventsAreToldWhileTheyAreInMemoryAndThoseThatAreRefusedAreCounted() throws Exception {
    try (OutboxFixture box = new OutboxFixture(folder); Receiver receiver = new Receiver(events ->
        events.toString().contains("poison") ? 400 : 200)) {
      BestEffort output = new BestEffort("web", new Webhook(OutboxFixture.webhook(receiver.url())), 3,
          () -> box.events);
      for (String command : List.of("one", "two", "poison", "three")) {
        output.write(notice(command).event());
      }
      output.flush();
      assertEquals(3, receiver.taken());
      Event refused = box.awaitEvent(21225);
      assertEquals(1L, refused.data().get("count"));

      receiver.answer(_ -> 503);
      output.write(notice("four").event());
      assertThrows(IOException.class, output::flush);
      receiver.answer(_ -> 200);
      output.flush();
      assertEquals(4, receiver.taken());
      output.close();
    }
  }

  @Test
  void anEventAtWhichTheReceiverBreaksAgainAndAgainIsDroppedAndCounted() throws Exception {
    try (OutboxFixture box = new OutboxFixture(folder); Receiver receiver = new Receiver(events ->
        events.toString().contains("poison") ? 500 : 200)) {
      BestEffort output = new BestEffort("web", new Webhook(OutboxFixture.webhook(receiver.url())), 3,
          () -> box.events);
      for (String command : List.of("one", "two", "poison", "three", "four")) {
        output.write(notice(command).event());
      }
      for (int i = 0; i < 10 && receiver.taken() < 4; i++) {
        try {
          output.flush();
        } catch (IOException expected) {
          // Whoever writes tries again.
        }
      }
      assertEquals(4, receiver.taken());
      assertEquals(1L, box.awaitEvent(21225).data().get("count"));
      assertEquals(3, receiver.requests().stream().map(request -> new String(request.body(), StandardCharsets.UTF_8))
          .filter(body -> body.contains("poison") && !body.contains("three")).count());
      output.close();
    }
  }
}
