package org.stationmaster.backup;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.stationmaster.database.DatabaseInspection;

/** A backup that has been unpacked beside its place and found whole; {@link #install} puts it there. */
public final class Restore implements AutoCloseable {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final String ROOT = "root";
  private static final long LARGEST_MANIFEST = 4 << 20;

  private final Path staging;
  private final Map<String, TarEntry> entries = new LinkedHashMap<>();
  private final Map<String, String> sums = new LinkedHashMap<>();
  private final String ending = ".former-" + TIME.format(Instant.now());
  private Manifest manifest;

  private Restore(Path staging) {
    this.staging = staging;
  }

  /**
   * Unpacks {@code file} and checks it.
   *
   * @param home in which it is unpacked, in a folder that nobody else can read
   * @throws BackupException when it is damaged, or of a later version
   */
  public static Restore open(Path file, Path home) throws BackupException, IOException {
    Restore restore = new Restore(Files.createTempDirectory(home, ".restore-"));
    try {
      restore.unpack(file);
      restore.check(file);
      return restore;
    } catch (BackupException | IOException | RuntimeException e) {
      restore.close();
      throw e;
    }
  }

  /** Where its configuration is, as long as this is not closed. */
  public Path config() {
    return staging.resolve(Backup.CONFIG);
  }

  /** What it says of itself. */
  public Manifest manifest() {
    return manifest;
  }

  private void unpack(Path file) throws BackupException, IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      InputStream archive = new BufferedInputStream(gunzipped(file, bytes));
      for (Optional<TarEntry> next = TarEntry.read(archive); next.isPresent(); next = TarEntry.read(archive)) {
        take(next.get(), archive);
      }
    } catch (BackupException e) {
      throw e;
    } catch (IOException e) {
      throw new BackupException(file + " cannot be used: " + e.getMessage() + "; take another backup.", e);
    }
    Files.createDirectories(config());
  }

  private static InputStream gunzipped(Path file, InputStream bytes) throws BackupException, IOException {
    try {
      return new GZIPInputStream(bytes);
    } catch (ZipException e) {
      throw new BackupException(file + " is no backup: a file .tar.gz of \"stationmaster backup\" is expected.", e);
    }
  }

  private void take(TarEntry entry, InputStream archive) throws BackupException, IOException {
    if (entry.name().equals(Manifest.NAME)) {
      if (entry.size() > LARGEST_MANIFEST) {
        throw new IOException("its list is too long");
      }
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      entry.copy(archive, json);
      manifest = Manifest.read(json.toByteArray());
      return;
    }
    Path target = staging.resolve(entry.name()).normalize();
    boolean isOurs = entry.name().startsWith(Backup.CONFIG) || entry.name().startsWith(Backup.KEYS)
        || entry.name().equals(Backup.DATABASE);
    if (!isOurs || !target.startsWith(staging) || !staging.relativize(target).toString().replace('\\', '/')
        .equals(entry.name())) {
      throw new IOException("it holds \"" + entry.name() + "\", which no backup does");
    }
    Files.createDirectories(target.getParent());
    DigestOutputStream out;
    try (FileChannel channel = FileChannel.open(target, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        Backup.mode("rw-------"))) {
      OutputStream plain = Channels.newOutputStream(channel);
      out = new DigestOutputStream(plain, Backup.sha256());
      entry.copy(archive, out);
      channel.force(true);
    }
    sums.put(entry.name(), HexFormat.of().formatHex(out.getMessageDigest().digest()));
    entries.put(entry.name(), entry);
  }

  private void check(Path file) throws BackupException {
    if (manifest == null || !manifest.files().equals(sums)) {
      throw new BackupException(file + " is damaged: what it holds is not what its list says; take another backup.");
    }
    if (manifest.schema() > DatabaseInspection.newestSchema()) {
      throw new BackupException("The backup was made by Stationmaster " + manifest.version() + " with a database of"
          + " schema " + manifest.schema() + ", and this one knows " + DatabaseInspection.newestSchema()
          + "; restore it with that version or a later one.");
    }
  }

  /**
   * Which files would be replaced by others.
   *
   * @param target where things go; {@link Target#isUntouched} says what does not count
   */
  public List<Path> replaced(Target target) throws IOException {
    List<Path> replaced = new ArrayList<>();
    for (String name : entries.keySet()) {
      if (isReplaced(name, target)) {
        replaced.add(target.of(name));
      }
    }
    return replaced;
  }

  private boolean isReplaced(String name, Target target) throws IOException {
    Path file = target.of(name);
    return Files.exists(file) && Files.mismatch(file, staging.resolve(name)) >= 0 && !target.isUntouched(file)
        || name.equals(Backup.DATABASE) && Files.exists(beside(file, "-wal"));
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  /**
   * Puts every file in its place with its mode and, for root, its owner. What was there is kept beside it.
   *
   * @return the former files, where they are now
   */
  public List<Path> install(Target target) throws IOException {
    // All are on their disks before the first one is exchanged.
    for (Map.Entry<String, TarEntry> each : entries.entrySet()) {
      stage(staging.resolve(each.getKey()), target.of(each.getKey()), each.getValue());
    }
    List<Path> former = new ArrayList<>();
    for (String name : entries.keySet()) {
      Path file = target.of(name);
      if (isReplaced(name, target)) {
        former.add(Files.move(file, beside(file, ending)));
      }
      if (name.equals(Backup.DATABASE)) {
        // Its journal belongs to the former one.
        for (String side : List.of("-wal", "-shm")) {
          if (Files.exists(beside(file, side))) {
            former.add(Files.move(beside(file, side), beside(file, ending + side)));
          }
        }
      }
      Files.move(staged(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return former;
  }

  private static Path staged(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".restored");
  }

  private static void stage(Path from, Path file, TarEntry like) throws IOException {
    Files.createDirectories(file.getParent(), Backup.mode("rwx------"));
    Path staged = staged(file);
    Files.copy(from, staged, StandardCopyOption.REPLACE_EXISTING);
    if (Backup.isPosix(staged)) {
      own(staged, like);
      Files.setPosixFilePermissions(staged, permissions(like.mode()));
    }
    try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Only root gives files away; where there is no such user, they go to the owner of their folder. */
  private static void own(Path file, TarEntry like) throws IOException {
    if (!isRoot()) {
      return;
    }
    UserPrincipalLookupService names = file.getFileSystem().getUserPrincipalLookupService();
    try {
      Files.setOwner(file, names.lookupPrincipalByName(like.owner()));
      Files.getFileAttributeView(file, PosixFileAttributeView.class)
          .setGroup(names.lookupPrincipalByGroupName(like.group()));
    } catch (UserPrincipalNotFoundException expected) {
      giveToOwnerOfFolder(file);
    }
    if (Files.getOwner(file.getParent()).getName().equals(ROOT)) {
      // We have made it, or it was root's before.
      PosixFileAttributes owned = Files.readAttributes(file, PosixFileAttributes.class);
      Files.setOwner(file.getParent(), owned.owner());
      Files.getFileAttributeView(file.getParent(), PosixFileAttributeView.class).setGroup(owned.group());
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals(ROOT);
  }

  /** What root makes beside restored files is the server's. */
  public static void giveToOwnerOfFolder(Path file) throws IOException {
    if (isRoot() && Files.exists(file)) {
      Files.setOwner(file, Files.getOwner(file.getParent()));
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      if ((mode & 0400 >> i) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }

  /** Removes what was unpacked. */
  @Override
  public void close() throws IOException {
    Files.walkFileTree(staging, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
        Files.delete(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
