package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Escaped;
import org.stationmaster.outbox.OutboxStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What waits to be told to webhooks and commands. Works on the database, so the server need not run. */
@Command(name = "outbox", description = "Show what waits to be told to webhooks, commands and the journal, and decide "
    + "about what they do not take.", synopsisSubcommandLabel = "COMMAND",
    subcommands = {OutboxCommand.ListCommand.class, OutboxCommand.ShowCommand.class, OutboxCommand.RetryCommand.class,
        OutboxCommand.DropCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster outbox list",
        "  stationmaster outbox show ingest",
        "  stationmaster outbox retry ingest",
        "  stationmaster outbox drop ingest --arrival 4711"})
final class OutboxCommand {
  private OutboxCommand() {
  }

  /** What is done with the tables. */
  @FunctionalInterface
  private interface Work {
    void with(OutboxStore store) throws DatabaseException, CommandFailed;
  }

  private static int use(Installation installation, Work work) throws InvalidConfiguration, CommandFailed,
      IOException {
    installation.prepare();
    try (Database database = new Database(installation.configuration().paths().database())) {
      work.with(new OutboxStore(database));
      return ExitCode.SUCCESS;
    } catch (DatabaseException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private static OutboxStore.State existing(OutboxStore store, String output) throws DatabaseException, CommandFailed {
    Map<String, OutboxStore.State> states = store.states();
    if (!states.containsKey(output)) {
      throw new CommandFailed(ExitCode.FAILED, "There is no output \"" + output + "\" that is told of arrivals; "
          + (states.isEmpty() ? "none has been started with yet." : "there are " + String.join(", ", states.keySet())
              + "."));
    }
    return states.get(output);
  }

  private static OptionalLong optional(Optional<Long> arrival) {
    return arrival.isPresent() ? OptionalLong.of(arrival.get()) : OptionalLong.empty();
  }

  /** An output in its state, with what waits. */
  private record Line(OutboxStore.State state, OutboxStore.Waiting waiting, List<OutboxStore.Lagging> lagging,
      List<OutboxStore.Parked> parked) {
    static Line of(OutboxStore store, OutboxStore.State state) throws DatabaseException {
      return new Line(state, store.waiting(state), store.lagging(state.output()), store.parked(state.output()));
    }

    String condition() {
      return !state.isActive() ? "not configured" : state.failingSince().map(since -> "failing for "
          + span(Duration.between(since, Instant.now()))).orElse(lagging.stream().anyMatch(one -> one.attempts() > 0)
              ? "retrying" : "working");
    }

    String error() {
      return state.failingSince().isPresent() ? state.lastError() : lagging.stream()
          .map(OutboxStore.Lagging::lastError).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    Map<String, Object> json() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("output", state.output());
      fields.put("condition", condition());
      fields.put("configured", state.isActive());
      fields.put("waiting", waiting.count());
      fields.put("oldest", waiting.oldest().map(Instant::toString).orElse(null));
      fields.put("parked", parked.size());
      fields.put("delivered", state.delivered());
      fields.put("last_delivered", state.lastDelivered().map(Instant::toString).orElse(null));
      fields.put("failing_since", state.failingSince().map(Instant::toString).orElse(null));
      fields.put("last_error", error());
      return fields;
    }
  }

  /** For a person: the largest unit that says enough. */
  private static String span(Duration time) {
    return time.toHours() >= 48 ? time.toDays() + " days" : time.toMinutes() >= 120 ? time.toHours() + " hours"
        : time.toSeconds() >= 120 ? time.toMinutes() + " minutes" : Math.max(0, time.toSeconds()) + " seconds";
  }

  /** All of them. */
  @Command(name = "list", description = "List the outputs that are told of every arrival: how many wait, since when, "
      + "how many were set aside, and the last error.", footerHeading = "%nExamples:%n",
      footer = {"  stationmaster outbox list", "  stationmaster outbox list --json"})
  static final class ListCommand implements Callable<Integer> {
    private final Installation installation;

    @Mixin
    private Output output;

    ListCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
      return use(installation, store -> {
        List<Line> lines = new ArrayList<>();
        for (OutboxStore.State state : store.states().values()) {
          lines.add(Line.of(store, state));
        }
        output.print(installation, Map.of("outputs", lines.stream().map(Line::json).toList()),
            out -> print(out, lines));
      });
    }

    private static void print(PrintStream out, List<Line> lines) {
      if (lines.isEmpty()) {
        out.println("no output is told of arrivals (events.outputs, types webhook and command)");
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("OUTPUT", "CONDITION", "WAITING", "OLDEST", "SET ASIDE", "DELIVERED", "LAST ERROR"));
      lines.forEach(line -> rows.add(List.of(line.state().output(), line.condition(),
          String.valueOf(line.waiting().count()), line.waiting().oldest().map(oldest -> span(Duration.between(oldest,
              Instant.now()))).orElse("-"), String.valueOf(line.parked().size()),
          String.valueOf(line.state().delivered()), line.error().isEmpty() ? "-" : line.error())));
      out.println(AccountText.table(rows));
    }
  }

  /** One of them. */
  @Command(name = "show", description = "Show what an output does not take: accounts whose next arrival is tried "
      + "again, and arrivals that were set aside.", footerHeading = "%nExamples:%n",
      footer = {"  stationmaster outbox show ingest", "  stationmaster outbox show ingest --json"})
  static final class ShowCommand implements Callable<Integer> {
    private final Installation installation;

    @Parameters(paramLabel = "OUTPUT", description = "Its name in events.outputs.")
    private String name;

    @Mixin
    private Output output;

    ShowCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
      return use(installation, store -> {
        Line line = Line.of(store, existing(store, name));
        Map<String, Object> json = line.json();
        json.put("retrying", line.lagging().stream().filter(one -> one.attempts() > 0 || !one.lastError().isEmpty())
            .map(ShowCommand::json).toList());
        json.put("set_aside", line.parked().stream().map(ShowCommand::json).toList());
        output.print(installation, json, out -> print(out, line));
      });
    }

    private static Map<String, Object> json(OutboxStore.Lagging account) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("account", account.account());
      fields.put("attempts", account.attempts());
      fields.put("first_failed", account.firstFailed().toString());
      fields.put("last_error", account.lastError());
      return fields;
    }

