package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Where partials lie outside of the data folder, so that a sweep finds them before their account comes again: a small
 * file for each such folder beside the partials of the data folder.
 */
final class StagingRoots {
  private static final String ENDING = ".root";

  private final Folder folder;

  StagingRoots(Folder folder) {
    this.folder = folder;
  }

  private static String nameOf(String root) {
    return UUID.nameUUIDFromBytes(root.getBytes(StandardCharsets.UTF_8)) + ENDING;
  }

  static boolean isOne(FileFacts file) {
    return file.name().endsWith(ENDING);
  }

  /** Remembers a folder; once more is as good. */
  void add(String root) throws StorageException {
    try (OpenedFile file = folder.createFile(nameOf(root))) {
      file.write(ByteBuffer.wrap(root.getBytes(StandardCharsets.UTF_8)), 0);
      file.sync();
    } catch (StorageException.AlreadyExists expected) {
      // Since an earlier one.
    }
  }

  List<String> all() throws StorageException {
    List<String> roots = new ArrayList<>();
    for (FileFacts entry : folder.list()) {
      if (isOne(entry)) {
        String root = read(entry);
        if (nameOf(root).equals(entry.name())) {
          roots.add(root);
        } else {
          // A loss of power came before its bytes.
          folder.removeFile(entry.name());
        }
      }
    }
    return roots;
  }

  private String read(FileFacts entry) throws StorageException {
    try (OpenedFile file = folder.openFile(entry.name())) {
      ByteBuffer text = ByteBuffer.allocate((int) entry.size());
      file.read(text, 0);
      return StandardCharsets.UTF_8.decode(text.flip()).toString();
    }
  }

  /** Forgets a folder that has no partials any more. */
  void remove(String root) throws StorageException {
    folder.removeFile(nameOf(root));
  }
}
