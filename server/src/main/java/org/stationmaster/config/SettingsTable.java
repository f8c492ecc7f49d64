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
 * @param standardListeners the listeners of an installation that names none
 * @param removed keys of former versions, with what to write instead
 */
record SettingsTable(List<Setting<?>> settings, SequencedMap<String, String> groups,
    SequencedMap<String, Protocol> standardListeners, Map<String, String> removed) {
  /** The group whose second part is a name. */
  static final String LISTENERS = "listeners";

  SettingsTable {
    settings = List.copyOf(settings);
    removed = Map.copyOf(removed);
  }

  /** The setting with that key. */
  Optional<Setting<?>> find(String key) {
    String pattern = pattern(key);
    return settings.stream().filter(setting -> setting.key().equals(pattern)).findFirst();
  }

  /** Whether further parts must follow. */
  boolean isGroup(String key) {
    return find(key).isEmpty()
        && (key.isEmpty() || isListener(key)
            || settings.stream().anyMatch(setting -> setting.key().startsWith(pattern(key) + ".")));
  }

  /** What to write instead of a key that is gone. */
  Optional<String> removed(String key) {
    return Optional.ofNullable(removed.get(pattern(key)));
  }

  private static String pattern(String key) {
    return listenerOf(key).map(name -> prefix("*") + key.substring(prefix(name).length())).orElse(key);
  }

  /** Whether the key is that of a listener as a whole. */
  static boolean isListener(String key) {
    return key.startsWith(LISTENERS + ".") && key.indexOf('.', LISTENERS.length() + 1) < 0;
  }

  /** The name of the listener in a key below it. */
  static Optional<String> listenerOf(String key) {
    if (!key.startsWith(LISTENERS + ".")) {
      return Optional.empty();
    }
    int dot = key.indexOf('.', LISTENERS.length() + 1);
    return dot < 0 ? Optional.empty() : Optional.of(key.substring(LISTENERS.length() + 1, dot));
  }

  /** What keys of that listener begin with. */
  static String prefix(String listener) {
    return LISTENERS + "." + listener + ".";
  }

  /** All keys that can be given, settings and groups, for listeners of these names. */
  SequencedSet<String> keys(Collection<String> listeners) {
    SequencedSet<String> keys = new LinkedHashSet<>();
    for (Setting<?> setting : settings) {
      keys.add(setting.group());
      if (setting.isForListeners()) {
        for (String listener : listeners) {
          keys.add(LISTENERS + "." + listener);
          keys.add(setting.keyFor(listener).substring(0, setting.keyFor(listener).lastIndexOf('.')));
          keys.add(setting.keyFor(listener));
        }
      } else {
        keys.add(setting.key());
      }
    }
    return keys;
  }

  /** Which keys a variable can mean; more than one is for the operator to decide. */
  Map<String, List<String>> variables(Collection<String> listeners) {
    Map<String, List<String>> variables = new LinkedHashMap<>();
    keys(listeners).forEach(key -> variables.computeIfAbsent(Setting.variable(key), _ -> new ArrayList<>()).add(key));
    return variables;
  }
}
