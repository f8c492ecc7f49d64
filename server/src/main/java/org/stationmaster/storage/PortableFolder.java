package org.stationmaster.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A folder by its path: {@code root}, which has no links in it, and the names below it. */
final class PortableFolder implements Folder {
  private static final String LINK = "a symbolic link is in the path";

  private final Path root;
  private final List<String> names;

  PortableFolder(Path root, List<String> names) {
    this.root = root;
    this.names = names;
  }

  /** Where it is, after a look at every name on the way. */
  private Path path() throws StorageException {
    Path path = root;
    for (String name : names) {
      path = child(path, name);
      FileFacts.Kind kind = read(path, name).kind();
      if (kind == FileFacts.Kind.LINK) {
        throw new StorageException.PathRefused(LINK);
      }
      if (kind != FileFacts.Kind.FOLDER) {
        throw new StorageException.WrongKind("a part of the path is not a folder");
      }
    }
    return path;
  }

  /** A name that this system would take for a path, a drive or a stream is none. */
  private static Path child(Path folder, String name) throws StorageException.PathRefused {
    try {
      Path path = folder.resolve(name);
      if (!folder.equals(path.getParent()) || !path.getFileName().toString().equals(name)) {
        throw new StorageException.PathRefused("a name in the path is not one on this operating system");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new StorageException.PathRefused("a name in the path cannot be written in the encoding of file names "
          + "(start the server with LC_ALL=C.UTF-8)");
    }
  }

  private Path child(String name) throws StorageException {
    return name.isEmpty() ? path() : child(path(), name);
  }

  private static FileFacts read(Path path, String name) throws StorageException {
    try {
      return facts(path, name);
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  static FileFacts facts(Path path, String name) throws IOException {
    boolean hasMode = Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    Class<? extends BasicFileAttributes> type = hasMode ? PosixFileAttributes.class : BasicFileAttributes.class;
    BasicFileAttributes attributes = Files.readAttributes(path, type, LinkOption.NOFOLLOW_LINKS);
    FileFacts.Kind kind = attributes.isRegularFile() ? FileFacts.Kind.FILE
        : attributes.isDirectory() ? FileFacts.Kind.FOLDER
        : attributes.isSymbolicLink() ? FileFacts.Kind.LINK : FileFacts.Kind.OTHER;
    return new FileFacts(name, kind, kind == FileFacts.Kind.FILE ? attributes.size() : 0,
        attributes.lastModifiedTime().toInstant(), attributes.lastAccessTime().toInstant(),
        attributes instanceof PosixFileAttributes posix ? posix.permissions() : Set.of(), 1);
  }

  @FunctionalInterface
  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T perform(Action<T> action) throws StorageException {
    try {
      return action.run();
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public Identity identity() throws StorageException {
    Path path = path();
    return perform(() -> {
      FileStore store = Files.getFileStore(path);
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return new Identity(store, key == null ? path : key);
    });
  }

  @Override
  public PortableFolder open(List<String> below) throws StorageException {
    List<String> all = new ArrayList<>(names);
    all.addAll(below);
    PortableFolder folder = new PortableFolder(root, List.copyOf(all));
    folder.path();
    return folder;
  }

  private record HeldFile(Version version, FileFacts facts) implements Held {
    @Override
    public void close() {
      // Java cannot hold a file without keeping others from replacing it.
    }
  }

  @Override
  public Optional<Held> hold(String name) throws StorageException {
    Path path = child(name);
    return perform(() -> {
      try {
        return Optional.of(new HeldFile(version(path), facts(path, name)));
      } catch (NoSuchFileException expected) {
        return Optional.empty();
      }
    });
  }

  static Version version(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object key = attributes.fileKey();
    return new Version(key == null ? path : key, attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  @Override
  public FileFacts facts(String name) throws StorageException {
    return read(child(name), name);
  }

  @Override
  public Capacity capacity() throws StorageException {
    Path path = path();
    return perform(() -> {
      FileStore store = Files.getFileStore(path);
      long block = store.getBlockSize();
      return new Capacity(block, store.getTotalSpace() / block, store.getUnallocatedSpace() / block,
          store.getUsableSpace() / block, 0, 0);
    });
  }

  @Override
  public List<String> names() throws StorageException {
    List<String> result = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path())) {
      entries.forEach(entry -> result.add(entry.getFileName().toString()));
      return result;
    } catch (DirectoryIteratorException e) {
      throw PortableTree.exception(e.getCause());
    } catch (IOException e) {
      throw PortableTree.exception(e);
    }
  }

  @Override
  public List<FileFacts> facts(List<String> names) throws StorageException {
    Path folder = path();
    List<FileFacts> result = new ArrayList<>(names.size());
    for (String name : names) {
      try {
        result.add(facts(child(folder, name), name));
      } catch (NoSuchFileException | StorageException.PathRefused expected) {
        FileFacts.ofNoText(name).ifPresent(result::add);
      } catch (IOException e) {
        throw PortableTree.exception(e);
      }
    }
    return result;
  }

  @Override
  public void createFolder(String name, Appearance appearance) throws StorageException {
    Path path = child(name);
    perform(() -> Files.createDirectory(path));
    try {
      appear(path, appearance);
    } catch (StorageException e) {
      removeFolder(name);
      throw e;
    }
  }

  static void appear(Path path, Appearance appearance) throws StorageException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    if (appearance.group().isPresent()) {
      try {
        view.setGroup(appearance.group().get().principal());
      } catch (IOException e) {
        throw appearance.groupRefused(e);
      }
    }
    perform(() -> {
      // Not through the view, which cannot change a mode without following links.
      Files.setPosixFilePermissions(path, appearance.mode());
      return null;
    });
  }

  @Override
  public void removeFolder(String name) throws StorageException {
    Path path = child(name);
    if (!read(path, name).isFolder()) {
      throw new StorageException.WrongKind("it is not a folder");
    }
    delete(path);
  }

  @Override
  public void removeFile(String name) throws StorageException {
    Path path = child(name);
    if (read(path, name).isFolder()) {
      throw new StorageException.WrongKind("it is a folder");
    }
    delete(path);
  }

  private static void delete(Path path) throws StorageException {
    perform(() -> {
      Files.delete(path);
      return null;
    });
  }

  @Override
  public void rename(String name, Folder target, String newName, boolean replace) throws StorageException {
    Path from = child(name);
    Path to = ((PortableFolder) target).child(newName);
    boolean keep = !replace || read(from, name).isFolder();
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && (keep || Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS))) {
      throw new StorageException.AlreadyExists("it exists already");
    }
    perform(() -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public boolean link(String name, Folder target, String newName) throws StorageException {
    Path from = child(name);
    Path to = ((PortableFolder) target).child(newName);
    return perform(() -> {
      if (target != this && version(from).file() instanceof Path) {
        return false; // Nothing would tell that the two names are of one file.
      }
      try {
        Files.createLink(to, from);
        return true;
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        throw e;
      } catch (FileSystemException | UnsupportedOperationException expected) {
        return false;
      }
    });
  }

  @Override
  public void setTimes(String name, Optional<Instant> modified, Optional<Instant> accessed) throws StorageException {
    setTimes(child(name), modified, accessed);
  }

  static void setTimes(Path path, Optional<Instant> modified, Optional<Instant> accessed) throws StorageException {
    perform(() -> {
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(modified.map(FileTime::from).orElse(null), accessed.map(FileTime::from).orElse(null), null);
      return null;
    });
  }

  @Override
  public OpenedFile openFile(String name) throws StorageException {
    return openFile(name, "r");
  }

  @Override
  public OpenedFile openToWrite(String name) throws StorageException {
    return openFile(name, "rw");
  }

  private OpenedFile openFile(String name, String mode) throws StorageException {
    Path path = child(name);
    read(path, name).requireFile();
    return perform(() -> new PortableFile(path, new RandomAccessFile(path.toFile(), mode)));
  }

  @Override
  public OpenedFile createFile(String name) throws StorageException {
    Path path = child(name);
    boolean hasMode = Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    FileAttribute<?>[] ours = hasMode
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
    return perform(() -> {
      Files.createFile(path, ours);
      return new PortableFile(path, new RandomAccessFile(path.toFile(), "rw"));
    });
  }

  @Override
  public Optional<Lock> lock(String name, boolean wait) throws StorageException {
    Path path = child(name);
    return perform(() -> {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
      FileLock lock = null;
      try {
        lock = wait ? channel.lock() : channel.tryLock();
      } catch (IOException | OverlappingFileLockException expected) {
        // Held by this process, or locks do not work here; either way it is not ours.
      }
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(() -> closeQuietly(channel));
    });
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException expected) {
      // The lock ends with the descriptor, whatever its last words.
    }
  }

  @Override
  public void sync() throws StorageException {
    Path path = path();
    if (System.getProperty("os.name").startsWith("Windows")) {
      return; // It opens no folder for that; NTFS keeps a journal of names.
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(path)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          // Interrupted in the middle: again, and the thread is told afterwards.
          interrupted |= Thread.interrupted();
        }
      }
    } catch (IOException e) {
      throw PortableTree.exception(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
  }
}
