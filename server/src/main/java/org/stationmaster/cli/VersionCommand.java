package org.stationmaster.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** Which build this is, and on what it runs. */
@Command(name = "version", description = "Show the version of Stationmaster and of the Java that runs it.",
    footerHeading = "%nExamples:%n", footer = "  stationmaster version --json")
final class VersionCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  VersionCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("stationmaster", Version.current());
    facts.put("java", Runtime.version().toString());
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
        + System.getProperty("os.arch"));
    output.print(installation, facts, out -> out.println("Stationmaster " + facts.get("stationmaster") + ", Java "
        + facts.get("java") + ", " + facts.get("system")));
    return ExitCode.SUCCESS;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Stationmaster " + Version.current()};
    }
  }
}
