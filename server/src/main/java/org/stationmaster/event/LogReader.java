package org.stationmaster.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.stationmaster.config.FileOutputSettings;

/**
 * Finds lines in a file that has the format {@link org.stationmaster.config.EventFormat#LINE}, and in the older files
 * beside it. What a line says is read back from its sentence, as text and escaped as it is there.
 */
public final class LogReader {
  private static final Map<Integer, EventCatalogue> TYPES = Arrays.stream(EventCatalogue.values())
      .collect(Collectors.toUnmodifiableMap(EventCatalogue::number, Function.identity()));
  private static final Pattern LINE =
      Pattern.compile("(\\d{5}) (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) (\\S+) (.+?) (\\S+:\\d+) (.*)");
  private static final Pattern PART = Pattern.compile("\\{([^}]*)}|[\\[\\]]");

  private final FileOutputSettings settings;
  private final DateTimeFormatter time;
  private final Map<EventCatalogue, Sentence> sentences = new EnumMap<>(EventCatalogue.class);

  /** Takes the times in the lines for those of {@code zone}. */
  public LogReader(FileOutputSettings settings, ZoneId zone) {
    this.settings = settings;
    this.time = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.US).withZone(zone);
  }

  /**
   * Gives {@code found} every line that fits, the oldest first.
   *
   * @param since the earliest time, to the second
   * @param until the latest time
   * @throws IOException when a file cannot be read
   */
  public void find(Instant since, Instant until, Predicate<Event> filter, Consumer<String> found) throws IOException {
    List<Path> files = new ArrayList<>(new OlderFiles(settings.path(), settings.rotation(), time.getZone()).paths());
    files.add(settings.path());
    Instant from = Instant.ofEpochSecond(since.getEpochSecond());
    for (Path file : files) {
      if (Files.notExists(file) || Files.getLastModifiedTime(file).toInstant().isBefore(from)) {
        continue;
      }
      try (InputStream in = Files.newInputStream(file); BufferedReader lines = new BufferedReader(new InputStreamReader(
          file.toString().endsWith(OlderFiles.COMPRESSED) ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          Optional<Event> event = read(line);
          if (event.isPresent() && !event.get().time().isBefore(from) && !event.get().time().isAfter(until)
              && filter.test(event.get())) {
            found.accept(line);
          }
        }
      }
    }
  }

  /** The event of a line; nothing if it is none of this version. */
  Optional<Event> read(String line) {
    Matcher parts = LINE.matcher(line);
    EventCatalogue type = parts.matches() ? TYPES.get(Integer.parseInt(parts.group(1))) : null;
    if (type == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Event(type, LocalDateTime.parse(parts.group(2), time).atZone(time.getZone()).toInstant(),
          new Origin(parts.group(3), parts.group(4), parts.group(5)),
          sentences.computeIfAbsent(type, Sentence::new).data(parts.group(6))));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The sentence of an event, turned round. */
  private static final class Sentence {
    private final EventCatalogue type;
    private final Pattern pattern;
    private final List<String> fields = new ArrayList<>();

    Sentence(EventCatalogue type) {
      this.type = type;
      StringBuilder text = new StringBuilder();
      Matcher part = PART.matcher(type.template());
      int end = 0;
      while (part.find()) {
        text.append(Pattern.quote(type.template().substring(end, part.start())));
        end = part.end();
        if (part.group(1) != null) {
          text.append("(.*?)");
          fields.add(part.group(1));
        } else {
          text.append(part.group().equals("[") ? "(?:" : ")?");
        }
      }
      this.pattern = Pattern.compile(text.append(Pattern.quote(type.template().substring(end))).toString());
    }

    Map<String, Object> data(String sentence) {
      Map<String, Object> data = new HashMap<>();
      type.fields().forEach(field -> data.put(field, ""));
      Matcher words = pattern.matcher(sentence);
      if (words.matches()) {
        for (int i = 0; i < fields.size(); i++) {
          data.put(fields.get(i), words.group(i + 1) == null ? "" : words.group(i + 1));
        }
      }
      return data;
    }
  }
}
