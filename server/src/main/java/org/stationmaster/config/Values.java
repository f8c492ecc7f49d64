package org.stationmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.stationmaster.config.Layer.Given;
import org.stationmaster.config.Setting.Standard;

/** Every setting with its value, given or by default; those that were refused are missing. */
final class Values {
  private final SettingsTable table;
  private final Layers layers;
  private final Path home;
  private final Problems problems;
  private final Map<String, Value<?>> values = new HashMap<>();

  /** Reads all values and notes every problem. */
  Values(SettingsTable table, Layers layers, Path home, Problems problems) {
    this.table = table;
    this.layers = layers;
    this.home = home;
    this.problems = problems;
    for (Setting<?> setting : table.settings()) {
      if (table.namedGroupOf(setting).isEmpty()) {
        resolve(setting, setting.key(), Optional.empty());
      }
    }
    layers.names().forEach((group, entries) -> entries.keySet().forEach(name -> resolveEntry(group, name)));
  }

  /** The setting that says what kind the entry is comes first among those of its group. */
  private void resolveEntry(NamedGroup group, String name) {
    for (Setting<?> setting : table.settings()) {
      if (group.has(setting)) {
        resolve(setting, setting.keyFor(name), kind(group, name));
      }
    }
  }

  /**
   * A value that its type accepted.
   *
   * @param key where it was set; for a value that is taken from another setting the key of that
   * @param value what it means
   * @param text what it looks like
   * @param origin who set it
   */
  record Value<T>(String key, T value, String text, ValueOrigin origin) {
    boolean isDefault() {
      return origin instanceof ValueOrigin.Default;
    }
  }

  /** The names of the effective listeners. */
  List<String> listeners() {
    return List.copyOf(layers.names().get(Settings.LISTENERS).keySet());
  }

  /** The names of the effective outputs of events. */
  List<String> outputs() {
    return List.copyOf(layers.names().get(Settings.OUTPUTS).keySet());
  }

  /** The value unless it was refused. */
  <T> Optional<Value<T>> find(Setting<T> setting) {
    return lookUp(setting.key());
  }

  /** The value for the entry of that name, unless it was refused or is not for its kind. */
  <T> Optional<Value<T>> find(Setting<T> setting, String name) {
    return lookUp(setting.keyFor(name));
  }

  /** The value of a configuration without problems. */
  <T> T get(Setting<T> setting) {
    return this.<T>lookUp(setting.key()).orElseThrow().value();
  }

  /** The value for the entry of that name, of a configuration without problems. */
  <T> T get(Setting<T> setting, String name) {
    return find(setting, name).orElseThrow().value();
  }

  /** All of them in the order of the table. */
  List<EffectiveSetting> effective() {
    List<EffectiveSetting> all = new ArrayList<>();
    for (String group : table.groups().keySet()) {
      List<Setting<?>> settings = table.settings().stream().filter(one -> one.group().equals(group)).toList();
      settings.stream().filter(setting -> table.namedGroupOf(setting).isEmpty())
          .forEach(setting -> addEffective(setting, setting.key(), all));
      for (NamedGroup named : table.namedGroups()) {
        for (String name : layers.names().get(named).keySet()) {
          settings.stream().filter(named::has).forEach(setting -> addEffective(setting, setting.keyFor(name), all));
        }
      }
    }
    return all;
  }

  private void addEffective(Setting<?> setting, String key, List<EffectiveSetting> all) {
    if (values.containsKey(key)) {
      Value<?> value = values.get(key);
      all.add(new EffectiveSetting(key, value.text(), value.origin(), setting.isSecret(),
          setting.change() == Setting.Change.RESTART));
    }
  }

  private Optional<Kind> kind(NamedGroup group, String name) {
    return this.<Kind>lookUp(group.kindKey(name)).map(Value::value);
  }

  @SuppressWarnings("unchecked")
  private <T> Optional<Value<T>> lookUp(String key) {
    // Values are put under the key of the setting whose type read them.
    return Optional.ofNullable((Value<T>) values.get(key));
  }

  private <T> void resolve(Setting<T> setting, String key, Optional<Kind> kind) {
    Given given = layers.given().get(key);
    boolean isForKind = kind.isEmpty() || setting.isFor(kind.get());
    if (given != null && isForKind) {
      read(setting, key, given);
    } else if (given != null) {
      problems.add(key, shown(setting, given.node()), "does not go with "
          + table.namedGroupOf(setting).orElseThrow().kindPart() + " " + kind.get() + "; remove it", given.origin());
    } else if (isForKind) {
      resolveStandard(setting, key, kind);
    }
  }

  private <T> void resolveStandard(Setting<T> setting, String key, Optional<Kind> kind) {
    switch (setting.standard()) {
      case Standard.Fixed(String text) -> readStandard(setting, key, text);
      case Standard.ByKind(Map<Kind, String> texts) ->
          kind.map(texts::get).ifPresent(text -> readStandard(setting, key, text));
      case Standard.SameAs(Setting<?> other) ->
          Optional.ofNullable(values.get(other.key())).ifPresent(value -> values.put(key, value));
      case Standard.None() when kind.isEmpty() && !setting.kinds().isEmpty() -> {
        // Whether it is needed will be known when the kind is.
      }
      case Standard.None() -> problems.add(key, "is missing; write " + setting.type().description(),
          table.namedGroupOf(key).map(group -> layers.names().get(group).get(group.nameIn(key).orElseThrow()))
              .orElse(new ValueOrigin.Default()));
    }
  }

  private <T> void readStandard(Setting<T> setting, String key, String text) {
    try {
      Node node = setting.type().nodeOf(text);
      read(setting, key, new Given(node, _ -> new ValueOrigin.Default()));
    } catch (Yaml.Malformed e) {
      throw new IllegalStateException("default of " + key, e);
    }
  }

  private <T> void read(Setting<T> setting, String key, Given given) {
    try {
      T value = setting.type().reader().read(given.node(), home);
      values.put(key, new Value<>(key, value, setting.type().writer().apply(value), given.origin()));
    } catch (BadValue e) {
      e.flaws().forEach(flaw -> problems.add(key, shown(setting, flaw.node()), flaw.sentence(),
          given.origins().apply(flaw.node())));
    }
  }

  private static String shown(Setting<?> setting, Node node) {
    return setting.isSecret() ? EffectiveSetting.MASK : Yaml.show(node);
  }
}
