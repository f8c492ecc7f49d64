package org.stationmaster.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.Client;
import org.stationmaster.Receiver;
import org.stationmaster.config.RetrySettings;

@Timeout(120)
class OutboxTest {
  @TempDir
  Path folder;

  private OutboxFixture box;

  @BeforeEach
  void open() throws Exception {
    box = new OutboxFixture(folder);
  }

  @AfterEach
  void close() throws Exception {
    box.close();
  }

  private static boolean has(List<Map<String, Object>> events, String path) {
    return events.stream().anyMatch(event -> path.equals(((Map<?, ?>) event.get("data")).get("path")));
  }

  /** How many arrivals are left. */
  private int purged() throws Exception {
    box.arrivals.purge();
    return ((Number) box.row("SELECT count(*) FROM arrival").get("value")).intValue();
  }

  @Test
  void whatArrivesIsToldOnceAndWhatWasThereBeforeIsNot() throws Exception {
    box.arrive("pole-7", "/before");
    try (Receiver receiver = new Receiver(_ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      box.arrive("pole-7", "/one");
      box.arrive("pole-7", "/two");
      receiver.await("pole-7", List.of("/one", "/two"));
      OutboxFixture.await(() -> box.state("web").delivered() == 2);
      assertEquals(2, receiver.taken());
      assertEquals(0, box.store.waiting(box.state("web")).count());
    }
  }

  @Test
  void nobodyIsToldOfAnArrivalBeforeAnEarlierOneIsSettled() throws Exception {
    try (Receiver receiver = new Receiver(_ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      long slow = box.intend("pole-7", "/slow");
      long dropped = box.intend("pole-8", "/dropped");
      box.arrive("pole-7", "/quick");
      Thread.sleep(200);
      assertEquals(List.of(), receiver.paths("pole-7"));
      box.arrivals.cancel(List.of(dropped));
      box.arrivals.confirm(List.of(slow));
      receiver.await("pole-7", List.of("/slow", "/quick"));
      assertEquals(List.of(), receiver.paths("pole-8"));
    }
  }

  @Test
  void aPublicationThatHangsHoldsUpItsOwnAccountOnly() throws Exception {
    try (Receiver receiver = new Receiver(_ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      long hanging = box.intend("pole-7", "/hangs");
      box.age(Duration.ofMinutes(1));
      box.arrive("pole-7", "/behind");
      box.arrive("pole-8", "/other");
      receiver.await("pole-8", List.of("/other"));
      assertEquals(List.of(), receiver.paths("pole-7"));
      box.arrivals.confirm(List.of(hanging));
      receiver.await("pole-7", List.of("/hangs", "/behind"));
      OutboxFixture.await(() -> box.store.lagging("web").isEmpty());
      box.arrive("pole-7", "/after");
      receiver.await("pole-7", List.of("/hangs", "/behind", "/after"));
      assertEquals(4, receiver.taken());
    }
  }

  @Test
  void aReceiverThatIsAwayHearsAllWhenItIsBackEvenOfANewProcess() throws Exception {
    int port = Client.freePort();
    Webhook webhook = new Webhook(OutboxFixture.webhook("http://127.0.0.1:" + port + "/events"));
    Outbox first = box.tell("web", webhook, OutboxFixture.QUICK);
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      paths.add("/" + i);
      box.arrive("pole-" + i % 3, "/" + i);
    }
    assertEquals(List.of("web"), List.of(box.awaitEvent(21221).data().get("output")));
    OutboxFixture.await(() -> box.state("web").failingSince().isPresent());
    assertEquals(2500, box.store.waiting(box.state("web")).count());
    assertEquals(List.of(), box.store.lagging("web"));
    first.close();
    try (Receiver receiver = new Receiver(port, _ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      for (int account = 0; account < 3; account++) {
        int number = account;
        receiver.await("pole-" + account, paths.stream()
            .filter(path -> Integer.parseInt(path.substring(1)) % 3 == number).toList());
      }
      assertEquals(2500, receiver.taken());
      OutboxFixture.await(() -> box.state("web").failingSince().isEmpty());
    }
  }

  @Test
  void whatIsRefusedIsSetAsideWhileOthersGoOnAndEachAccountKeepsItsOrder() throws Exception {
    try (Receiver receiver = new Receiver(events -> has(events, "/poison") ? 422 : 200)) {
      long poison = 0;
      Outbox outbox = box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      outbox.close();
      for (int i = 0; i < 40; i++) {
        box.arrive("pole-" + i % 4, "/" + i);
        if (i == 10) {
          poison = box.arrive("pole-2", "/poison");
        }
      }
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      for (int account = 0; account < 4; account++) {
        List<String> expected = new ArrayList<>();
        for (int i = account; i < 40; i += 4) {
          expected.add("/" + i);
        }
        receiver.await("pole-" + account, expected);
      }
      Map<String, Object> parked = box.awaitEvent(21223).data();
      assertEquals(poison, parked.get("arrival"));
      assertEquals("the receiver answered 422: status 422", parked.get("details"));
      OutboxFixture.await(() -> box.store.parked("web").size() == 1 && box.store.lagging("web").isEmpty()
          && box.state("web").delivered() == 40);
      assertEquals(40, receiver.taken());

      // The operator has mended the receiver.
      receiver.answer(_ -> 200);
      assertEquals(1, box.store.retry("web", OptionalLong.of(poison)));
      OutboxFixture.await(() -> box.store.parked("web").isEmpty());
      assertEquals("/poison", receiver.paths("pole-2").getLast());
      assertEquals(41, receiver.taken());
    }
  }

  @Test
  void oneThatAReceiverBreaksAtIsSetAsideOnlyBecauseOthersAreTaken() throws Exception {
    try (Receiver receiver = new Receiver(events -> has(events, "/poison") ? Receiver.Answer.NONE : 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      box.arrive("pole-1", "/poison");
      box.arrive("pole-1", "/behind");
      OutboxFixture.await(() -> receiver.requests().size() > 10);
      assertEquals(List.of(), box.store.parked("web"));
      for (int i = 0; box.store.parked("web").isEmpty(); i++) {
        box.arrive("pole-2", "/" + i);
        Thread.sleep(20);
      }
      receiver.await("pole-1", List.of("/behind"));
      assertEquals("/poison", box.store.parked("web").getFirst().path());
    }
  }

  @Test
  void aReceiverThatFailsAtRandomHearsAllInOrder() throws Exception {
    List<Integer> answers = List.of(200, 200, 200, 500, 503, Receiver.Answer.NONE);
    try (Receiver receiver = new Receiver(_ -> answers.get(ThreadLocalRandom.current().nextInt(answers.size())))) {
      RetrySettings patient = new RetrySettings(30, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofDays(1));
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), patient);
      List<String> paths = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        paths.add("/" + i);
        box.arrive("pole-" + i % 5, "/" + i);
        Thread.sleep(2);
      }
      for (int account = 0; account < 5; account++) {
        int number = account;
        receiver.await("pole-" + account, paths.stream()
            .filter(path -> Integer.parseInt(path.substring(1)) % 5 == number).toList());
      }
      assertEquals(List.of(), box.store.parked("web"));
    }
  }

  @Test
  void whatNobodyWasToldOfOutlivesItsTimeUntilItIsGivenUp() throws Exception {
    int port = Client.freePort();
    Outbox outbox = box.tell("web", new Webhook(OutboxFixture.webhook("http://127.0.0.1:" + port + "/")),
        OutboxFixture.QUICK);
    for (int i = 0; i < 700; i++) {
      box.arrive("pole-1", "/" + i);
    }
    outbox.close();
    box.age(Duration.ofHours(2));
    assertEquals(700, purged());
    assertEquals(700, box.store.giveUp("web", Instant.now().minusSeconds(3600)));
    assertEquals(0, box.store.giveUp("web", Instant.now().minusSeconds(3600)));
    assertEquals(0, purged());
  }

  @Test
  void anOutputThatIsNotConfiguredKeepsNothing() throws Exception {
    box.tell("web", new Webhook(OutboxFixture.webhook("http://127.0.0.1:" + Client.freePort() + "/")),
        OutboxFixture.QUICK).close();
    box.arrive("pole-1", "/1");
    box.age(Duration.ofHours(2));
    Outbox none = new Outbox(box.store, box.events);
    none.tell(List.of());
    assertFalse(box.state("web").isActive());
    assertEquals(0, purged());
    box.store.forget("web");
    assertTrue(box.store.states().isEmpty());
  }

  @Test
  void whatTheFilterPassesOverHoldsNobodyUp() throws Exception {
    box.tell("web", new Webhook(OutboxFixture.webhook("http://127.0.0.1:" + Client.freePort() + "/")),
        OutboxFixture.QUICK).close();
    box.arrive("pole-7", "/first");
    box.multiply(30_000);
    long last = box.arrive("pole-8", "/last");
    try (Receiver receiver = new Receiver(_ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), event -> event.origin().account()
          .equals("pole-8"), OutboxFixture.QUICK);
      receiver.await("pole-8", List.of("/last"));
      OutboxFixture.await(() -> box.state("web").position() == last);
    }
  }

