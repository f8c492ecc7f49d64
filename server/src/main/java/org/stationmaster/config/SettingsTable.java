package org.stationmaster.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The settings as a whole.
 *
 * @param settings in the order in which they are shown
 * @param groups first parts of keys, with a sentence each
 * @param namedGroups those whose entries the operator names
 * @param removed keys of former versions, with what to write instead
 */
record SettingsTable(List<Setting<?>> settings, SequencedMap<String, String> groups, List<NamedGroup> namedGroups,
    Map<String, String> removed) {
  SettingsTable {
    settings = List.copyOf(settings);
    namedGroups = List.copyOf(namedGroups);
    removed = Map.copyOf(removed);
  }

  /** The setting with that key. */
  Optional<Setting<?>> find(String key) {
    String pattern = pattern(key);
    return settings.stream().filter(setting -> setting.key().equals(pattern)).findFirst();
  }

  /** Whether further parts must follow. */
  boolean isGroup(String key) {
    return find(key).isEmpty() && (key.isEmpty() || namedGroups.stream().anyMatch(group -> group.isEntry(key))
        || settings.stream().anyMatch(setting -> setting.key().startsWith(pattern(key) + ".")));
  }

  /** What to write instead of a key that is gone. */
  Optional<String> removed(String key) {
    return Optional.ofNullable(removed.get(pattern(key)));
  }

  private String pattern(String key) {
    return namedGroupOf(key).map(group ->
        group.entry(Setting.ANY) + key.substring(group.entry(group.nameIn(key).orElseThrow()).length())).orElse(key);
  }

  /** The named group with an entry that the key is below. */
  Optional<NamedGroup> namedGroupOf(String key) {
    return namedGroups.stream().filter(group -> group.nameIn(key).isPresent()).findFirst();
  }

  /** The named group that the setting is of. */
  Optional<NamedGroup> namedGroupOf(Setting<?> setting) {
    return namedGroups.stream().filter(group -> group.has(setting)).findFirst();
  }

  /** All keys that can be given, settings and groups, for entries of these names. */
  SequencedSet<String> keys(Map<NamedGroup, ? extends Collection<String>> names) {
    SequencedSet<String> keys = new LinkedHashSet<>();
    for (Setting<?> setting : settings) {
      keys.add(setting.group());
      Optional<NamedGroup> group = namedGroupOf(setting);
      if (group.isEmpty()) {
        keys.add(setting.key());
      } else {
        keys.add(group.get().key());
        for (String name : names.containsKey(group.get()) ? names.get(group.get()) : List.<String>of()) {
          keys.add(group.get().entry(name));
          keys.add(setting.keyFor(name).substring(0, setting.keyFor(name).lastIndexOf('.')));
          keys.add(setting.keyFor(name));
        }
      }
    }
    return keys;
  }

  /** Which keys a variable can mean; more than one is for the operator to decide. */
  Map<String, List<String>> variables(Map<NamedGroup, ? extends Collection<String>> names) {
    Map<String, List<String>> variables = new LinkedHashMap<>();
    keys(names).forEach(key -> variables.computeIfAbsent(Setting.variable(key), _ -> new ArrayList<>()).add(key));
    return variables;
  }
}
