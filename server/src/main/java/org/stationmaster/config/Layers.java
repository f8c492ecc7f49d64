package org.stationmaster.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.stationmaster.config.Layer.Given;

/**
 * All sources on top of each other: {@code --set}, environment, file, defaults.
 *
 * @param names the effective entries of the named groups
 * @param given what somebody gave, by full key; the highest layer wins
 */
record Layers(Map<NamedGroup, SequencedMap<String, ValueOrigin>> names, Map<String, Given> given) {

  /** Puts them together; the file, if there is one, is already read. */
  static Layers of(SettingsTable table, Layer file, List<String> overrides, EnvironmentVariables variables,
      Problems problems) {
    Layer commandLine = new Layer(table, problems);
    takeOverrides(commandLine, overrides, problems);
    Layer environment = new Layer(table, problems);
    variables.takeNamedGroups(environment, table);

    Map<String, Given> given = new LinkedHashMap<>();
    Map<NamedGroup, SequencedMap<String, ValueOrigin>> names = new HashMap<>();
    for (NamedGroup group : table.namedGroups()) {
      SequencedMap<String, ValueOrigin> entries = new LinkedHashMap<>();
      names.put(group, entries);
      Optional<Layer> base =
          Stream.of(commandLine, environment, file).filter(layer -> layer.givesAll(group)).findFirst();
      if (base.isPresent()) {
        entries.putAll(base.get().names(group));
      } else {
        group.standard().forEach((name, kind) -> {
          entries.put(name, new ValueOrigin.Default());
          Node node = Yaml.scalar(kind.toString());
          given.put(group.kindKey(name), new Given(node, _ -> new ValueOrigin.Default()));
        });
      }
      addOrRefuse(group, commandLine, entries, problems);
      if (base.filter(layer -> layer == file).isEmpty()) {
        file.forgetExcept(group, Set.of());
      }
    }
    variables.takeOthers(environment, table, names, problems);
    for (Layer layer : List.of(file, environment, commandLine)) {
      names.forEach((group, entries) -> layer.forgetExcept(group, entries.keySet()));
      given.putAll(layer.given());
    }
    return new Layers(names, given);
  }

  private static void takeOverrides(Layer layer, List<String> overrides, Problems problems) {
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        problems.add("--set " + override + ": has no value; write --set KEY=VALUE");
      } else {
        layer.takeText(override.substring(0, equals).strip(), override.substring(equals + 1),
            new ValueOrigin.CommandLine());
      }
    }
  }

  /** An entry of the command line that the group does not have is new if it says of what kind it is, else a slip. */
  private static void addOrRefuse(NamedGroup group, Layer commandLine, SequencedMap<String, ValueOrigin> entries,
      Problems problems) {
    Collection<String> names = List.copyOf(entries.keySet());
    commandLine.names(group).forEach((name, origin) -> {
      if (names.contains(name)) {
        return;
      }
      if (!ValueTypes.isName(name)) {
        problems.addNoName(group, name, origin);
      } else if (commandLine.given().containsKey(group.kindKey(name))) {
        entries.put(name, origin);
      } else {
        problems.add(group.entry(name), "there is no " + group.noun() + " " + name + "; " + Nearest.to(name, names)
            .map(nearest -> "did you mean " + nearest + "?").orElse("there are " + String.join(", ", names) + ".")
            + " To add one, set " + group.kindKey(name) + ", too", origin);
      }
    });
  }
}
