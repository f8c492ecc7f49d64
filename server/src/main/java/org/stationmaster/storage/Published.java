package org.stationmaster.storage;

import java.util.Optional;

/**
 * What came of giving a file its name.
 *
 * @param name the name that it has
 * @param version the name that the file which was there has now, if it is kept
 * @param oldVersionsRemoved how many older ones had to make room for it
 * @param wasThere whether the same content was there under that name already, so that nothing changed
 * @param gone what is not in the home any more
 */
public record Published(String name, Optional<String> version, int oldVersionsRemoved, boolean wasThere, Amount gone) {
  static Published as(String name, Amount gone) {
    return new Published(name, Optional.empty(), 0, false, gone);
  }

  /**
   * Files and their bytes.
   *
   * @param bytes of all of them
   * @param files how many
   */
  record Amount(long bytes, long files) {
    static final Amount NONE = new Amount(0, 0);

    static Amount of(FileFacts file) {
      return file.isFile() ? new Amount(file.size(), 1) : NONE;
    }

    Amount plus(Amount other) {
      return new Amount(bytes + other.bytes, files + other.files);
    }

    Amount minus(Amount other) {
      return new Amount(bytes - other.bytes, files - other.files);
    }
  }
}
