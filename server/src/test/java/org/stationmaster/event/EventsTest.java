package org.stationmaster.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.ConsoleOutputSettings;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.EventSettings;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.LayoutSettings;
import org.stationmaster.config.OutputSettings;

class EventsTest {
  private static final LayoutSettings LINES = new LayoutSettings(EventFormat.LINE, "");

  private static FileOutputSettings file(Path path, int size) {
    return new FileOutputSettings("log-file", EventSelection.ALL, LINES, path,
        PosixFilePermissions.fromString("rw-------"),
        new FileOutputSettings.Rotation(false, new DataSize(size), true, 30, new DataSize(1 << 30), 1000, false));
  }

  @Test
  void eventsReachTheFileInTheirOrder(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("events.log");
    try (Events events = new Events(List.of(new LogFile(file(log, 50 << 20))))) {
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
      try (Events events = new Events(List.of(new LogFile(file(log, 50 << 20))))) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "run " + run));
      }
    }
    assertEquals(2, Files.readAllLines(log).size());
  }

  @Test
  void aFullFileMakesRoomForANewOne(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("events.log");
    try (Events events = new Events(List.of(new LogFile(file(log, 2048))))) {
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
  @Timeout(60)
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
    List<Event> others = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch told = new CountDownLatch(1);
    Semaphore seen = new Semaphore(0);
    Events events = new Events(List.of(hanging, event -> {
      if (event.type() == EventCatalogue.OUTPUT_TOO_SLOW) {
        others.add(event);
        told.countDown();
      } else {
        seen.release();
      }
    }));
    for (int i = 1; i <= emitted; i++) {
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
      if (i % 10_000 == 0) {
        // The other output keeps up, or it would tell the hanging one of a loss of its own.
        seen.acquire(10_000);
      }
    }
    told.await();
    assertEquals(1, others.size());
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
  void replacedOutputsGetEveryEventExactlyOnceAndUnchangedOnesGoOn() throws Exception {
    Map<String, List<Event>> written = new ConcurrentHashMap<>();
    List<String> opened = new ArrayList<>();
    Events.Opener opener = settings -> {
      opened.add(settings.name());
      return written.computeIfAbsent(settings.name(), _ -> Collections.synchronizedList(new ArrayList<>()))::add;
    };
    try (Events events = new Events(settings("stays", "goes"), opener)) {
      for (int i = 0; i < 1000; i++) {
        events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
        if (i == 500) {
          events.replaceOutputs(settings("stays", "comes"), opener);
        }
      }
    }
    assertEquals(List.of("stays", "goes", "comes"), opened);
    assertEquals(List.of(1000, 501, 499), opened.stream().map(name -> written.get(name).size()).toList());
  }

  @Test
  void ifOneNewOutputCannotBeOpenedTheFormerOnesGoOn() throws Exception {
    List<Event> written = Collections.synchronizedList(new ArrayList<>());
    try (Events events = new Events(settings("first"), settings -> written::add)) {
      assertThrows(IOException.class, () -> events.replaceOutputs(settings("second", "third"), settings -> {
        if (settings.name().equals("third")) {
          throw new IOException("no such place");
        }
        return _ -> { };
      }));
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
    }
    assertEquals(1, written.size());
  }

  @Test
  @Timeout(30)
  void anOutputThatFailsForAWhileLosesNothingAndTheOthersHearOfIt() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    List<Event> taken = new ArrayList<>();
    List<Event> handedOn = Collections.synchronizedList(new ArrayList<>());
    List<Event> others = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch recovered = new CountDownLatch(1);
    EventOutput failing = new EventOutput() {
      @Override
      public void write(Event event) {
        taken.add(event);
      }

      @Override
      public void flush() throws IOException {
        if (broken.get()) {
          throw new IOException("No space left on device");
        }
        handedOn.addAll(taken);
        taken.clear();
      }
    };
    EventOutput other = event -> {
      others.add(event);
      if (event.type() == EventCatalogue.OUTPUT_FAILED) {
        broken.set(false);
      } else if (event.type() == EventCatalogue.OUTPUT_RECOVERED) {
        recovered.countDown();
      }
    };
    try (Events events = new Events(List.of(other, failing))) {
      events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", "x"));
      recovered.await();
    }
    List<EventCatalogue> expected = List.of(EventCatalogue.PROCESS_STOPPING, EventCatalogue.OUTPUT_FAILED,
        EventCatalogue.OUTPUT_RECOVERED);
    assertEquals(expected, others.stream().map(Event::type).toList());
    assertEquals(expected, handedOn.stream().map(Event::type).toList());
    assertEquals("Events cannot be written to output \"output-2\": No space left on device. They wait, and it is tried "
        + "again.", others.get(1).message());
  }

  /** While an output hangs, there is more room for failures than for the rest. */
  @Test
  void whenNotAllCanWaitFailuresAreKeptLongerThanChatter() throws Exception {
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
    Events events = new Events(List.of(hanging));
    for (int i = 0; i < 100_000; i++) {
      events.emit(EventCatalogue.SSH_CONNECTION_MADE, Origin.process());
    }
    for (int i = 0; i < 1000; i++) {
      events.emit(EventCatalogue.FTP_UNKNOWN_COMMAND, Origin.process(), Map.of("command", "X"));
    }
    release.countDown();
    events.close();
    assertEquals(1000, written.stream().filter(event -> event.type() == EventCatalogue.FTP_UNKNOWN_COMMAND).count());
  }

  private static EventSettings settings(String... names) {
    return new EventSettings(Arrays.stream(names).<OutputSettings>map(
        name -> new ConsoleOutputSettings(name, EventSelection.ALL, LINES)).toList());
  }
}
