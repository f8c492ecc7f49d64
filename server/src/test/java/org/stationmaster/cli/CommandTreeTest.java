package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What holds for every command there is. */
class CommandTreeTest {
  /** They run until they are stopped, or say in one sentence that it is done; the exit code is all a script needs. */
  private static final Set<String> WITHOUT_JSON = Set.of("serve", "demo", "account passwd", "account remove",
      "account export", "account import", "account key add", "account key remove");

  private static List<CommandSpec> all() {
    List<CommandSpec> all = new ArrayList<>();
    collect(new Cli(System.in, System.out, System.err, Map.of()).commandLine(), all);
    return all;
  }

  private static void collect(CommandLine command, List<CommandSpec> all) {
    all.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(each -> collect(each, all));
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName().replaceFirst("^stationmaster ?", "");
  }

  @Test
  void everyCommandSaysWhatItDoesInASentence() {
    for (CommandSpec command : all()) {
      String description = String.join(" ", command.usageMessage().description());
      assertTrue(description.matches("(?s)[A-Z].*[.:]?.*"), command.qualifiedName() + ": " + description);
      assertTrue(description.endsWith("."), command.qualifiedName() + ": " + description);
    }
  }

  @Test
  void everyCommandHasExamplesThatBeginWithItself() {
    for (CommandSpec command : all()) {
      assertEquals("%nExamples:%n", command.usageMessage().footerHeading(), command.qualifiedName());
      List<String> examples = List.of(command.usageMessage().footer());
      assertTrue(examples.stream().anyMatch(line -> line.contains("stationmaster") && line.contains(name(command))),
          command.qualifiedName() + ": " + examples);
    }
  }

  @Test
  void everyOptionAndParameterIsDescribed() {
    for (CommandSpec command : all()) {
      for (OptionSpec option : command.options()) {
        assertTrue(option.description().length > 0 && !option.description()[0].isBlank(), command.qualifiedName() + " "
            + option.longestName());
        assertTrue(option.longestName().matches("--[a-z]+(-[a-z0-9]+)*"), option.longestName());
      }
      command.positionalParameters().forEach(parameter -> assertTrue(parameter.description().length > 0,
          command.qualifiedName() + " " + parameter.paramLabel()));
    }
  }

  @Test
  void everyCommandThatPrintsSomethingPrintsJsonToo() {
    List<String> without = all().stream().filter(command -> command.subcommands().isEmpty())
        .filter(command -> !command.optionsMap().containsKey("--json")).map(CommandTreeTest::name).sorted().toList();
    assertEquals(WITHOUT_JSON.stream().sorted().toList(), without);
  }

  @Test
  void everyExitCodeIsExplained() {
    for (CommandSpec command : all()) {
      assertTrue(command.usageMessage().exitCodeList().keySet().containsAll(ExitCode.descriptions().keySet()),
          command.qualifiedName());
    }
  }
}
