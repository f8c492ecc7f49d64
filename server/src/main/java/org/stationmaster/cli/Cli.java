package org.stationmaster.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.account.Account;
import org.stationmaster.account.Profile;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.Nearest;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line as a whole. A command is a class of this package with {@code @Command}, named in the list below; it
 * implements {@code Callable<Integer>}, gets the {@link Installation} by its constructor, returns an {@link ExitCode},
 * and throws {@link CommandFailed} with one sentence, or {@link InvalidConfiguration}.
 */
public final class Cli {
  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS = List.of(
      ServeCommand.class,
      DemoCommand.class,
      CheckConfigCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      AccountCommand.class,
      KeysCommand.class,
      CertsCommand.class,
      KeygenCommand.class,
      AlgorithmsCommand.class,
      CryptoCommand.class,
      SessionsCommand.class, BansCommand.class,
      EventsCommand.class,
      OutboxCommand.class,
      ReloadCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ExplainCommand.class,
      VersionCommand.class);

  /** Set to true, it shows where an error comes from. */
  private static final String DEBUG = "stationmaster.debug";

  private final Terminal terminal;

  /** A command line that works on these streams, without a person to ask. */
  public Cli(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    this(new Terminal(in, out, err, environment, Optional.empty()));
  }

  Cli(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The command line of this process. */
  public static Cli ofProcess() {
    return new Cli(Terminal.ofProcess());
  }

  /** Runs one command and returns its exit code: 0 success, 1 failed, 2 configuration or usage, 3 no address. */
  public int run(String... arguments) {
    return commandLine(needed(arguments)).execute(arguments);
  }

  /** The one command that is called, if that is plain: to describe them all takes longer than most of them run. */
  private static List<Class<?>> needed(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--home") || argument.equals("--set")) {
        i++;
      } else if (!argument.startsWith("--home=") && !argument.startsWith("--set=")) {
        return COMMANDS.stream().filter(command -> command.getAnnotation(Command.class).name().equals(argument))
            .findFirst().<List<Class<?>>>map(List::of).orElse(COMMANDS);
      }
    }
    return COMMANDS;
  }

  CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  /** The frame around these commands. */
  CommandLine commandLine(List<Class<?>> commands) {
    RootCommand root = new RootCommand();
    CommandLine commandLine = new CommandLine(root, new Factory(new Installation(terminal, root::options)));
    commands.forEach(commandLine::addSubcommand);
    commandLine.setOut(new PrintWriter(terminal.out(), true));
    commandLine.setErr(new PrintWriter(terminal.err(), true));
    commandLine.setColorScheme(Help.defaultColorScheme(
        terminal.prompt().isPresent() ? Help.Ansi.AUTO : Help.Ansi.OFF));
    commandLine.setUsageHelpWidth(100);
    commandLine.setParameterExceptionHandler((e, _) -> refuse(e));
    commandLine.setExecutionExceptionHandler((e, command, _) -> fail(e, command));
    commandLine.registerConverter(Profile.class, text -> oneOf(text, Stream.of(Profile.values())
        .filter(profile -> profile != Profile.CUSTOM), Profile::setting));
    commandLine.registerConverter(Account.Requirement.class, text -> oneOf(text,
        Stream.of(Account.Requirement.values()), Account.Requirement::setting));
    commandLine.registerConverter(KeygenCommand.Reader.class, text -> oneOf(text,
        Stream.of(KeygenCommand.Reader.values()), KeygenCommand.Reader::toString));
    commandLine.registerConverter(long.class, Cli::number);
    Optional.ofNullable(commandLine.getSubcommands().get("account")).ifPresent(account -> Stream.of("add", "set")
        .forEach(name -> AccountOptions.addTo(account.getSubcommands().get(name).getCommandSpec())));
    showExitCodes(commandLine);
    return commandLine;
  }

  /** Prints every problem, one per line. */
  static void printProblems(PrintStream err, InvalidConfiguration invalid) {
    int count = invalid.problems().size();
    err.println("stationmaster: the configuration has " + (count == 1 ? "a problem:" : count + " problems:"));
    invalid.problems().forEach(problem -> err.println("  " + problem));
    err.flush();
  }

  private static void showExitCodes(CommandLine commandLine) {
    Map<String, String> codes = ExitCode.descriptions();
    codes.putAll(commandLine.getCommandSpec().usageMessage().exitCodeList());
    commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
    commandLine.getSubcommands().values().forEach(Cli::showExitCodes);
  }

  private static int refuse(ParameterException e) {
    CommandLine commandLine = e.getCommandLine();
    PrintWriter err = commandLine.getErr();
    if (e.getMessage().startsWith("Missing required subcommand")) {
      commandLine.usage(err, commandLine.getColorScheme());
    } else {
      err.println("stationmaster: " + (e instanceof UnmatchedArgumentException unmatched ? sentence(unmatched)
          : e.getMessage().replaceFirst("^Error: ", "")));
      err.println("Try \"" + commandLine.getCommandSpec().qualifiedName() + " --help\".");
    }
    err.flush();
    return ExitCode.CONFIGURATION_OR_USAGE;
  }

  private static String sentence(UnmatchedArgumentException e) {
    if (e.isUnknownOption()) {
      String option = e.getUnmatched().getFirst().replaceFirst("=.*", "");
      return "there is no option \"" + option + "\"" + Nearest.to(option, e.getCommandLine().getCommandSpec()
          .optionsMap().keySet()).map(nearest -> "; did you mean " + nearest + "?").orElse("");
    }
    String argument = e.getUnmatched().getFirst();
    if (e.getCommandLine().getSubcommands().isEmpty()) {
      return "\"" + argument + "\" is one argument too many";
    }
    return "there is no command \"" + argument + "\"" + Nearest.to(argument, e.getCommandLine()
        .getSubcommands().keySet()).map(nearest -> "; did you mean " + nearest + "?").orElse("");
  }

  private static <T> T oneOf(String text, Stream<T> values, Function<T, String> name) {
    Map<String, T> known = values.collect(Collectors.toMap(name, Function.identity(), (a, _) -> a,
        LinkedHashMap::new));
    return Optional.ofNullable(known.get(text.toLowerCase(Locale.ROOT))).orElseThrow(() ->
        new TypeConversionException("\"" + text + "\" is none of " + String.join(", ", known.keySet())));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("\"" + text + "\" is not a number");
    }
  }

  private int fail(Exception e, CommandLine command) {
    if (Boolean.getBoolean(DEBUG)) {
      e.printStackTrace(terminal.err());
    }
    return switch (e) {
      case InvalidConfiguration invalid -> {
        printProblems(terminal.err(), invalid);
        yield ExitCode.CONFIGURATION_OR_USAGE;
      }
      case CommandFailed failed -> say(failed.getMessage(), failed.exitCode());
      case AccessDeniedException denied -> say(denied.getFile() + ": permission denied to user "
          + System.getProperty("user.name"), ExitCode.FAILED);
      case FileAlreadyExistsException file -> say(file.getFile() + " is a file, and a folder is needed there",
          ExitCode.FAILED);
      case NoSuchFileException missing -> say(missing.getFile() + ": there is no such file", ExitCode.FAILED);
      default -> say(command.getCommandName() + " failed: "
          + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()), ExitCode.FAILED);
    };
  }

  private int say(String sentence, int exitCode) {
    terminal.err().println("stationmaster: " + sentence);
    terminal.err().flush();
    return exitCode;
  }

  /** Gives the installation to every command whose constructor asks for it. */
  private record Factory(Installation installation) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Installation.class) {
          return type.cast(constructor.newInstance(installation));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
