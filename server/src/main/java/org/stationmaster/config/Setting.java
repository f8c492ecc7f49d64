package org.stationmaster.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One row of the table of settings.
 *
 * @param key dotted; {@code *} stands for a name that the operator chooses
 * @param type what its value may be
 * @param standard its value where nobody set one
 * @param kinds the entries of a named group that it is for; empty is all of them
 * @param change when a new value takes effect
 * @param isSecret whether its value is masked where it is shown
 * @param documentation one or two sentences
 */
record Setting<T>(String key, ValueType<T> type, Standard standard, Set<Kind> kinds, Change change,
    boolean isSecret, String documentation) {
  /** In a key: the name of an entry. */
  static final String ANY = "*";

  /** When a new value takes effect. */
  enum Change {
    RELOAD, RESTART
  }

  /** The value of a setting that nobody set, as text of its type. */
  sealed interface Standard {
    /** Always the same. */
    record Fixed(String text) implements Standard {
    }

    /** Depends on the kind of the entry; kinds without one need a value. */
    record ByKind(Map<Kind, String> texts) implements Standard {
    }

    /** Whatever another setting has. */
    record SameAs(Setting<?> other) implements Standard {
    }

    /** There is none: somebody must set it. */
    record None() implements Standard {
    }
  }

  static <T> Setting<T> reloadable(String key, ValueType<T> type, String standard, String documentation) {
    return new Setting<>(key, type, new Standard.Fixed(standard), Set.of(), Change.RELOAD, false,
        documentation);
  }

  static <T> Setting<T> restarting(String key, ValueType<T> type, String standard, String documentation) {
    return reloadable(key, type, standard, documentation).at(Change.RESTART);
  }

  Setting<T> at(Change other) {
    return new Setting<>(key, type, standard, kinds, other, isSecret, documentation);
  }

  Setting<T> secret() {
    return new Setting<>(key, type, standard, kinds, change, true, documentation);
  }

  Setting<T> only(Kind... some) {
    return new Setting<>(key, type, standard, Set.of(some), change, isSecret, documentation);
  }

  Setting<T> standard(Standard other) {
    return new Setting<>(key, type, other, kinds, change, isSecret, documentation);
  }

  /** Whether an entry of that kind has it. */
  boolean isFor(Kind kind) {
    return kinds.isEmpty() || kinds.contains(kind);
  }

  /** Its key for the entry of that name. */
  String keyFor(String name) {
    return key.replace(ANY, name);
  }

  /** The part of the key before the first dot. */
  String group() {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /** The last part of the key. */
  String lastPart() {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** The part of the key between the name of the entry and the last one, such as {@code tls}; mostly empty. */
  String subgroup() {
    int begin = key.contains(ANY) ? key.indexOf(ANY) + ANY.length() + 1 : group().length() + 1;
    int end = key.lastIndexOf('.');
    return begin < end ? key.substring(begin, end) : "";
  }

  /** The name in the environment of a key, or of a group of keys. */
  static String variable(String key) {
    return "STATIONMASTER_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
