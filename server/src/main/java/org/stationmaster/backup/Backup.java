package org.stationmaster.backup;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.stationmaster.config.PathSettings;
import org.stationmaster.database.DatabaseCopy;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.database.DatabaseInspection;

/**
 * Makes a backup while the server runs: the folders of the configuration and of the keys, and the database as it is at
 * one moment, as a tar archive with mode 0600.
 */
public final class Backup {
  static final String CONFIG = "config/";
  static final String KEYS = "keys/";
  static final String DATABASE = "state/stationmaster.db";
  /** Neither needs more than a few kilobytes. */
  private static final long LARGEST = 16 << 20;

  private final PathSettings paths;
  private final String version;
  private final Map<String, String> sums = new LinkedHashMap<>();

  /** Of the installation that has these paths. */
  public Backup(PathSettings paths, String version) {
    this.paths = paths;
    this.version = version;
  }

  /** Writes it to {@code file}, which must not exist; there is no half one at any time. */
  public Manifest write(Path file) throws BackupException, IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path partial = file.resolveSibling("." + file.getFileName() + ".new");
    Path database = file.resolveSibling("." + file.getFileName() + ".db");
    Files.deleteIfExists(partial);
    Files.deleteIfExists(database);
    try (FileChannel channel = FileChannel.open(partial, Set.of(StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE), mode("rw-------"))) {
      OutputStream archive = new GZIPOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
      addFolder(archive, CONFIG, paths.config());
      addFolder(archive, KEYS, paths.keys());
      int schema = addDatabase(archive, database);
      Manifest manifest = new Manifest(version, schema, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), sums);
      byte[] json = manifest.toJson();
      new TarEntry(Manifest.NAME, 0600, json.length, Instant.now().getEpochSecond(), "", "").write(archive,
          new ByteArrayInputStream(json));
      TarEntry.end(archive);
      archive.close();
      return publish(partial, file, manifest);
    } finally {
      Files.deleteIfExists(partial);
      Files.deleteIfExists(database);
    }
  }

  private static Manifest publish(Path partial, Path file, Manifest manifest) throws IOException {
    try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    // Unlike a rename it never replaces.
    Files.createLink(file, partial);
    return manifest;
  }

  private void addFolder(OutputStream archive, String prefix, Path folder) throws IOException, BackupException {
    if (Files.notExists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      if (Files.size(file) > LARGEST) {
        throw new BackupException(file + " is too large to be configuration or a key; move it elsewhere.");
      }
      // Whole in memory, so that one that is written at this moment does not spoil the archive.
      byte[] content = Files.readAllBytes(file);
      add(archive, prefix + folder.relativize(file).toString().replace('\\', '/'), file, content.length,
          new ByteArrayInputStream(content));
    }
  }

  /** Its schema; 0 if there is no database. */
  private int addDatabase(OutputStream archive, Path copy) throws IOException, BackupException {
    if (Files.notExists(paths.database())) {
      return 0;
    }
    try {
      DatabaseCopy.make(paths.database(), copy);
    } catch (DatabaseException e) {
      throw new BackupException(e.getMessage() + ". \"stationmaster doctor\" looks at it.", e);
    }
    DatabaseInspection inspection = DatabaseInspection.of(copy);
    if (inspection.state() == DatabaseInspection.State.DAMAGED) {
      throw new BackupException("The database " + paths.database() + " is damaged: " + inspection.details()
          + "; keep the backups that you have.");
    }
    try (InputStream content = Files.newInputStream(copy)) {
      add(archive, DATABASE, paths.database(), Files.size(copy), content);
    }
    return inspection.schema();
  }

  private void add(OutputStream archive, String name, Path like, long size, InputStream content) throws IOException {
    DigestInputStream digested = new DigestInputStream(content, sha256());
    new TarEntry(name, modeOf(like), size, Files.getLastModifiedTime(like).toMillis() / 1000, ownerOf(like, "owner"),
        ownerOf(like, "group")).write(archive, digested);
    sums.put(name, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
  }

  private static int modeOf(Path file) throws IOException {
    return isPosix(file) ? (int) Files.getAttribute(file, "unix:mode") & 0777 : 0600;
  }

  private static String ownerOf(Path file, String which) throws IOException {
    return isPosix(file) ? ((Principal) Files.getAttribute(file, "posix:" + which)).getName() : "";
  }

  static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  static FileAttribute<?>[] mode(String permissions) {
    return isPosix(Path.of("")) ? new FileAttribute<?>[] {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))} : new FileAttribute<?>[0];
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
