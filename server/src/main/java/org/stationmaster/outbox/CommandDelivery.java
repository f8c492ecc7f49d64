package org.stationmaster.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.config.CommandOutputSettings;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;

/**
 * Runs a program for each event: no shell, an environment that holds the event and nothing of the server's, the event
 * as JSON to read. It has a session of its own, so that it can be ended with all that it started.
 */
final class CommandDelivery implements Delivery {
  /** Says "not now", from {@code sysexits.h}. */
  private static final int EX_TEMPFAIL = 75;
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Pattern FIELD = Pattern.compile("\\{([a-z0-9_]+)}");
  private static final List<String> OF_EACH =
      List.of("key", "id", "time", "component", "account", "peer", "message");
  private static final Set<String> KNOWN_FIELDS = Stream.concat(OF_EACH.stream(), Arrays.stream(
      EventCatalogue.values()).flatMap(type -> type.fields().stream())).collect(Collectors.toUnmodifiableSet());
  private static final int LONGEST_OUTPUT = 2000;
  /** For what is in its pipes when it has ended. */
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(2);

  private final CommandOutputSettings settings;
  private final Supplier<Events> events;

  CommandDelivery(CommandOutputSettings settings, Supplier<Events> events) throws IOException {
    this.settings = settings;
    this.events = events;
    for (String word : settings.command()) {
      Matcher field = FIELD.matcher(word);
      while (field.find()) {
        if (!KNOWN_FIELDS.contains(field.group(1))) {
          throw new IOException(settings.key("command") + ": no event has a field \"" + field.group(1) + "\"; use "
              + String.join(", ", OF_EACH) + ", or a field of the events that it is run for");
        }
      }
    }
  }

  @Override
  public int atOnce() {
    return settings.concurrency();
  }

  @Override
  public int batchSize() {
    return 1;
  }

  @Override
  public Answer deliver(List<Notice> batch) throws InterruptedException {
    Notice notice = batch.getFirst();
    Map<String, String> fields = fields(notice);
    List<String> words = new ArrayList<>();
    boolean hasSession = Files.isExecutable(SETSID);
    if (hasSession) {
      words.add(SETSID.toString());
    }
    settings.command().forEach(word -> words.add(filled(word, fields)));
    ProcessBuilder builder = new ProcessBuilder(words).directory(settings.folder().toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("HOME", settings.folder().toString());
    fields.forEach((name, value) -> builder.environment().put("EVENT_" + name.toUpperCase(Locale.ROOT), value));
    if (!Files.isExecutable(Path.of(settings.command().getFirst()))) {
      return new Answer.Unavailable("the program " + settings.command().getFirst() + " is missing, or user "
          + System.getProperty("user.name") + " may not execute it");
    }
    long start = System.nanoTime();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Answer.Unavailable("the program does not start: " + e.getMessage());
    }
    try {
      Thread.ofVirtual().name("events-command-input").start(() -> give(process, notice));
      Output output = new Output(process.getInputStream());
      if (!process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process, hasSession);
        return new Answer.Failed("it did not end within " + settings.timeout().toMillis() + " ms (timeout) and was "
            + "killed" + output.said());
      }
      return answer(process.exitValue(), output.said(), Duration.ofNanos(System.nanoTime() - start), notice);
    } catch (InterruptedException e) {
      kill(process, hasSession);
      throw e;
    }
  }

  private Answer answer(int status, String said, Duration duration, Notice notice) {
    if (status == 0) {
      if (!said.isEmpty()) {
        events.get().emit(EventCatalogue.COMMAND_SAID, notice.event().origin().spokenBy(settings.name()),
            Map.of("output", settings.name(), "key", notice.key(), "seconds", duration.toSeconds(), "details",
                said.substring(2)));
      }
      return new Answer.Accepted();
    }
    String reason = "it ended with exit status " + status + said;
    return status == EX_TEMPFAIL ? new Answer.Unavailable(reason) : new Answer.Refused(reason);
  }

  /** What the event says, as text that a process can be given. */
  static Map<String, String> fields(Notice notice) {
    Event event = notice.event();
    Map<String, String> fields = new LinkedHashMap<>();
    event.data().forEach((name, value) -> fields.put(name, harmless(String.valueOf(value))));
    fields.put("key", notice.key());
    fields.put("id", String.valueOf(event.type().number()));
    fields.put("time", event.time().toString());
    fields.put("component", harmless(event.origin().component()));
    fields.put("account", harmless(event.origin().account()));
    fields.put("peer", harmless(event.origin().peer()));
    fields.put("message", harmless(event.message()));
    return fields;
  }

  /** A process cannot be given a NUL. */
  private static String harmless(String text) {
    return text.replace('\0', '?');
  }

  private static String filled(String word, Map<String, String> fields) {
    return FIELD.matcher(word).replaceAll(field ->
        Matcher.quoteReplacement(fields.getOrDefault(field.group(1), "")));
  }

  private static void give(Process process, Notice notice) {
    try (var input = process.getOutputStream()) {
      input.write(NoticeJson.object(notice));
      input.write('\n');
    } catch (IOException expected) {
      // It did not want to read it.
    }
  }

  private static void kill(Process process, boolean hasSession) throws InterruptedException {
    if (hasSession) {
      try {
        new ProcessBuilder("/bin/sh", "-c", "kill -KILL -- -$0", String.valueOf(process.pid()))
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      } catch (IOException expected) {
        // Below they are killed one by one.
      }
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Reads all that a program says, and keeps the beginning. */
  private static final class Output {
    private final Thread reader;
    private final byte[] kept = new byte[LONGEST_OUTPUT];
    private int length;

    Output(InputStream from) {
      // Not a virtual one: while a program is silent it would hold up a thread that serves many others.
      reader = Thread.ofPlatform().daemon().name("events-command-output").start(() -> read(from));
    }

    private void read(InputStream from) {
      byte[] rest = new byte[8192];
      try (from) {
        for (int count = from.read(rest); count >= 0; count = from.read(rest)) {
          synchronized (this) {
            int more = Math.min(count, kept.length - length);
            System.arraycopy(rest, 0, kept, length, more);
            length += more;
          }
        }
      } catch (IOException expected) {
        // It was killed.
      }
    }

    /** A colon and its words, or nothing. */
    String said() throws InterruptedException {
      reader.join(PATIENCE_AT_END);
      synchronized (this) {
        String text = new String(kept, 0, length, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "" : ": " + text + (length == kept.length ? "..." : "");
      }
    }
  }
}
