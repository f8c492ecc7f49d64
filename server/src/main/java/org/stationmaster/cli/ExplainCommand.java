package org.stationmaster.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Explanation;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the numbers of the event log mean. */
@Command(name = "explain", description = "Say what a number of the event log means, what usually causes it, and what "
    + "to do.", footerHeading = "%nExamples:%n", footer = {
        "  stationmaster explain 30042",
        "  stationmaster explain --search passive",
        "  stationmaster explain --all --json"})
final class ExplainCommand implements Callable<Integer> {
  private static final int WIDTH = 96;

  private final Installation installation;

  @ArgGroup(multiplicity = "1")
  private Wanted wanted;

  @Mixin
  private Output output;

  private static final class Wanted {
    @Parameters(paramLabel = "NUMBER", arity = "1..*", description = "A number of the event log; or several.")
    private List<String> numbers;

    @Option(names = "--all", description = "Every number, one line each.")
    private boolean isAll;

    @Option(names = "--search", paramLabel = "WORD", description = "The numbers that have to do with WORD, one line "
        + "each: in the message, its fields and groups, or the explanation.")
    private String word;
  }

  ExplainCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws CommandFailed {
    List<EventCatalogue> found = find();
    output.print(installation, Map.of("events", found.stream().map(ExplainCommand::describe).toList()), out -> {
      if (wanted.numbers == null && found.size() > 1) {
        found.forEach(type -> out.println(type.number() + " " + type.template()));
      } else {
        found.forEach(type -> print(out, type));
      }
    });
    return ExitCode.SUCCESS;
  }

  private List<EventCatalogue> find() throws CommandFailed {
    if (wanted.numbers != null) {
      List<EventCatalogue> found = new ArrayList<>();
      for (String number : wanted.numbers) {
        found.add(events().filter(type -> String.valueOf(type.number()).equals(number)).findAny().orElseThrow(
            () -> new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "there is no event \"" + number
                + "\"; stationmaster explain --all lists those that there are")));
      }
      return found;
    }
    List<EventCatalogue> found = events().filter(type -> wanted.isAll || mentions(type, wanted.word)).toList();
    if (found.isEmpty()) {
      throw new CommandFailed(ExitCode.FAILED, "no event has to do with \"" + wanted.word + "\"");
    }
    return found;
  }

  private static Stream<EventCatalogue> events() {
    return Stream.of(EventCatalogue.values()).sorted(Comparator.comparing(EventCatalogue::number));
  }

  private static boolean mentions(EventCatalogue type, String word) {
    return describe(type).values().toString().toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
  }

  private static Map<String, Object> describe(EventCatalogue type) {
    Explanation explanation = Explanation.of(type);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("number", type.number());
    facts.put("message", type.template());
    facts.put("meaning", explanation.meaning());
    facts.put("cause", explanation.cause());
    facts.put("remedy", explanation.remedy());
    facts.put("groups", sorted(type.groups()));
    facts.put("fields", sorted(type.fields()));
    facts.put("reserved", type.isReserved());
    return facts;
  }

  private static List<String> sorted(Set<?> values) {
    return values.stream().map(Object::toString).sorted().toList();
  }

  private static void print(PrintStream out, EventCatalogue type) {
    Explanation explanation = Explanation.of(type);
    out.println(type.number() + " " + type.template());
    paragraph(out, "Meaning", explanation.meaning());
    paragraph(out, "Cause", explanation.cause());
    paragraph(out, "To do", explanation.remedy().isEmpty() ? "Nothing." : explanation.remedy());
    paragraph(out, "Groups", String.join(", ", sorted(type.groups())));
    paragraph(out, "Fields", String.join(", ", sorted(type.fields())));
    if (type.isReserved()) {
      paragraph(out, "Reserved", "emitted by a later tool");
    }
    out.println();
  }

  private static void paragraph(PrintStream out, String title, String text) {
    if (text.isEmpty()) {
      return;
    }
    StringBuilder line = new StringBuilder("  %-8s ".formatted(title));
    for (String word : text.replace('`', '"').split(" ")) {
      if (line.length() + word.length() > WIDTH) {
        out.println(line.toString().stripTrailing());
        line.setLength(0);
        line.append(" ".repeat(11));
      }
      line.append(word).append(' ');
    }
    out.println(line.toString().stripTrailing());
  }
}
