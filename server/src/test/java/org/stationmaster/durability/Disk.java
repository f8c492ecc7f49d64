package org.stationmaster.durability;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A disk in memory that knows what of it survives a loss of power. It starts from folders as they are, all of it
 * durable, takes in the record that {@code powerlog.c} wrote, and then leaves in the folders what a disk may hold after
 * the power failed:
 * <ul>
 * <li>Bytes and lengths are durable once their file was synced; later writes may be there as a whole, in single
 * sectors, or not at all.
 * <li>Names are durable once their folder was synced. Of a folder's later changes a first part may be there, in their
 * order; different folders are independent. A rename between two folders happens in both or in neither, as on every
 * journaling file system, and is durable when either was synced.
 * <li>Syncing a file says nothing of its name, and syncing a folder nothing of the bytes in its files.
 * </ul>
 */
final class Disk {
  private static final int HEADER = 32;
  private static final int SECTOR = 512;

  private sealed interface Inode {
  }

  private static final class Folder implements Inode {
    /** What is there for those who look now. */
    final Map<String, Inode> seen = new TreeMap<>();
    /** What is there whatever happens. */
    final Map<String, Inode> durable = new TreeMap<>();
  }

  private static final class DataFile implements Inode {
    final Bytes durable = new Bytes();
    final Deque<Change> waiting = new ArrayDeque<>();
  }

  /** A write, or with {@code data} null a change of the length to {@code offset}. */
  private record Change(long time, long offset, byte[] data) {
  }

  /** Names that change together; {@code inode} null takes a name away. */
  private record Renaming(long time, List<Edit> edits) {
    boolean touches(Collection<Folder> folders) {
      return edits.stream().anyMatch(edit -> folders.contains(edit.folder));
    }
  }

  private record Edit(Folder folder, String name, Inode inode) {
    void in(Map<String, Inode> names) {
      if (inode == null) {
        names.remove(name);
      } else {
        names.put(name, inode);
      }
    }
  }

  private record Sync(long time, Inode inode) {
  }

  private final List<Path> paths;
  private final List<Folder> roots = new ArrayList<>();
  private final Map<Long, Inode> byNumber = new HashMap<>();
  private final List<Renaming> waiting = new ArrayList<>();
  private final Map<Long, Sync> syncs = new HashMap<>();
  private long now;

  /** Takes the folders as they are; nobody may change them meanwhile. */
  Disk(List<Path> paths) throws IOException {
    this.paths = List.copyOf(paths);
    for (Path path : paths) {
      roots.add((Folder) read(path));
    }
  }