  @Test
  void anOutputThatWasAwayFromTheConfigurationGoesOnWhereItWas() throws Exception {
    try (Receiver receiver = new Receiver(_ -> 200)) {
      Outbox outbox = box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      box.arrive("pole-7", "/before");
      receiver.await("pole-7", List.of("/before"));
      OutboxFixture.await(() -> box.state("web").delivered() == 1);
      outbox.tell(List.of());
      box.arrive("pole-7", "/meanwhile");
      outbox.tell(List.of(new Outbox.Listener("web", new Webhook(OutboxFixture.webhook(receiver.url())), _ -> true,
          OutboxFixture.QUICK)));
      box.arrive("pole-7", "/after");
      receiver.await("pole-7", List.of("/before", "/meanwhile", "/after"));
      assertEquals(3, receiver.taken());
    }
  }

  @Test
  void whatWasBegunBeforeTheClockWasTurnedBackHoldsUpItsOwnAccountOnly() throws Exception {
    try (Receiver receiver = new Receiver(_ -> 200)) {
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      long hanging = box.intend("pole-7", "/hangs");
      box.age(Duration.ofDays(-1));
      box.arrive("pole-8", "/other");
      receiver.await("pole-8", List.of("/other"));
      box.arrivals.confirm(List.of(hanging));
      receiver.await("pole-7", List.of("/hangs"));
    }
  }

