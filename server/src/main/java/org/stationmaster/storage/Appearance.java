package org.stationmaster.storage;

import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * How a published file or a created folder looks to other users of the machine.
 *
 * @param mode permission bits, whatever the umask
 * @param group empty leaves it to the operating system
 */
record Appearance(Set<PosixFilePermission> mode, Optional<Group> group) {
  /** Only the server's user sees it. */
  static final Appearance PRIVATE = new Appearance(Set.of(PosixFilePermission.OWNER_READ,
      PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE), Optional.empty());

  /**
   * A group that exists and may be given.
   *
   * @param principal as java.nio wants it
   * @param number as Linux wants it
   */
  record Group(GroupPrincipal principal, int number) {
  }

  /** {@link #mode} as a number. PosixFilePermission counts from the owner's right to read down, as the bits do. */
  int modeBits() {
    return mode.stream().mapToInt(permission -> 0400 >> permission.ordinal()).sum();
  }

  StorageException.Failed groupRefused(Throwable cause) {
    return new StorageException.Failed("the group \"" + group.map(g -> g.principal().getName()).orElse("")
        + "\" cannot be given to it: the server's user must be a member of the group (storage.group)", cause);
  }
}
