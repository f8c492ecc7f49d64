package org.stationmaster.config;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.stationmaster.config.Setting.Standard;

/** Texts that are made from the table of settings: the shipped file and the page of the manual. */
public final class ConfigurationReference {
  private static final int WIDTH = 116;
  /** As they are declared. */
  private static final Comparator<Kind> ORDER = Comparator.comparing(kind -> ((Enum<?>) kind).ordinal());

  private final SettingsTable table;

  private ConfigurationReference(SettingsTable table) {
    this.table = table;
  }

  /** The file that is shipped: every setting as a comment, with its default. */
  public static String defaultFile() {
    return new ConfigurationReference(Settings.TABLE).renderFile();
  }

  /** The page of the manual, in Markdown. */
  public static String manual() {
    return new ConfigurationReference(Settings.TABLE).renderManual();
  }

  private String renderFile() {
    StringBuilder file = new StringBuilder("""
        # The settings of Stationmaster. Each is shown with its default; remove the # before a line to change it.
        #
        # A value on the command line (serve --set ftp.passive-ports=46000-46099) goes before one in the environment
        # (STATIONMASTER_FTP_PASSIVE_PORTS), and that before one in this file.
        #
        #   stationmaster check-config   says everything that is wrong
        #   stationmaster config         says what is in force, and where each value comes from
        """);
    table.groups().forEach((group, documentation) -> {
      Optional<Setting<?>> alone = table.find(group);
      file.append('\n');
      comment(file, "", alone.map(Setting::documentation).orElse(documentation));
      if (alone.isPresent()) {
        file.append('#').append(group).append(": ").append(standardText(alone.get(), Optional.empty()))
            .append('\n');
      } else {
        file.append(group).append(":\n");
        table.settings().stream()
            .filter(setting -> setting.group().equals(group) && table.namedGroupOf(setting).isEmpty())
            .forEach(setting -> {
              comment(file, "  ", setting.documentation());
              entry(file, "  ", setting, Optional.empty());
            });
        table.namedGroups().forEach(named -> renderEntries(file, group, named));
      }
    });
    return file.toString();
  }

  /** The standard entries; each setting is explained where it is first. */
  private void renderEntries(StringBuilder file, String group, NamedGroup named) {
    String indent;
    if (named.key().equals(group)) {
      indent = "  ";
    } else if (named.key().startsWith(group + ".")) {
      file.append("  ").append(named.key().substring(group.length() + 1)).append(":\n");
      indent = "    ";
    } else {
      return;
    }
    Set<Setting<?>> explained = new HashSet<>();
    named.standard().forEach((name, kind) -> {
      file.append(indent).append('#').append(name).append(":\n");
      String subgroup = "";
      for (Setting<?> setting : table.settings()) {
        if (!named.has(setting) || !setting.isFor(kind)) {
          continue;
        }
        if (!setting.subgroup().equals(subgroup)) {
          subgroup = setting.subgroup();
          file.append(subgroup.isEmpty() ? "" : indent + "  #" + subgroup + ":\n");
        }
        String deeper = indent + (subgroup.isEmpty() ? "  " : "    ");
        if (explained.add(setting)) {
          comment(file, deeper, setting.documentation());
        }
        entry(file, deeper, setting, Optional.of(kind));
      }
    });
  }

  private static void entry(StringBuilder file, String indent, Setting<?> setting, Optional<Kind> kind) {
    file.append(indent).append('#').append(setting.lastPart()).append(": ")
        .append(standardText(setting, kind)).append('\n');
  }

  /** The default as YAML. */
  private static String standardText(Setting<?> setting, Optional<Kind> kind) {
    String text = switch (setting.standard()) {
      case Standard.Fixed(String fixed) -> fixed;
      case Standard.ByKind(Map<Kind, String> texts) -> texts.get(kind.orElseThrow());
      case Standard.SameAs(Setting<?> other) -> ((Standard.Fixed) other.standard()).text();
      case Standard.None() -> kind.orElseThrow().toString();
    };
    return setting.type().form() == ValueType.Form.LIST ? text : Yaml.quoted(text);
  }

  private static void comment(StringBuilder file, String indent, String text) {
    StringBuilder line = new StringBuilder(indent).append('#');
    for (String word : text.split(" ")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        file.append(line).append('\n');
        line = new StringBuilder(indent).append('#');
      }
      line.append(' ').append(word);
    }
    file.append(line).append('\n');
  }

  private String renderManual() {
    StringBuilder page = new StringBuilder("""
        # Configuration

        Written from the table of settings in the code; do not edit it by hand.

        `config/stationmaster.yaml` under the home of the installation holds the settings. Whatever is not there has
        its default, and a home without the file has all defaults. Of several sources the first one that has a value
        wins:

        1. the command line: `--set KEY=VALUE`, as often as needed, e.g. `--set listeners.sftp-1.port=2222`
        2. the environment: `STATIONMASTER_` and the key in capitals, with `_` for `.` and `-`, e.g.
           `STATIONMASTER_LISTENERS_SFTP_1_PORT=2222`; a variable that can mean two keys is refused
        3. the file
        4. the default

        A list is written with commas on the command line and in the environment (`tls.names=a.example.org,10.0.0.5`);
        a list or a group may also be written as YAML, e.g.
        `STATIONMASTER_LISTENERS='{sftp-1: {protocol: sftp, port: 2222}}'`. Where `listeners` is given as a whole, it
        replaces the default listeners; single values are merged into the listener of that name, and a listener that
        does not exist is added if its `protocol` is set on the command line. So it is with `events.outputs` and its
        `type`.

        An unknown key or variable, a wrong value and settings that contradict each other are refused with file, line,
        and remedy, all at once: `stationmaster check-config`. `stationmaster config` prints what is in force and where
        each value comes from.

        Durations are a number and `ms`, `s`, `m`, `h` or `d`; sizes a number and `B`, `KiB`, `MiB`, `GiB` or `kB`,
        `MB`, `GB`. A relative path starts at the home of the installation. *Restart* says that a reload is not enough.
        """);
    table.groups().forEach((group, documentation) -> {
      page.append("\n## ").append(group).append("\n\n").append(documentation).append("\n\n")
          .append("| key | value | default | |\n| --- | --- | --- | --- |\n");
      table.settings().stream().filter(setting -> setting.group().equals(group)).forEach(setting -> row(page, setting));
    });
    return page.toString();
  }

  private static void row(StringBuilder page, Setting<?> setting) {
    String restart = setting.change() == Setting.Change.RESTART ? " *Restart.*" : "";
    String only = setting.kinds().isEmpty() ? "" : " Only "
        + String.join(", ", setting.kinds().stream().sorted(ORDER).map(Kind::toString).toList()) + ".";
    page.append("| `").append(setting.key().replace("*", "NAME")).append("` | ")
        .append(cell(setting.type().description())).append(" | ").append(cell(standards(setting))).append(" | ")
        .append(cell(setting.documentation())).append(only).append(restart).append(" |\n");
  }

  private static String standards(Setting<?> setting) {
    return switch (setting.standard()) {
      case Standard.Fixed(String fixed) -> fixed.isEmpty() ? "empty" : "`" + fixed + "`";
      case Standard.ByKind(Map<Kind, String> texts) -> texts.entrySet().stream()
          .sorted(Map.Entry.comparingByKey(ORDER)).map(text -> "`" + text.getValue() + "` (" + text.getKey() + ")")
          .collect(Collectors.joining(", "));
      case Standard.SameAs(Setting<?> other) -> "as `" + other.key() + "`";
      case Standard.None() -> "none";
    };
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
