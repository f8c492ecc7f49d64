package org.stationmaster.config;

import java.util.Collection;
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
 * @param listeners the effective set of listeners
 * @param given what somebody gave, by full key; the highest layer wins
 */
record Layers(SequencedMap<String, ValueOrigin> listeners, Map<String, Given> given) {

  /** Puts them together; the file, if there is one, is already read. */
  static Layers of(SettingsTable table, Layer file, List<String> overrides, EnvironmentVariables variables,
      Problems problems) {
    Layer commandLine = new Layer(table, problems);
    takeOverrides(commandLine, overrides, problems);
    Layer environment = new Layer(table, problems);
    variables.takeListeners(environment);

    Map<String, Given> given = new LinkedHashMap<>();
    SequencedMap<String, ValueOrigin> listeners = new LinkedHashMap<>();
    Optional<Layer> base =
        Stream.of(commandLine, environment, file).filter(Layer::namesAllListeners).findFirst();
    if (base.isPresent()) {
      listeners.putAll(base.get().listeners());
    } else {
      table.standardListeners().forEach((name, protocol) -> {
        listeners.put(name, new ValueOrigin.Default());
        Node node = Yaml.scalar(protocol.toString());
        given.put(SettingsTable.prefix(name) + "protocol", new Given(node, _ -> new ValueOrigin.Default()));
      });
    }
    addOrRefuse(commandLine, listeners, problems);
    variables.takeOthers(environment, table, listeners.keySet(), problems);
    for (Layer layer : List.of(file, environment, commandLine)) {
      layer.forgetListenersExcept(layer == file && base.filter(lower -> lower == file).isEmpty()
          ? Set.of() : listeners.keySet());
      given.putAll(layer.given());
    }
    return new Layers(listeners, given);
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

  /** A listener of the command line that the set does not have is new if it says what it speaks, else a slip. */
  private static void addOrRefuse(Layer commandLine, SequencedMap<String, ValueOrigin> listeners, Problems problems) {
    Collection<String> names = List.copyOf(listeners.keySet());
    commandLine.listeners().forEach((name, origin) -> {
      if (names.contains(name)) {
        return;
      }
      String key = SettingsTable.LISTENERS + "." + name;
      if (!ValueTypes.isName(name)) {
        problems.add(key, name, "is no name for a listener; use letters, digits, - and _", origin);
      } else if (commandLine.given().containsKey(key + ".protocol")) {
        listeners.put(name, origin);
      } else {
        problems.add(key, "there is no listener " + name + "; " + Nearest.to(name, names)
            .map(nearest -> "did you mean " + nearest + "?").orElse("there are " + String.join(", ", names) + ".")
            + " To add one, set " + key + ".protocol, too", origin);
      }
    });
  }
}