  @Test
  void aFaultOfOursInADeliveryEndsNeitherTheAccountNorTheOutput() throws Exception {
    List<String> taken = new CopyOnWriteArrayList<>();
    AtomicInteger attempts = new AtomicInteger();
    Delivery faulty = new Delivery() {
      @Override
      public int atOnce() {
        return 1;
      }

      @Override
      public int batchSize() {
        return 1;
      }

      @Override
      public Answer deliver(List<Notice> batch) {
        if (attempts.incrementAndGet() == 1) {
          throw new StackOverflowError("on purpose");
        }
        taken.add(batch.getFirst().account());
        return new Answer.Accepted();
      }
    };
    box.tell("own", faulty, OutboxFixture.QUICK);
    box.arrive("pole-7", "/one");
    box.arrive("pole-7", "/two");
    OutboxFixture.await(() -> taken.equals(List.of("pole-7", "pole-7")));
  }

  @Test
  void onlyWhatIsTooOldIsGivenUpOfThoseThatLagAndOfThoseSetAside() throws Exception {
    try (Receiver receiver = new Receiver(events -> has(events, "/poison") ? 422 : 200)) {
      Outbox outbox = box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      box.arrive("pole-7", "/poison");
      OutboxFixture.await(() -> box.store.parked("web").size() == 1);
      receiver.answer(_ -> 500);
      box.arrive("pole-8", "/old");
      OutboxFixture.await(() -> box.store.lagging("web").stream().anyMatch(one -> one.account().equals("pole-8")));
      outbox.close();
      box.age(Duration.ofHours(2));
      box.arrive("pole-8", "/young");
      assertEquals(2, box.store.giveUp("web", Instant.now().minusSeconds(3600)));
      assertEquals(List.of(), box.store.parked("web"));
      assertEquals(1, box.store.waiting(box.state("web")).count());
      receiver.answer(_ -> 200);
      box.tell("web", new Webhook(OutboxFixture.webhook(receiver.url())), OutboxFixture.QUICK);
      receiver.await("pole-8", List.of("/young"));
    }
  }
}
