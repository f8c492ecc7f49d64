package org.stationmaster.storage;

import java.nio.file.Path;

/** How folders and files are reached on this operating system; chosen once at start. */
sealed interface FileTree extends AutoCloseable permits LinuxTree, PortableTree {
  /** The best there is here. */
  static FileTree ofThisSystem() {
    return SystemCall.isSupported() && LinuxTree.works() ? new LinuxTree(LinuxTree.hasOpenat2()) : new PortableTree();
  }

  /** A folder that the administrator named, so links on the way to it are followed. */
  Folder open(Path path) throws StorageException;

  @Override
  void close();
}
