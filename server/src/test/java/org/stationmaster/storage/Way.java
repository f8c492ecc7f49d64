package org.stationmaster.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The ways to reach files; every test of behaviour runs on each of them. */
enum Way {
  LINUX_WITH_OPENAT2,
  LINUX_COMPONENT_BY_COMPONENT,
  PORTABLE;

  FileTree tree() {
    return switch (this) {
      case LINUX_WITH_OPENAT2 -> {
        assumeTrue(SystemCall.isSupported() && LinuxTree.hasOpenat2(), "openat2 is not available");
        yield new LinuxTree(true);
      }
      case LINUX_COMPONENT_BY_COMPONENT -> {
        assumeTrue(SystemCall.isSupported(), "this is not Linux");
        yield new LinuxTree(false);
      }
      case PORTABLE -> new PortableTree();
    };
  }

  /** Whether folders are held by descriptor. */
  boolean isLinux() {
    return this != PORTABLE;
  }
}
