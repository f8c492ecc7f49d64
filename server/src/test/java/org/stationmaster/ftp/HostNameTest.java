package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

class HostNameTest {
  private final Queue<Event> seen = new ConcurrentLinkedQueue<>();
  private final EventOutput output = seen::add;
  private final Events events = new Events(List.of(output));
  private final AtomicInteger lookups = new AtomicInteger();
  private final AtomicReference<String> answer = new AtomicReference<>("");

  @AfterEach
  void close() {
    events.close();
  }

  private HostName name(Duration fresh) {
    return new HostName("station.example.org", _ -> {
      lookups.incrementAndGet();
      if (answer.get().isEmpty()) {
        throw new UnknownHostException("no answer");
      }
      return new InetAddress[] {InetAddress.ofLiteral(answer.get())};
    }, fresh, events, Origin.component("ftp-1"));
  }

  private static String text(Optional<? extends InetAddress> address) {
    return address.map(InetAddress::getHostAddress).orElse("none");
  }

  private List<Map.Entry<EventCatalogue, Map<String, Object>>> said() {
    events.close();
    return seen.stream().map(event -> Map.entry(event.type(), event.data())).toList();
  }

  @Test
  void anAddressHoldsForAWhile() {
    HostName name = name(Duration.ofMinutes(1));
    answer.set("203.0.113.7");
    assertEquals("203.0.113.7", text(name.address()));
    answer.set("203.0.113.8");
    assertEquals("203.0.113.7", text(name.address()));
    assertEquals(1, lookups.get());
  }

  @Test
  void aNewAddressIsFoundAndTheLastOneHoldsWhileNobodyCanTell() {
    HostName name = name(Duration.ZERO);
    assertEquals("none", text(name.address()));
    answer.set("203.0.113.7");
    assertEquals("203.0.113.7", text(name.address()));
    answer.set("");
    assertEquals("203.0.113.7", text(name.address()));
    assertEquals("203.0.113.7", text(name.address()));
    answer.set("203.0.113.8");
    assertEquals("203.0.113.8", text(name.address()));
    answer.set("2001:db8::8");
    assertEquals("203.0.113.8", text(name.address()));
    String unknown = "no name server knows it, or none answers";
    assertEquals(List.of(
        Map.entry(EventCatalogue.FTP_PASSIVE_NAME_FAILED, Map.of("name", "station.example.org", "address", "",
            "details", unknown)),
        Map.entry(EventCatalogue.FTP_PASSIVE_NAME_FOUND, Map.of("name", "station.example.org", "address", "203.0.113.7",
            "former", "")),
        Map.entry(EventCatalogue.FTP_PASSIVE_NAME_FAILED, Map.of("name", "station.example.org", "address",
            "203.0.113.7", "details", unknown)),
        Map.entry(EventCatalogue.FTP_PASSIVE_NAME_FOUND, Map.of("name", "station.example.org", "address", "203.0.113.8",
            "former", "203.0.113.7")),
        Map.entry(EventCatalogue.FTP_PASSIVE_NAME_FAILED, Map.of("name", "station.example.org", "address",
            "203.0.113.8", "details", "it has no IPv4 address, and PASV can tell no other"))), said());
  }

  @Test
  void oneLookupServesAllWhoWaitForIt() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    HostName name = new HostName("station.example.org", _ -> {
      lookups.incrementAndGet();
      try {
        answered.await();
      } catch (InterruptedException e) {
        throw new UnknownHostException(e.toString());
      }
      return new InetAddress[] {InetAddress.ofLiteral("203.0.113.7")};
    }, Duration.ofMinutes(1), events, Origin.component("ftp-1"));
    Queue<String> told = new ConcurrentLinkedQueue<>();
    List<Thread> clients = IntStream.range(0, 20)
        .mapToObj(_ -> Thread.ofVirtual().start(() -> told.add(text(name.address())))).toList();
    while (lookups.get() == 0) {
      Thread.onSpinWait();
    }
    answered.countDown();
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(List.of("203.0.113.7"), told.stream().distinct().toList());
    assertEquals(1, lookups.get());
  }
}
