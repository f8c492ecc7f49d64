package org.stationmaster.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.CommandOutputSettings;
import org.stationmaster.config.EventSelection;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.outbox.Delivery.Answer;

@Timeout(120)
class CommandDeliveryTest {
  @TempDir
  Path folder;

  private static Notice arrival(String path) {
    return new Notice("arrival-7-1", 7, new Event(EventCatalogue.FILE_ARRIVED, Instant.EPOCH,
        new Origin(Origin.PROCESS, "pole-7", "192.0.2.7:1024"), Map.of("arrival", 7L, "protocol", "SFTP", "path", path,
            "real_path", "/srv/pole-7" + path, "kind", "upload", "offset", 0L, "length", 5L, "size", 5L, "sha256",
            "", "moved_to", "")));
  }

  private CommandOutputSettings settings(Duration timeout, String... command) {
    return new CommandOutputSettings("ingest", EventSelection.ALL, List.of(command), folder, 4, timeout,
        OutboxFixture.QUICK);
  }

  private Path script(String text) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private Answer run(Duration timeout, String... command) throws Exception {
    try (Events events = new Events(List.of())) {
      return new CommandDelivery(settings(timeout, command), () -> events).deliver(List.of(arrival("/a b.dat")));
    }
  }

  @Test
  void theProgramGetsTheEventAsArgumentsEnvironmentAndJsonAndNothingElse() throws Exception {
    Path script = script("""
        exec > seen
        for word in "$@"; do echo "word $word"; done
        env | sort; echo descriptors; ls /proc/self/fd; cat""");
    Answer answer = run(Duration.ofSeconds(30), script.toString(), "{account}", "--path={path}",
        "$(touch wrong) *", "{sha256}");
    assertInstanceOf(Answer.Accepted.class, answer);
    String seen = Files.readString(folder.resolve("seen"));
    assertTrue(seen.startsWith("word pole-7\nword --path=/a b.dat\nword $(touch wrong) *\nword \n"), seen);
    assertFalse(Files.exists(folder.resolve("wrong")));
    assertTrue(seen.contains("\nEVENT_REAL_PATH=/srv/pole-7/a b.dat\n"), seen);
    assertTrue(seen.contains("\nEVENT_ID=21220\n"), seen);
    assertTrue(seen.contains("\nEVENT_KEY=arrival-7-1\n"), seen);
    List<String> foreign = seen.substring(0, seen.indexOf("descriptors")).lines().filter(line -> line.contains("="))
        .filter(line -> !line.startsWith("EVENT_") && !line.startsWith("word ")).map(line -> line.split("=")[0])
        .toList();
    assertTrue(List.of("HOME", "LC_ALL", "OLDPWD", "PATH", "PWD", "SHLVL", "_").containsAll(foreign),
        foreign::toString);
    // 3 is that of ls itself.
    assertTrue(seen.contains("descriptors\n0\n1\n2\n3\n{"), seen);
    assertTrue(seen.contains("\"path\":\"/a b.dat\""), seen);
  }

  /** Bytes that are not UTF-8 are taken for ISO-8859-1; a process cannot be given a NUL. */
  @Test
  void aNameOfAnyCharactersReachesTheProgramAsItIsOnDisk() throws Exception {
    Path script = script("printf '%s|%s|' \"$1\" \"$EVENT_PATH\" > seen");
    for (String path : List.of("/unknown_file\u00c8\u009bu", "/-rf *;`id`$(id)\n'\"", "/\u6c34\ud83d\udca7")) {
      try (Events events = new Events(List.of())) {
        assertInstanceOf(Answer.Accepted.class, new CommandDelivery(settings(Duration.ofSeconds(30), script.toString(),
            "{path}"), () -> events).deliver(List.of(arrival(path))));
      }
      assertEquals(path + "|" + path + "|", Files.readString(folder.resolve("seen")));
    }
    assertEquals("/a?b", CommandDelivery.fields(arrival("/a\0b")).get("path"));
  }

  @Test
  void theExitStatusDecidesWhetherItIsTriedAgain() throws Exception {
    assertEquals(new Answer.Refused("it ended with exit status 3: no such table"),
        run(Duration.ofSeconds(30), "/bin/sh", "-c", "echo no such table >&2; exit 3"));
    assertEquals(new Answer.Unavailable("it ended with exit status 75"),
        run(Duration.ofSeconds(30), "/bin/sh", "-c", "exit 75"));
    assertInstanceOf(Answer.Unavailable.class, run(Duration.ofSeconds(30), folder + "/missing"));
  }

  @Test
  void aProgramThatHangsIsKilledWithAllThatItStarted() throws Exception {
    Path script = script("(trap '' TERM; sleep 300; echo) & echo $! > child; echo working; sleep 300");
    Answer answer = run(Duration.ofSeconds(5), script.toString());
    assertTrue(assertInstanceOf(Answer.Failed.class, answer).reason().startsWith("it did not end within 5000 ms"),
        answer::toString);
    long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    OutboxFixture.await(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aProgramThatSaysALotIsHeardInPart() throws Exception {
    List<Event> told = new CopyOnWriteArrayList<>();
    try (Events events = new Events(List.<EventOutput>of(told::add))) {
      Answer answer = new CommandDelivery(settings(Duration.ofSeconds(30), "/bin/sh", "-c",
          "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done"), () -> events)
          .deliver(List.of(arrival("/a")));
      assertInstanceOf(Answer.Accepted.class, answer);
    }
    assertEquals(List.of(21226), told.stream().map(event -> event.type().number()).toList());
    assertTrue(told.getFirst().message().length() < 3000);
  }

  @Test
  void aFieldThatNoEventHasIsRefusedByName() {
    IOException refused = assertThrows(IOException.class, () -> new CommandDelivery(settings(Duration.ofSeconds(1),
        "/bin/true", "{file}"), () -> null));
    assertEquals("events.outputs.ingest.command: no event has a field \"file\"; use key, id, time, component, account, "
        + "peer, message, or a field of the events that it is run for", refused.getMessage());
  }

  @Test
  void accountsRunBesideEachOtherAndEachInItsOrderWithRetries() throws Exception {
    Path script = script("""
        if [ "$2" = /3 ] && [ ! -e failed ]; then touch failed; exit 1; fi
        echo "$2" >> seen-$1""");
    try (OutboxFixture box = new OutboxFixture(folder)) {
      CommandOutputSettings settings = settings(Duration.ofSeconds(30), script.toString(), "{account}", "{path}");
      box.tell("ingest", new CommandDelivery(settings, () -> box.events), OutboxFixture.QUICK);
      List<List<String>> expected = List.of(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < 20; i++) {
        box.arrive("pole-" + i % 2, "/" + i);
        expected.get(i % 2).add("/" + i);
      }
      OutboxFixture.await(() -> box.state("ingest").delivered() == 20);
      assertEquals(expected.get(0), Files.readAllLines(folder.resolve("seen-pole-0")));
      assertEquals(expected.get(1), Files.readAllLines(folder.resolve("seen-pole-1")));
    }
  }
}
