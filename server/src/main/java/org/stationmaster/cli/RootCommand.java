package org.stationmaster.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code stationmaster} itself: the options that every command has. */
@Command(name = "stationmaster", versionProvider = VersionCommand.Provider.class, synopsisSubcommandLabel = "COMMAND",
    description = "Receives files from field data loggers over SFTP, FTP and FTPS.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster check-config",
        "  stationmaster --home /srv/stationmaster config",
        "  stationmaster config --set listeners.sftp-1.port=2222 --json"})
final class RootCommand {
  private final List<String> overrides = new ArrayList<>();

  @Option(names = "--home", paramLabel = "DIR", scope = ScopeType.INHERIT,
      description = "Folder of the installation; default is STATIONMASTER_HOME, else the folder of the program.")
  private Optional<Path> home = Optional.empty();

  @Option(names = "--set", paramLabel = "KEY=VALUE", scope = ScopeType.INHERIT,
      description = "Override a setting; may be repeated. \"stationmaster config\" lists all.")
  void set(List<String> givenUntilNow) {
    // Called for every occurrence, and begun anew behind the name of a command: only the last is always new.
    if (!givenUntilNow.isEmpty()) {
      overrides.add(givenUntilNow.getLast());
    }
  }

  @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help.")
  private boolean isHelpWanted;

  @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
  private boolean isVersionWanted;

  Installation.CommonOptions options() {
    return new Installation.CommonOptions(home, List.copyOf(overrides));
  }
}
