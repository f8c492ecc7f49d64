package org.stationmaster.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.event.EventCatalogue;
import picocli.CommandLine;

/** What the pages of the manual name exists: commands, settings, variables, events, other pages. */
class HandwrittenManualTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path FOLDER = ROOT.resolve("dist/manual");
  private static final Set<String> GENERATED = Set.of("commands.md", "configuration.md", "events.md");

  private static final CommandLine COMMANDS = new Cli(System.in, System.out, System.err, Map.of()).commandLine();

  private static final Pattern FENCED = Pattern.compile("(?ms)^([ ]*)```(\\w*)\\n(.*?)^[ ]*```$");
  private static final Pattern INLINE = Pattern.compile("`([^`\\n]+(?:\\n[^`\\n]+)?)`");
  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[|;&(]|\\$ |^exec ) *(?:[\\w./$-]*/)?stationmaster (.*)");
  private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"']+)");
  private static final Pattern KEY = Pattern.compile("[a-z][a-z-]*(?:\\.[A-Za-z0-9*-]+)+");
  private static final Pattern FILE =
      Pattern.compile(".*\\.(?:md|log(?:\\..*)?|db|yaml|conf|pem|key|pub|sock|xml|example|org)");
  private static final Pattern VARIABLE = Pattern.compile("STATIONMASTER_[A-Z0-9_]*[A-Z0-9]");
  private static final Pattern EVENT = Pattern.compile("(?<![\\w.,:=-])(?<!user )([1235]\\d{4})(?![\\w:-]|[.,]\\d)");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

  private static List<Path> pages;
  private static Set<String> settings;

  @TempDir
  private Path home;

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Stream.concat(Files.walk(FOLDER), Stream.of(ROOT.resolve("README.md")))) {
      pages = files.filter(file -> file.toString().endsWith(".md")).sorted(Comparator.naturalOrder()).toList();
    }
    settings = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(Files.readString(FOLDER.resolve("configuration.md")))
        .results().map(row -> row.group(1)).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyCommandInTheManualIsOne() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path page : handwritten()) {
      String text = Files.readString(page);
      for (String line : codeLines(text)) {
        Matcher command = COMMAND.matcher(line);
        if (command.find()) {
          problem(command.group(1), false).ifPresent(problem -> wrong.add(name(page) + ": " + line + "\n  " + problem));
        }
      }
      for (String span : spans(text)) {
        String command = span.replaceFirst("^(?:bin/)?stationmaster ", "");
        boolean isCommand = !command.equals(span) || command.contains(" ")
            && COMMANDS.getSubcommands().containsKey(command.substring(0, command.indexOf(' ')));
        if (isCommand && !command.contains("...")) {
          problem(command, true).ifPresent(problem -> wrong.add(name(page) + ": `" + span + "`\n  " + problem));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everySettingAndVariableInTheManualIsOne() throws IOException {
    Set<String> variables = settings.stream().map(HandwrittenManualTest::variable)
        .collect(Collectors.toCollection(TreeSet::new));
    variables.addAll(Set.of("STATIONMASTER_HOME", "STATIONMASTER_JAVA", "STATIONMASTER_JAVA_OPTIONS"));
    List<String> wrong = new ArrayList<>();
    for (Path page : handwritten()) {
      String text = Files.readString(page);
      for (String span : spans(text)) {
        String key = span.split("[:=]? |=")[0];
        if (KEY.matcher(key).matches() && !FILE.matcher(key).matches() && isInAGroup(key) && !isSetting(key)) {
          wrong.add(name(page) + ": `" + span + "`");
        }
      }
      VARIABLE.matcher(text).results().map(MatchResult::group)
          .filter(variable -> variables.stream().noneMatch(known -> variable.matches(known.replace("NAME", "\\w+"))))
          .forEach(variable -> wrong.add(name(page) + ": " + variable));
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyConfigurationInTheManualIsAccepted() throws Exception {
    List<String> wrong = new ArrayList<>();
    Path file = Files.createDirectories(home.resolve("config")).resolve("stationmaster.yaml");
    for (Path page : handwritten()) {
      for (MatchResult block : FENCED.matcher(Files.readString(page)).results().toList()) {
        String yaml = block.group(3).stripIndent();
        boolean isAccounts = yaml.startsWith("accounts:") && !yaml.contains("bootstrap:");
        if (!block.group(2).equals("yaml") || isAccounts || !isInAGroup(yaml.split(":")[0] + ".")) {
          continue;
        }
        Files.writeString(file, yaml);
        try {
          new ConfigurationSource(home, List.of(), Map.of()).load();
        } catch (InvalidConfiguration e) {
          e.problems().stream().filter(problem -> !problem.contains(" does not exist; check the path"))
              .forEach(problem -> wrong.add(name(page) + ": " + problem));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyEventInTheManualIsInTheCatalogue() throws IOException {
    Set<String> numbers = Arrays.stream(EventCatalogue.values()).map(event -> String.valueOf(event.number()))
        .collect(Collectors.toSet());
    List<String> wrong = new ArrayList<>();
    for (Path page : handwritten()) {
      EVENT.matcher(FENCED.matcher(Files.readString(page)).replaceAll("")).results().map(number -> number.group(1))
          .filter(number -> !numbers.contains(number)).forEach(number -> wrong.add(name(page) + ": " + number));
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyLinkInTheManualLeadsSomewhere() throws IOException {
    List<String> wrong = new ArrayList<>();
    Map<Path, Set<String>> anchors = new HashMap<>();
    for (Path page : pages) {
      anchors.put(page, anchors(page));
    }
    for (Path page : pages) {
      for (String link : links(page)) {
        Path file = target(page, link);
        int anchor = link.indexOf('#');
        if (!Files.exists(file) || anchor >= 0 && !anchors.get(file).contains(link.substring(anchor + 1))) {
          wrong.add(name(page) + ": " + link);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPageCanBeReachedFromTheReadmeOrTheIndex() throws IOException {
    Set<Path> reached = new TreeSet<>();
    List<Path> next = new ArrayList<>(List.of(ROOT.resolve("README.md"), FOLDER.resolve("README.md")));
    while (!next.isEmpty()) {
      Path page = next.removeLast();
      if (page.toString().endsWith(".md") && reached.add(page)) {
        links(page).forEach(link -> next.add(target(page, link)));
      }
    }
    assertEquals(List.of(), pages.stream().filter(page -> page.getParent().equals(FOLDER) && !reached.contains(page))
        .map(HandwrittenManualTest::name).toList());
  }

  /** Why that cannot be typed. In a sentence, names may be missing, and those in capitals stand for something. */
  private static Optional<String> problem(String arguments, boolean inASentence) {
    String ended = arguments.replaceFirst(" +#.*| *[|;&>)].*", "").replaceAll("\\s<\\s.*", "");
    List<String> tokens = TOKEN.matcher(ended).results()
        .map(token -> Stream.of(1, 2, 3).map(token::group).filter(part -> part != null).findFirst().orElseThrow())
        .toList();
    try {
      COMMANDS.parseArgs(tokens.toArray(String[]::new));
      return Optional.empty();
    } catch (CommandLine.UnmatchedArgumentException e) {
      return Optional.of(e.getMessage());
    } catch (CommandLine.ParameterException e) {
      return inASentence ? Optional.empty() : Optional.of(e.getMessage());
    }
  }

  private static List<Path> handwritten() {
    return pages.stream().filter(page -> !GENERATED.contains(page.getFileName().toString())).toList();
  }

  /** Where links of the page lead, except into the internet. */
  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(Files.readString(page)).results().map(link -> link.group(1))
        .filter(link -> !link.contains(":")).toList();
  }

  private static Path target(Path page, String link) {
    Path target = link.startsWith("#") ? page : page.resolveSibling(link.replaceFirst("#.*", "")).normalize();
    return Files.isDirectory(target) ? target.resolve("README.md") : target;
  }

  private static String name(Path page) {
    return ROOT.relativize(page).toString();
  }

  /** Lines of code blocks, continued ones put together, as far as a shell runs them. */
  private static List<String> codeLines(String text) {
    return FENCED.matcher(text).results().filter(block -> !block.group(2).equals("yaml"))
        .flatMap(block -> block.group(3).replaceAll("\\\\\\n\\s*", " ").lines()).toList();
  }

  private static List<String> spans(String text) {
    return INLINE.matcher(FENCED.matcher(text).replaceAll("")).results()
        .map(span -> span.group(1).replaceAll("\\s+", " ")).toList();
  }

  private static boolean isInAGroup(String key) {
    return settings.stream().anyMatch(setting -> setting.startsWith(key.substring(0, key.indexOf('.') + 1)));
  }

  /** Whole, the begin of several, or what stands below a listener; {@code *} and NAME stand for a name. */
  private static boolean isSetting(String key) {
    String begin = key.replaceFirst("\\.?\\*$", "") + ".";
    return settings.stream().anyMatch(setting -> {
      String named = setting.replace(".", "\\.").replace("NAME", "[A-Za-z0-9*-]+");
      return key.matches(named) || ("listeners.NAME." + key).matches(named) || setting.startsWith(begin);
    });
  }

  private static String variable(String key) {
    return "STATIONMASTER_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The names that headings of the page have, and those given to places. */
  private static Set<String> anchors(Path page) throws IOException {
    String text = Files.readString(page);
    Set<String> anchors = Pattern.compile("(?m)^#+ +(.*)$").matcher(text).results().map(heading -> heading.group(1)
        .toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-')).collect(Collectors.toSet());
    Pattern.compile("(?:id|name)=\"([^\"]+)\"").matcher(text).results().forEach(anchor -> anchors.add(anchor.group(1)));
    return anchors;
  }
}
