package org.stationmaster.config;

import java.util.Optional;
import java.util.SequencedMap;

/**
 * A part of the configuration whose entries have names that the operator chooses.
 *
 * @param key what the keys of all entries begin with, such as {@code listeners}
 * @param noun what an entry is called in sentences
 * @param kindPart the last part of the key of the setting that says what kind an entry is
 * @param standard the entries of an installation that names none
 */
record NamedGroup(String key, String noun, String kindPart, SequencedMap<String, Kind> standard) {
  /** Whether the key is that of an entry as a whole. */
  boolean isEntry(String other) {
    return other.startsWith(key + ".") && other.indexOf('.', key.length() + 1) < 0;
  }

  /** The name of the entry in a key below it. */
  Optional<String> nameIn(String other) {
    if (!other.startsWith(key + ".")) {
      return Optional.empty();
    }
    int dot = other.indexOf('.', key.length() + 1);
    return dot < 0 ? Optional.empty() : Optional.of(other.substring(key.length() + 1, dot));
  }

  /** The key of that entry. */
  String entry(String name) {
    return key + "." + name;
  }

  /** The key that says what kind that entry is. */
  String kindKey(String name) {
    return entry(name) + "." + kindPart;
  }

  /** An entry of any name, in a sentence. */
  String withArticle() {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  /** Whether the setting is one of its entries. */
  boolean has(Setting<?> setting) {
    return setting.key().startsWith(key + "." + Setting.ANY + ".");
  }
}
