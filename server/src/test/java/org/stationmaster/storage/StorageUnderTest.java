package org.stationmaster.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.stationmaster.LiveTree;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.config.StorageSettings.ExpiredPartials;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;

/** A storage on a temporary folder with the home of one station and a folder outside of it. */
final class StorageUnderTest implements AutoCloseable {
  static final String OWNER = "station";
  /** Who uploads. */
  static final Sender SENDER = new Sender(OWNER, "SFTP", "192.0.2.7:1024");

  final Path data;
  final Path outside;
  final Path homePath;
  final Storage storage;
  final Home home;
  final Database database;
  private final Arrivals arrivals;
  private final List<Event> emitted = new CopyOnWriteArrayList<>();
  private final Events events;

  StorageUnderTest(Path folder, Way way) throws IOException {
    this(folder, way, Optional.empty());
  }

  StorageUnderTest(Path folder, Way way, Optional<String> group) throws IOException {
    this(folder, way, StorageFixture.settings(group, Duration.ofHours(1), ExpiredPartials.DELETE));
  }

  StorageUnderTest(Path folder, Way way, StorageSettings settings) throws IOException {
    data = folder.resolve("data");
    outside = Files.createDirectories(folder.resolve("outside"));
    homePath = data.resolve("station");
    FileTree tree = way.tree();
    events = new Events(List.of(new EventOutput() {
      @Override
      public void write(Event event) {
        emitted.add(event);
      }
    }));
    try {
      database = new Database(folder.resolve("state/stationmaster.db"));
    } catch (DatabaseException e) {
      throw new IOException(e);
    }
    arrivals = new Arrivals(database, settings, events);
    try {
      storage = new Storage(data, settings, arrivals, events, tree);
    } catch (StorageException e) {
      arrivals.close();
      database.close();
      throw e;
    }
    home = open(homePath);
  }

  /** The home at {@code path}, for the station. */
  Home open(Path path) throws StorageException {
    return storage.open(path, SENDER, UploadRules.STANDARD);
  }

  static VirtualPath path(String text) throws StorageException {
    return VirtualPath.ROOT.resolve(text);
  }

  static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  StagedFile stage(String path, String text) throws StorageException {
    StagedFile staged = home.stage(path(path), false, true);
    staged.write(bytes(text), 0);
    return staged;
  }

  void upload(String path, String text) throws StorageException {
    try (StagedFile staged = stage(path, text)) {
      staged.publish();
    }
  }

  String read(String path) throws StorageException {
    return read(home, path);
  }

  static String read(Home home, String path) throws StorageException {
    try (ReadableFile file = home.openForReading(path(path))) {
      ByteBuffer target = ByteBuffer.allocate((int) file.facts().size() + 10);
      file.read(target, 0);
      return StandardCharsets.UTF_8.decode(target.flip()).toString();
    }
  }

  List<String> names(String folder) throws StorageException {
    return list(home, folder).stream().map(FileFacts::name).toList();
  }

  static List<FileFacts> list(Home home, String folder) throws StorageException {
    return home.list(path(folder), _ -> true).all();
  }

  /** Uploads that lie in staging folders below {@code folder}. */
  static List<Path> stagedBelow(Path folder) throws IOException {
    try (Stream<Path> all = LiveTree.walk(folder)) {
      return all.filter(file -> file.toString().contains(VirtualPath.RESERVED_NAME))
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.getFileName().toString().equals("lock")).filter(file -> !isPartial(file)).toList();
    }
  }

  /** The bytes of cut uploads below {@code folder}. */
  static List<Path> partialsBelow(Path folder) throws IOException {
    try (Stream<Path> all = LiveTree.walk(folder)) {
      return all.filter(StorageUnderTest::isPartial).filter(file -> !file.getFileName().toString().contains("."))
          .toList();
    }
  }

  private static boolean isPartial(Path file) {
    return file.getParent().endsWith(Path.of(VirtualPath.RESERVED_NAME, "partial"));
  }

  /** What was emitted until now, but for the making of homes. */
  List<Event> events() {
    events.close();
    return emitted.stream().filter(event -> event.type() != EventCatalogue.HOME_FOLDER_CREATED).toList();
  }

  static boolean run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      throw new IOException(e);
    } catch (IOException e) {
      return false;
    }
  }

  /** Something mounted for a test; the test is skipped where that is not allowed. */
  record Mount(Path at) implements AutoCloseable {
    static Mount tmpfs(Path at, String size) throws IOException {
      return mounted(at, "mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString());
    }

    static Mount bind(Path from, Path at) throws IOException {
      return mounted(at, "mount", "--bind", from.toString(), at.toString());
    }

    private static Mount mounted(Path at, String... command) throws IOException {
      Files.createDirectories(at);
      assumeTrue(run(command), "mounting needs root");
      return new Mount(at);
    }

    @Override
    public void close() throws IOException {
      run("umount", "--lazy", at.toString());
    }
  }

  @Override
  public void close() {
    home.close();
    storage.close();
    arrivals.close();
    database.close();
    events.close();
  }
}
