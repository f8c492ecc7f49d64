package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventSettings;

class EventsTest {
  private static final EventSettings SETTINGS =
      new EventSettings(new DataSize(50 << 20), 30, new DataSize(1 << 30), false);

  @Test
  void eventsReachTheFileInTheirOrder(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("events.log");
    try (Events events = new Events(List.of(new LogFile(log, SETTINGS)))) {
      for (int i = 0; i < 1000; i++) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "number " + i));
      }
    }
    List<String> lines = Files.readAllLines(log);
    assertEquals(1000, lines.size());
    for (int i = 0; i < 1000; i++) {
      assertTrue(lines.get(i).endsWith("number " + i + "."), lines.get(i));
    }
  }

  @Test
  void aRestartGoesOnInTheSameFile(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("events.log");
    for (int run = 0; run < 2; run++) {
      try (Events events = new Events(List.of(new LogFile(log, SETTINGS)))) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "run " + run));
      }
    }
    assertEquals(2, Files.readAllLines(log).size());
  }

  @Test
  void aFullFileMakesRoomForANewOne(@TempDir Path folder) throws Exception {
    EventSettings small = new EventSettings(new DataSize(2048), 30, new DataSize(1 << 20), false);
    Path log = folder.resolve("events.log");
    try (Events events = new Events(List.of(new LogFile(log, small)))) {
      for (int i = 0; i < 200; i++) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "number " + i));
        // Logback looks at the size of the file at most once every so often.
        Thread.sleep(i == 100 ? 1500 : 0);
      }
    }
    try (var files = Files.list(folder)) {
      assertTrue(files.count() > 1);
    }
  }

  @Test
  void anOutputThatHangsNeverHoldsUpThoseWhoEmitAndTheLossIsCounted() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<Event> written = Collections.synchronizedList(new ArrayList<>());
    EventOutput hanging = event -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.add(event);
    };
    int emitted = 200_000;
    Events events = new Events(List.of(hanging));
    for (int i = 0; i < emitted; i++) {
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
    }
    release.countDown();
    events.close();
    long lost = written.stream().filter(event -> event.type() == EventCatalogue.EVENTS_DROPPED)
        .mapToLong(event -> (Long) event.data().get("count")).sum();
    long kept = written.stream().filter(event -> event.type() == EventCatalogue.PROCESS_STOPPING).count();
    assertTrue(lost > 0);
    assertEquals(emitted, lost + kept);
  }

  /** A console that nobody reads, for example. */
  @Test
  @Timeout(30)
  void anOutputThatHangsDoesNotSilenceTheOthers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1000);
    EventOutput hanging = event -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
    Events events = new Events(List.of(hanging, event -> written.countDown()));
    for (int i = 0; i < 1000; i++) {
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
    }
    written.await();
    release.countDown();
    events.close();
  }

  @Test
  void anOutputThatFailsDoesNotSilenceTheOthers() {
    List<Event> written = Collections.synchronizedList(new ArrayList<>());
    EventOutput failing = event -> {
      throw new IllegalStateException("no more room");
    };
    try (Events events = new Events(List.of(failing, written::add))) {
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
    }
    assertEquals(1, written.size());
  }

  @Test
  void replacedOutputsGetEveryEventExactlyOnce() {
    List<Event> first = Collections.synchronizedList(new ArrayList<>());
    List<Event> second = Collections.synchronizedList(new ArrayList<>());
    try (Events events = new Events(List.of((EventOutput) first::add))) {
      for (int i = 0; i < 1000; i++) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
        if (i == 500) {
          events.replaceOutputs(List.of((EventOutput) second::add));
        }
      }
    }
    assertEquals(1000, first.size() + second.size());
    assertTrue(second.size() >= 499);
  }
}
