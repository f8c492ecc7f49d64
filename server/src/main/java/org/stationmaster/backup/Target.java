package org.stationmaster.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.stationmaster.config.ConfigurationReference;
import org.stationmaster.config.ConfigurationSource;

/**
 * Where a backup goes to.
 *
 * @param config folder of the configuration
 * @param keys folder of the keys
 * @param database file of the database
 */
public record Target(Path config, Path keys, Path database) {
  Path of(String name) {
    if (name.equals(Backup.DATABASE)) {
      return database;
    }
    return name.startsWith(Backup.CONFIG) ? config.resolve(name.substring(Backup.CONFIG.length()))
        : keys.resolve(name.substring(Backup.KEYS.length()));
  }

  /** Whether a file is as an installation has it before anybody has done anything with it. */
  boolean isUntouched(Path file) throws IOException {
    return file.equals(config.resolve(ConfigurationSource.FILE_NAME))
        && Files.readString(file).equals(ConfigurationReference.defaultFile())
        || file.equals(keys.resolve("README.md"));
  }
}
