package org.stationmaster.storage;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The place of a cut upload that its owner may go on with: {@code .stationmaster/partial/HASH}, where the hash is of
 * owner and path, and beside it {@code HASH.json} with what the hash hides. Its time of modification is when it was
 * cut. Who takes it renames it away, so that of two who try one has it.
 */
final class Partial {
  /** What the name of the description adds to that of the bytes. */
  static final String DESCRIPTION = ".json";

  private final Staging staging;
  private final String owner;
  private final VirtualPath path;
  private final Duration window;
  private final String name;

  Partial(Staging staging, String owner, VirtualPath path, Duration window) {
    this.staging = staging;
    this.owner = owner;
    this.path = path;
    this.window = window;
    this.name = nameOf(owner, path);
  }

  private static String nameOf(String owner, VirtualPath path) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(hash.digest((owner + '\0' + path).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * What is told of a cut upload.
   *
   * @param owner whose it is
   * @param path where it was going
   * @param peer who sent it
   * @param cut when it ended
   */
  record Description(String owner, String path, String peer, Instant cut) {
    /** The description beside a partial. A loss of power may have taken its words: then the time is all there is. */
    static Description read(Folder folder, FileFacts partial) throws StorageException {
      try (OpenedFile file = folder.openFile(partial.name() + DESCRIPTION)) {
        ByteBuffer text = ByteBuffer.allocate((int) file.facts("").size());
        file.read(text, 0);
        Map<String, Object> fields = JSON.std.mapFrom(text.array());
        return new Description(String.valueOf(fields.get("account")), String.valueOf(fields.get("path")),
            String.valueOf(fields.get("peer")), partial.modified());
      } catch (StorageException.NotFound expected) {
        return new Description("", "", "", partial.modified());
      } catch (StorageException e) {
        throw e;
      } catch (IOException expected) {
        return new Description("", "", "", partial.modified());
      }
    }

    ByteBuffer text() throws StorageException {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("account", owner);
      fields.put("path", path);
      fields.put("peer", peer);
      fields.put("cut", cut.toString());
      try {
        return ByteBuffer.wrap(JSON.std.asBytes(fields));
      } catch (IOException e) {
        throw new StorageException.Failed(e.getMessage(), e);
      }
    }
  }

  /** Whether cut uploads are kept at all. */
  boolean isKept() {
    return !window.isZero();
  }

  /** The file with all bytes that are there, if one is and its time is not over. */
  Optional<FileFacts> find() throws StorageException {
    return isKept() ? Home.factsIfThere(staging.partials(), name).filter(facts -> !isOver(facts, window))
        : Optional.empty();
  }

  static boolean isOver(FileFacts partial, Duration window) {
    return !Instant.now().isBefore(partial.modified().plus(window));
  }

  /**
   * How many bytes of a partial clients are told of: all but the last. All of the file may have come and only the OK
   * have been lost; a client that compares sizes would take it for published and delete its copy. So there is always
   * something left to send, and the file is published or nobody believes it is.
   */
  static long shownSize(FileFacts partial) {
    return partial.size() - 1;
  }

  /** Moves it to where uploads grow. */
  OpenedFile take(String stagedName) throws StorageException {
    staging.take(name, stagedName);
    removeIfThere(staging.partials(), name + DESCRIPTION);
    return staging.reopen(stagedName);
  }

  /** Makes an upload, whose bytes are durable, the partial; one that was there before is gone then. */
  Instant keep(String stagedName, String peer, Instant cut) throws StorageException {
    String description = staging.newName();
    try (OpenedFile file = staging.create(description)) {
      file.write(new Description(owner, path.toString(), peer, cut).text(), 0);
      staging.putInPlace(description, staging.partials(), name + DESCRIPTION, true);
    } catch (StorageException e) {
      staging.discard(description);
      throw e;
    }
    staging.putInPlace(stagedName, staging.partials(), name, true);
    return cut.plus(window);
  }

  /** Removes it; whether there was one. */
  boolean remove() throws StorageException {
    return remove(staging.partials(), name);
  }

  static boolean remove(Folder partials, String name) throws StorageException {
    boolean wasThere = removeIfThere(partials, name);
    if (wasThere) {
      removeIfThere(partials, name + DESCRIPTION);
    }
    return wasThere;
  }

  static boolean removeIfThere(Folder folder, String file) throws StorageException {
    try {
      folder.removeFile(file);
      return true;
    } catch (StorageException.NotFound expected) {
      return false;
    }
  }
}
