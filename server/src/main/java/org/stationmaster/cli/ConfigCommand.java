package org.stationmaster.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.config.EffectiveSetting;
import org.stationmaster.config.InvalidConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what is in force. */
@Command(name = "config", description = "Print the configuration in force, and where each value comes from.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster config",
        "  stationmaster config --set ftp.passive-ports=46000-46099 --json"})
final class ConfigCommand implements Callable<Integer> {
  private static final int WIDEST = 70;

  private final Installation installation;

  @Mixin
  private Output output;

  ConfigCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration {
    List<EffectiveSetting> settings = installation.effective().settings();
    output.print(installation, Map.of("settings", settings.stream().map(ConfigCommand::json).toList()), out -> {
      int width = settings.stream().mapToInt(setting -> line(setting).length()).filter(length -> length <= WIDEST)
          .max().orElse(WIDEST);
      settings.forEach(setting -> out.printf("%-" + width + "s  (%s)%n", line(setting), setting.origin()));
    });
    return ExitCode.SUCCESS;
  }

  private static String line(EffectiveSetting setting) {
    return setting.key() + " = " + setting.shown();
  }

  private static Map<String, Object> json(EffectiveSetting setting) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", setting.key());
    json.put("value", setting.shown());
    json.put("origin", setting.origin().toString());
    json.put("needs_restart", setting.needsRestart());
    return json;
  }
}
