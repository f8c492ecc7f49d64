package org.stationmaster.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A valid configuration and where each value comes from.
 *
 * @param configuration the values
 * @param settings every setting in the order of the shipped file
 */
public record EffectiveConfiguration(Configuration configuration, List<EffectiveSetting> settings) {
  /** Copies the list. */
  public EffectiveConfiguration {
    settings = List.copyOf(settings);
  }

  /** What is different in {@code after}, in order; who set it is no difference. */
  public List<ChangedSetting> changesTo(EffectiveConfiguration after) {
    Map<String, EffectiveSetting> old = byKey();
    Map<String, EffectiveSetting> young = after.byKey();
    Set<String> keys = new LinkedHashSet<>(young.keySet());
    keys.addAll(old.keySet());
    List<ChangedSetting> changes = new ArrayList<>();
    for (String key : keys) {
      Optional<EffectiveSetting> was = Optional.ofNullable(old.get(key));
      Optional<EffectiveSetting> is = Optional.ofNullable(young.get(key));
      if (!was.map(EffectiveSetting::value).equals(is.map(EffectiveSetting::value))) {
        boolean needsRestart = is.or(() -> was).orElseThrow().needsRestart();
        changes.add(new ChangedSetting(key, was.map(EffectiveSetting::shown), is.map(EffectiveSetting::shown),
            needsRestart));
      }
    }
    return changes;
  }

  private Map<String, EffectiveSetting> byKey() {
    Map<String, EffectiveSetting> byKey = new LinkedHashMap<>();
    settings.forEach(setting -> byKey.put(setting.key(), setting));
    return byKey;
  }
}
