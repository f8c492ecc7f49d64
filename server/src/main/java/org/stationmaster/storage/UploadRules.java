package org.stationmaster.storage;

import java.util.Optional;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.config.UploadName;

/**
 * What holds for the uploads into one home.
 *
 * @param owner whose home it is, for names and events
 * @param onOverwrite when another file of that name is there; empty leaves it to the settings
 * @param quotaSize what the home may hold; empty is without limit
 * @param quotaFiles how many files the home may hold; empty is without limit
 * @param largest the largest file that is taken, 0 for any; empty leaves it to the settings
 * @param name the name that an upload gets; empty is the one that the client sent
 * @param appendDedupe whether an append that is sent again is written once; empty leaves it to the settings
 */
public record UploadRules(String owner, Optional<OverwritePolicy> onOverwrite, Optional<DataSize> quotaSize,
    Optional<Long> quotaFiles, Optional<DataSize> largest, Optional<UploadName> name,
    Optional<Boolean> appendDedupe) {
  /** The settings alone decide. */
  static final UploadRules STANDARD = new UploadRules("", Optional.empty(), Optional.empty(), Optional.empty(),
      Optional.empty(), Optional.empty(), Optional.empty());

  boolean hasQuota() {
    return quotaSize.isPresent() || quotaFiles.isPresent();
  }
}
