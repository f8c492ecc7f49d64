package org.stationmaster.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The settings among the variables of the environment. */
final class EnvironmentVariables {
  static final String PREFIX = "STATIONMASTER_";
  /** Read by the launcher and the command line, before there is a configuration. */
  private static final Set<String> LAUNCHER =
      Set.of("STATIONMASTER_HOME", "STATIONMASTER_JAVA", "STATIONMASTER_JAVA_OPTIONS");
  /** What Kubernetes puts into every container for a service called stationmaster, or stationmaster-ftp. */
  private static final Pattern KUBERNETES =
      Pattern.compile("STATIONMASTER_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");
  private static final Pattern KUBERNETES_PORT = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> variables = new TreeMap<>();

  EnvironmentVariables(Map<String, String> environment) {
    environment.forEach((name, value) -> {
      boolean isForeign = LAUNCHER.contains(name) || KUBERNETES.matcher(name).matches()
          || name.endsWith("_PORT") && KUBERNETES_PORT.matcher(value).matches();
      if (name.startsWith(PREFIX) && !isForeign) {
        variables.put(name, value);
      }
    });
  }

  /** Takes the variables that give a named group as a whole; the names of the others depend on them. */
  void takeNamedGroups(Layer layer, SettingsTable table) {
    for (NamedGroup group : table.namedGroups()) {
      String variable = Setting.variable(group.key());
      if (variables.containsKey(variable)) {
        layer.takeText(group.key(), variables.get(variable), new ValueOrigin.Environment(variable));
      }
    }
  }

  /** Takes all others. */
  void takeOthers(Layer layer, SettingsTable table, Map<NamedGroup, SequencedMap<String, ValueOrigin>> names,
      Problems problems) {
    Map<NamedGroup, Set<String>> entries = new HashMap<>();
    names.forEach((group, named) -> entries.put(group, named.keySet()));
    Map<String, List<String>> known = table.variables(entries);
    Map<String, List<String>> removed = new TreeMap<>();
    table.removed().keySet().forEach(key -> removed.put(Setting.variable(key), List.of(key)));
    variables.forEach((variable, value) -> {
      if (table.namedGroups().stream().anyMatch(group -> variable.equals(Setting.variable(group.key())))) {
        return;
      }
      List<String> keys = known.getOrDefault(variable, removed.getOrDefault(variable, List.of()));
      switch (keys.size()) {
        case 0 -> problems.add(variable + ": there is no such setting; " + Nearest.to(variable, known.keySet())
            .map(name -> "did you mean " + name + "?").orElse("remove it from the environment")
            + " (environment)");
        case 1 -> layer.takeText(keys.getFirst(), value, new ValueOrigin.Environment(variable));
        default -> problems.add(variable + ": can mean " + String.join(" or ", keys)
            + "; use --set or the file, or rename " + table.namedGroupOf(keys.getFirst())
            .map(NamedGroup::withArticle).orElse("an entry") + " (environment)");
      }
    });
  }
}