    private static Map<String, Object> json(OutboxStore.Parked arrival) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("arrival", arrival.arrival());
      fields.put("account", arrival.account());
      fields.put("path", arrival.path());
      fields.put("arrived", arrival.arrived().toString());
      fields.put("attempts", arrival.attempts());
      fields.put("set_aside", arrival.parked().toString());
      fields.put("is_tried_again", arrival.isAgain());
      fields.put("last_error", arrival.lastError());
      return fields;
    }

    private static void print(PrintStream out, Line line) {
      out.println("Output " + line.state().output() + ": " + line.condition()
          + (line.error().isEmpty() ? "" : ": " + Escaped.text(line.error())));
      out.println(line.waiting().count() + " waiting" + line.waiting().oldest().map(oldest -> ", the oldest for "
          + span(Duration.between(oldest, Instant.now()))).orElse("") + "; " + line.state().delivered()
          + " delivered, the last " + line.state().lastDelivered().map(last -> span(Duration.between(last,
              Instant.now())) + " ago").orElse("never"));
      List<OutboxStore.Lagging> failing = line.lagging().stream().filter(one -> !one.lastError().isEmpty()).toList();
      if (!failing.isEmpty()) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ACCOUNT", "ATTEMPTS", "SINCE", "LAST ERROR"));
        failing.forEach(one -> rows.add(List.of(one.account(), String.valueOf(one.attempts()),
            AccountText.time(Optional.of(one.firstFailed())), one.lastError())));
        out.println();
        out.println(AccountText.table(rows));
      }
      if (!line.parked().isEmpty()) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SET ASIDE", "ACCOUNT", "PATH", "ARRIVED", "ATTEMPTS", "LAST ERROR"));
        line.parked().forEach(one -> rows.add(List.of(String.valueOf(one.arrival()), one.account(), one.path(),
            AccountText.time(Optional.of(one.arrived())), String.valueOf(one.attempts()), one.lastError()
                + (one.isAgain() ? " (is tried again)" : ""))));
        out.println();
        out.println(AccountText.table(rows));
      }
    }
  }

  /** Once more. */
  @Command(name = "retry", description = "Try again at once: what waits, and what was set aside, each once more.",
      footerHeading = "%nExamples:%n", footer = {"  stationmaster outbox retry ingest",
          "  stationmaster outbox retry ingest --arrival 4711"})
  static final class RetryCommand implements Callable<Integer> {
    private final Installation installation;

    @Parameters(paramLabel = "OUTPUT", description = "Its name in events.outputs.")
    private String name;

    @Option(names = "--arrival", paramLabel = "ID", description = "Of what was set aside only this one.")
    private Optional<Long> arrival = Optional.empty();

    @Mixin
    private Output output;

    RetryCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
      return use(installation, store -> {
        OutboxStore.State state = existing(store, name);
        int count = store.retry(name, optional(arrival));
        if (arrival.isPresent() && count == 0) {
          throw new CommandFailed(ExitCode.FAILED, "Arrival " + arrival.get() + " is not set aside for " + name + ".");
        }
        long waiting = store.waiting(state).count();
        output.print(installation, Map.of("retried", count, "waiting", waiting), out -> out.println(count
            + " that were set aside are told once more; " + waiting + " that wait are tried at once"));
      });
    }
  }

  /** Never mind. */
  @Command(name = "drop", description = "Forget arrivals that were set aside, or all that wait; the files stay. "
      + "Without an option, all that were set aside.", footerHeading = "%nExamples:%n", footer = {
          "  stationmaster outbox drop ingest --arrival 4711",
          "  stationmaster outbox drop ingest",
          "  stationmaster outbox drop ingest --waiting"})
  static final class DropCommand implements Callable<Integer> {
    private final Installation installation;

    @Parameters(paramLabel = "OUTPUT", description = "Its name in events.outputs.")
    private String name;

    @Option(names = "--arrival", paramLabel = "ID", description = "Of what was set aside only this one.")
    private Optional<Long> arrival = Optional.empty();

    @Option(names = "--waiting", description = "All that wait, too; the output itself if it is not configured any "
        + "more.")
    private boolean isAll;

    @Mixin
    private Output output;

    DropCommand(Installation installation) {
      this.installation = installation;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
      if (isAll && arrival.isPresent()) {
        throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "Give --arrival or --waiting, not both.");
      }
      return use(installation, store -> {
        OutboxStore.State state = existing(store, name);
        long count = isAll ? store.giveUp(name, Instant.now()) : store.drop(name, optional(arrival));
        if (arrival.isPresent() && count == 0) {
          throw new CommandFailed(ExitCode.FAILED, "Arrival " + arrival.get() + " is not set aside for " + name + ".");
        }
        if (isAll && !state.isActive()) {
          store.forget(name);
        }
        output.print(installation, Map.of("dropped", count), out -> out.println(count + " arrivals are forgotten for "
            + name + "; their files are where they were"));
      });
    }
  }
}