  private Inode read(Path path) throws IOException {
    Inode inode;
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Folder folder = new Folder();
      try (Stream<Path> entries = Files.list(path)) {
        for (Path entry : entries.toList()) {
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
              || Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
            folder.seen.put(entry.getFileName().toString(), read(entry));
          }
        }
      }
      folder.durable.putAll(folder.seen);
      inode = folder;
    } else {
      DataFile file = new DataFile();
      file.durable.write(0, Files.readAllBytes(path));
      inode = file;
    }
    byNumber.put((Long) Files.getAttribute(path, "unix:ino"), inode);
    return inode;
  }

  /** Takes in what happened since. A record that was cut short is of a change that nobody was told of. */
  void replay(Path log) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(log), 1 << 16)) {
      while (true) {
        ByteBuffer head = ByteBuffer.wrap(exactly(in, HEADER)).order(ByteOrder.LITTLE_ENDIAN);
        int type = head.getInt();
        int nameLength = Short.toUnsignedInt(head.getShort());
        int newNameLength = Short.toUnsignedInt(head.getShort());
        long a = head.getLong();
        long b = head.getLong();
        int length = Math.toIntExact(head.getLong());
        String name = new String(exactly(in, nameLength), StandardCharsets.UTF_8);
        String newName = new String(exactly(in, newNameLength), StandardCharsets.UTF_8);
        now++;
        switch (type) {
          case 1 -> appears(a, name, b, new DataFile());
          case 2 -> appears(a, name, b, new Folder());
          case 3 -> change(new Edit(folder(a), name, byNumber.get(b)));
          case 4 -> change(new Edit(folder(a), name, null), new Edit(folder(b), newName, folder(a).seen.get(name)));
          case 5 -> change(new Edit(folder(a), name, null));
          case 6 -> file(a).waiting.add(new Change(now, b, exactly(in, length)));
          case 7 -> file(a).waiting.add(new Change(now, b, null));
          case 8 -> syncs.put(b, new Sync(now, byNumber.get(a)));
          case 9 -> ended(syncs.remove(b));
          default -> throw new AssertionError("the record cannot be used: " + name);
        }
      }
    } catch (EOFException expected) {
      // All is read.
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private Folder folder(long number) {
    return (Folder) byNumber.get(number);
  }

  private DataFile file(long number) {
    return (DataFile) byNumber.get(number);
  }

  private void appears(long folder, String name, long number, Inode inode) {
    byNumber.put(number, inode);
    change(new Edit(folder(folder), name, inode));
  }

  private void change(Edit... edits) {
    for (Edit edit : edits) {
      edit.in(edit.folder.seen);
    }
    waiting.add(new Renaming(now, List.of(edits)));
  }

  private void ended(Sync sync) {
    switch (sync.inode) {
      case DataFile file -> {
        while (!file.waiting.isEmpty() && file.waiting.peek().time < sync.time) {
          file.durable.apply(file.waiting.poll());
        }
      }
      case Folder folder -> makeDurable(folder, sync.time);
    }
  }

  /** With a change of names all that came before it in the same folders is durable. */
  private void makeDurable(Folder synced, long time) {
    Set<Folder> folders = new HashSet<>(Set.of(synced));
    List<Renaming> chosen = new ArrayList<>();
    for (Renaming renaming : waiting.reversed()) {
      if (renaming.time < time && renaming.touches(folders)) {
        renaming.edits.forEach(edit -> folders.add(edit.folder));
        chosen.addFirst(renaming);
      }
    }
    chosen.forEach(renaming -> renaming.edits.forEach(edit -> edit.in(edit.folder.durable)));
    waiting.removeAll(new HashSet<>(chosen));
  }

  /** How much of what was not synced a loss of power takes; {@code BYTES} takes them all and leaves their names. */
  enum Loss {
    ALL, BYTES, SOME, NONE
  }

  /** Leaves in the folders what a disk may hold now. The disk is used up. */
  void losePower(Loss loss, Random random) throws IOException {
    Set<Folder> ended = new HashSet<>();
    for (Renaming renaming : waiting) {
      if (renaming.touches(ended) || loss != Loss.BYTES && isLost(loss, random)) {
        renaming.edits.forEach(edit -> ended.add(edit.folder));
      } else {
        renaming.edits.forEach(edit -> edit.in(edit.folder.durable));
      }
    }
    for (int i = 0; i < roots.size(); i++) {
      remove(paths.get(i));
      write(paths.get(i), roots.get(i), loss, random);
    }
  }

  private static boolean isLost(Loss loss, Random random) {
    return switch (loss) {
      case ALL, BYTES -> true;
      case SOME -> random.nextInt(4) == 0;
      case NONE -> false;
    };
  }

  private static void write(Path path, Inode inode, Loss loss, Random random) throws IOException {
    switch (inode) {
      case Folder folder -> {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        for (Map.Entry<String, Inode> entry : folder.durable.entrySet()) {
          write(path.resolve(entry.getKey()), entry.getValue(), loss, random);
        }
      }
      case DataFile file -> {
        Bytes bytes = file.durable;
        for (Change change : file.waiting) {
          if (!isLost(loss, random)) {
            bytes.apply(change);
          } else if (loss == Loss.SOME) {
            bytes.tear(change, random);
          }
        }
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(path, bytes.toArray());
      }
    }
  }

  static void remove(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  /** What a file holds. */
  private static final class Bytes {
    private byte[] bytes = new byte[0];
    private int size;

    void apply(Change change) {
      if (change.data == null) {
        resize(Math.toIntExact(change.offset));
      } else {
        write(Math.toIntExact(change.offset), change.data);
      }
    }

    /** Of a write single sectors arrive, and the length may be the new one all the same. */
    void tear(Change change, Random random) {
      if (change.data == null) {
        return;
      }
      int end = Math.toIntExact(change.offset) + change.data.length;
      if (end > size && random.nextBoolean()) {
        resize(end);
      }
      for (int at = Math.toIntExact(change.offset); at < end; ) {
        int next = Math.min(end, (at / SECTOR + 1) * SECTOR);
        if (next <= size && random.nextBoolean()) {
          int from = at - Math.toIntExact(change.offset);
          write(at, Arrays.copyOfRange(change.data, from, from + next - at));
        }
        at = next;
      }
    }

    void write(int offset, byte[] data) {
      if (offset + data.length > size) {
        resize(offset + data.length);
      }
      System.arraycopy(data, 0, bytes, offset, data.length);
    }

    private void resize(int newSize) {
      if (newSize > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(newSize, 2 * bytes.length));
      }
      if (newSize < size) {
        Arrays.fill(bytes, newSize, size, (byte) 0);
      }
      size = newSize;
    }

    byte[] toArray() {
      return Arrays.copyOf(bytes, size);
    }
  }
}
