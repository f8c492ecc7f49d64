package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Explanation;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final Pattern TYPED = Pattern.compile("`([^`]+)`");
  private static final Pattern SETTING = Pattern.compile("[a-z]+\\.(NAME\\.)?[a-z-]+");

  @TempDir
  Path home;

  @Test
  void aNumberIsExplained() {
    CommandLineFixture line = new CommandLineFixture(home);
    assertEquals(ExitCode.SUCCESS, line.run("explain", "30014", "31006"), line::err);
    assertTrue(line.out().startsWith("""
        30014 New SSH connection made.
          Meaning  A client opened an SSH connection; nobody has logged in yet.
          Cause    A station calls, a monitor checks the port, or a stranger looks who is there.
          To do    Nothing.
          Groups   informational, session, ssh

        31006 The keys of the connection were renewed:"""), line.out());
  }

  @Test
  void aWordFindsNumbers() {
    CommandLineFixture line = new CommandLineFixture(home);
    assertEquals(ExitCode.SUCCESS, line.run("explain", "--search", "HOST-KEYS"), line::err);
    assertTrue(line.out().lines().anyMatch(hit -> hit.startsWith("31032 ")), line.out());
    assertTrue(line.out().lines().noneMatch(hit -> hit.startsWith("10012 ")), line.out());
  }

  @Test
  void scriptsGetEveryNumber() throws Exception {
    CommandLineFixture line = new CommandLineFixture(home);
    assertEquals(ExitCode.SUCCESS, line.run("explain", "--all", "--json"), line::err);
    List<?> events = (List<?>) JSON.std.mapFrom(line.out()).get("events");
    assertEquals(EventCatalogue.values().length, events.size());
    assertTrue(events.stream().map(Map.class::cast).anyMatch(event -> event.get("number").equals(30072)
        && event.get("reserved").equals(true)));
  }

  @Test
  void aNumberThatIsNoneIsSaidSo() {
    CommandLineFixture line = new CommandLineFixture(home);
    assertEquals(ExitCode.CONFIGURATION_OR_USAGE, line.run("explain", "4711"));
    assertEquals("stationmaster: there is no event \"4711\"; stationmaster explain --all lists those that there are\n",
        line.err());
  }

  @Test
  void whoAsksForNothingIsToldWhatToAskFor() {
    CommandLineFixture line = new CommandLineFixture(home);
    assertEquals(ExitCode.CONFIGURATION_OR_USAGE, line.run("explain"));
    assertTrue(line.err().startsWith("stationmaster: Missing required argument"), line.err());
  }

  @Test
  void whatAnExplanationNamesExists() throws Exception {
    Set<String> settings = Pattern.compile("\\| `([a-zA-Z.-]+)` \\|")
        .matcher(Files.readString(Path.of("../dist/manual/configuration.md"))).results()
        .map(found -> found.group(1)).collect(Collectors.toSet());
    List<String> unknown = new ArrayList<>();
    for (EventCatalogue type : EventCatalogue.values()) {
      Explanation explanation = Explanation.of(type);
      TYPED.matcher(explanation.meaning() + explanation.cause() + explanation.remedy()).results()
          .map(found -> found.group(1)).filter(typed -> SETTING.matcher(typed).matches()
              ? !settings.contains(typed) : typed.startsWith("stationmaster ") && !isCommand(typed))
          .forEach(typed -> unknown.add(type.number() + ": " + typed));
    }
    assertEquals(List.of(), unknown);
  }

  private boolean isCommand(String typed) {
    CommandLine command = new CommandLineFixture(home).commandLine();
    for (String word : typed.split(" ")) {
      command = command.getSubcommands().getOrDefault(word, command);
      if (word.startsWith("-") && !command.getCommandSpec().optionsMap().containsKey(word)) {
        return false;
      }
    }
    return command.getSubcommands().isEmpty();
  }
}
