package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.config.EventFormat;
import org.stationmaster.config.EventGroup;
import org.stationmaster.config.EventRule;
import org.stationmaster.config.EventSelection;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.Glob;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.JournalOutputSettings;
import org.stationmaster.config.LayoutSettings;
import org.stationmaster.config.Network;
import org.stationmaster.config.TimeSpan;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventFilter;
import org.stationmaster.event.EventLayout;
import org.stationmaster.event.LogReader;
import org.stationmaster.journal.EventJournal;
import org.stationmaster.journal.EventJournal.Stored;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks the journal of events, or the event log where there is none. The server need not run. */
@Command(name = "events", description = "Print events, the oldest first: those that fit all options that are given. "
    + "They come from the journal, if there is an output of that type, which is quicker and has all their fields; else "
    + "from the event log, as its lines are.", footerHeading = "%nExamples:%n", footer = {
        "  stationmaster events --account pole-7 --since 2h",
        "  stationmaster events --group failure --since 2026-11-21 --until 2026-11-22",
        "  stationmaster events --id 30068,10078 --path \"/raw/**\" --json",
        "  stationmaster events --peer 10.20.0.0/16 --follow"})
final class EventsCommand implements Callable<Integer> {
  private static final int PAGE = 1000;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
  private static final int LINES_BEFORE_FOLLOWING = 10;
  private static final int LINES = 1000;

  private final Installation installation;

  @Option(names = "--account", paramLabel = "NAME", split = ",", description = "The account, or the name with which a "
      + "login was tried; * is any text.")
  private List<String> accounts = List.of();

  @Option(names = "--since", paramLabel = "TIME", description = "Not before this: so long ago (2h, 3d), a day "
      + "(2026-11-21), or a time (2026-11-21T08:00, local, or with an offset).")
  private Optional<String> since = Optional.empty();

  @Option(names = "--until", paramLabel = "TIME", description = "Not after this.")
  private Optional<String> until = Optional.empty();

  @Option(names = "--id", paramLabel = "NUMBER", split = ",", description = "Numbers of events, or ranges: "
      + "30068,10070-10079.")
  private List<String> ids = List.of();

  @Option(names = "--group", paramLabel = "GROUP", split = ",", description = "What the event is about, such as "
      + "failure or file-operation.")
  private List<String> groups = List.of();

  @Option(names = "--component", paramLabel = "NAME", split = ",", description = "Who speaks: a listener, an "
      + "authentication method, Process; * is any text.")
  private List<String> components = List.of();

  @Option(names = "--peer", paramLabel = "NETWORK", split = ",", description = "The address of the other end, or a "
      + "network such as 10.20.0.0/16.")
  private List<String> peers = List.of();

  @Option(names = "--path", paramLabel = "GLOB", split = ",", description = "The path of the file as the account sees "
      + "it: /raw/*.dat, or /raw/** with all that is below.")
  private List<String> paths = List.of();

  @Option(names = "--limit", paramLabel = "COUNT", description = "At most so many, the newest; 0 is all. By default "
      + LINES + ", and with --follow " + LINES_BEFORE_FOLLOWING + ".")
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--follow", description = "Go on with those that happen from now on, until it is interrupted.")
  private boolean isFollowing;

  @Option(names = "--format", paramLabel = "FORMAT", description = "line, short, untimed, iso, json, csv or xferlog.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object a line; the same as --format json.")
  private boolean isJson;

  EventsCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Instant now = Instant.now();
    Instant from = since.isPresent() ? time("--since", since.get(), now) : Instant.EPOCH;
    Instant to = until.isPresent() ? time("--until", until.get(), now) : Instant.ofEpochMilli(Long.MAX_VALUE);
    EventRule rule = rule();
    Predicate<Event> filter = EventFilter.of(new EventSelection(List.of(rule), List.of()));
    Optional<String> account = accounts.size() == 1 && !accounts.getFirst().matches(".*[*?].*")
        ? Optional.of(accounts.getFirst()) : Optional.empty();
    if (isWithoutJournal()) {
      printLog(from, to, filter);
      return ExitCode.SUCCESS;
    }
    EventJournal.Query query = new EventJournal.Query(from, to, numbers(rule), account);
    EventLayout layout = EventLayout.of("", new LayoutSettings(format(), ""), ZoneId.systemDefault());
    try (EventJournal journal = new EventJournal(installation.configuration().paths().journal())) {
      PrintStream out = installation.out();
      out.print(layout.header());
      long last = journal.last();
      printNewest(journal, query, last, filter, layout);
      if (isFollowing) {
        follow(journal, query, last, filter, layout);
      }
      out.flush();
      return ExitCode.SUCCESS;
    } catch (DatabaseException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.SUCCESS;
    }
  }

  private boolean isWithoutJournal() throws InvalidConfiguration {
    Path file = installation.configuration().paths().journal();
    boolean isKept = installation.configuration().events().outputs().stream()
        .anyMatch(JournalOutputSettings.class::isInstance);
    if (!isKept && Files.exists(file)) {
      installation.err().println("Note: no output of type journal is configured, so nothing new is kept in " + file
          + "; without that file the event log is asked.");
    }
    return !isKept && Files.notExists(file);
  }

  private void printLog(Instant from, Instant to, Predicate<Event> filter) throws InvalidConfiguration, CommandFailed {
    FileOutputSettings log = installation.configuration().events().outputs().stream()
        .filter(FileOutputSettings.class::isInstance).map(FileOutputSettings.class::cast)
        .filter(one -> one.layout().format() == EventFormat.LINE).findFirst().orElseThrow(() -> new CommandFailed(
            ExitCode.FAILED, "There is neither a journal of events nor an event log of the format line. Add an output "
            + "to the configuration, e.g. events.outputs.journal.type: journal, beside those that are there, and "
            + "reload the server."));
    if (isFollowing || format() != EventFormat.LINE) {
      throw new CommandFailed(ExitCode.FAILED, "--follow, --json and other formats than line need a journal of events: "
          + "add an output to the configuration, e.g. events.outputs.journal.type: journal, beside those that are "
          + "there, and reload the server. Its log is " + log.path() + ".");
    }
    int most = limit.orElse(LINES);
    Deque<String> found = new ArrayDeque<>();
    boolean[] hasMore = {false};
    try {
      new LogReader(log, ZoneId.systemDefault()).find(from, to, filter, line -> {
        if (most == 0) {
          installation.out().println(line);
          return;
        }
        found.add(line);
        if (found.size() > most) {
          found.remove();
          hasMore[0] = true;
        }
      });
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.FAILED, "The event log " + log.path() + " cannot be read by user "
          + System.getProperty("user.name") + ": " + e);
    }
    if (hasMore[0] && limit.isEmpty()) {
      noteMore(most);
    }
    found.forEach(installation.out()::println);
    installation.out().flush();
  }

  private void noteMore(int most) {
    installation.err().println("Note: there are more; these are the newest " + most + " (--limit).");
  }

  private void printNewest(EventJournal journal, EventJournal.Query query, long last, Predicate<Event> filter,
      EventLayout layout) throws DatabaseException {
    int most = limit.orElse(isFollowing ? LINES_BEFORE_FOLLOWING : LINES);
    if (most == 0) {
      most = Integer.MAX_VALUE;
    }
    Deque<Event> found = new ArrayDeque<>();
    Optional<Stored> before = Optional.empty();
    boolean hasMore = true;
    while (hasMore && found.size() <= most) {
      List<Stored> page = journal.newest(query, before, last, PAGE);
      for (Stored one : page) {
        if (found.size() <= most && filter.test(one.event())) {
          found.push(one.event());
        }
        before = Optional.of(one);
      }
      hasMore = !page.isEmpty();
    }
    if (found.size() > most) {
      found.pop();
      if (limit.isEmpty() && !isFollowing) {
        noteMore(most);
      }
    }
    found.forEach(event -> print(layout, event));
    installation.out().flush();
  }

  private void follow(EventJournal journal, EventJournal.Query query, long after, Predicate<Event> filter,
      EventLayout layout) throws DatabaseException, InterruptedException {
    long last = after;
    while (!installation.out().checkError()) {
      List<Stored> page = journal.following(query, last, PAGE);
      for (Stored one : page) {
        last = one.id();
        if (filter.test(one.event())) {
          print(layout, one.event());
        }
      }
      if (page.size() < PAGE) {
        Thread.sleep(BETWEEN_LOOKS);
      }
    }
  }

  private void print(EventLayout layout, Event event) {
    StringBuilder line = new StringBuilder(256);
    if (layout.append(line, event)) {
      installation.out().print(line.append(layout.lineEnd()));
    }
  }

  private EventFormat format() throws CommandFailed {
    if (isJson && format.isPresent()) {
      throw wrong("Give --json or --format, not both.");
    }
    String name = isJson ? "json" : format.orElse("line");
    return Stream.of(EventFormat.values()).filter(one -> one != EventFormat.TEMPLATE && one.toString().equals(name))
        .findFirst().orElseThrow(() -> wrong("--format: \"" + name + "\" is no format; use line, short, untimed, iso, "
            + "json, csv or xferlog."));
  }

  private EventRule rule() throws CommandFailed {
    Set<EventRule.Range> ranges = new HashSet<>();
    for (String id : ids) {
      if (!id.matches("\\d{5}(-\\d{5})?")) {
        throw wrong("--id: \"" + id + "\" is no number of an event; write e.g. 30068, or a range, 10070-10079.");
      }
      String[] ends = id.split("-");
      ranges.add(new EventRule.Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
    }
    Set<EventGroup> wanted = new HashSet<>();
    for (String name : groups) {
      wanted.add(Stream.of(EventGroup.values()).filter(group -> group.toString().equals(name)).findFirst()
          .orElseThrow(() -> wrong("--group: \"" + name + "\" is no group; there are " + Stream.of(EventGroup.values())
              .map(EventGroup::toString).sorted().collect(Collectors.joining(", ")) + ".")));
    }
    List<Network> networks;
    try {
      networks = peers.stream().map(Network::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("--peer: " + String.join(",", peers) + " " + e.getMessage());
    }
    return new EventRule(List.copyOf(ranges), wanted, globs(accounts), globs(components), networks, globs(paths));
  }

  private static List<Glob> globs(List<String> texts) {
    return texts.stream().map(Glob::of).toList();
  }

  /** Those that ids and groups leave; empty if that is all. */
  private static Set<Integer> numbers(EventRule rule) {
    if (rule.ids().isEmpty() && rule.groups().isEmpty()) {
      return Set.of();
    }
    Set<Integer> numbers = Arrays.stream(EventCatalogue.values()).filter(type -> rule.ids().isEmpty()
        || rule.ids().stream().anyMatch(range -> range.contains(type.number())))
        .filter(type -> rule.groups().isEmpty() || rule.groups().stream().anyMatch(type.groups()::contains))
        .map(EventCatalogue::number).collect(Collectors.toSet());
    // That nothing fits must not mean everything.
    return numbers.isEmpty() ? Set.of(-1) : numbers;
  }

  private static Instant time(String option, String text, Instant now) throws CommandFailed {
    ZoneId zone = ZoneId.systemDefault();
    try {
      if (text.matches("\\d+[a-z]+")) {
        return now.minus(TimeSpan.parse(text));
      }
      if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      String time = text.replace(' ', 'T');
      return time.matches(".*T.*(Z|[+-]\\d{2}:?\\d{2})") ? OffsetDateTime.parse(time).toInstant()
          : LocalDateTime.parse(time).atZone(zone).toInstant();
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw wrong(option + ": \"" + text + "\" is no time; write e.g. 2h, 2026-11-21 or 2026-11-21T08:00.");
    }
  }

  private static CommandFailed wrong(String sentence) {
    return new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, sentence);
  }
}
