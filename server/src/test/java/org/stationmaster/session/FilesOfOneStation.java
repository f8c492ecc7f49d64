package org.stationmaster.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.stationmaster.LiveTree;
import org.stationmaster.Times;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.Profile;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.AuthenticationMethodSettings;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.Durability;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.config.UploadSettings;
import org.stationmaster.database.Database;
import org.stationmaster.defense.GuessingFixture;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.storage.Storage;

/**
 * A station that has logged in, without a network: real accounts and files, in memory where there is a file system for
 * that. For tests that give thousands of inputs to a protocol.
 */
public final class FilesOfOneStation {
  private static final String PASSWORD = "correct horse battery";
  private static final long LARGEST_UPLOAD = 1 << 20;

  private final Path folder;
  private final Events events;
  private final Queue<Event> failures = new ConcurrentLinkedQueue<>();
  private final Connection connection;
  private final FileSession files;

  private FilesOfOneStation(Path folder) throws Exception {
    this.folder = folder;
    EventOutput output = event -> {
      if (event.type() == EventCatalogue.INTERNAL_ERROR) {
        failures.add(event);
      }
    };
    events = new Events(List.of(output));
    Database database = new Database(folder.resolve("stationmaster.db"));
    Accounts accounts = new Accounts(database, new PasswordSettings(new DataSize(1 << 20), 1, 1,
        new DataSize(8 << 20), Duration.ofMinutes(5), 100, new PasswordRuleSettings(12, 3, 8, Duration.ZERO)));
    accounts.add("pole-7", AccountSettings.of(Profile.FULL), PASSWORD);
    StorageSettings settings = new StorageSettings(PosixFilePermissions.fromString("rw-r-----"),
        PosixFilePermissions.fromString("rwxr-x---"), Optional.empty(), Durability.NONE, Duration.ofDays(1),
        Duration.ZERO, StorageSettings.ExpiredPartials.DELETE, new DataSize(0), new UploadSettings(
            OverwritePolicy.REPLACE, 10, new DataSize(0), new DataSize(LARGEST_UPLOAD), false, Duration.ofDays(1)));
    Storage storage = new Storage(folder.resolve("data"), settings, new Arrivals(database, settings, events), events);
    Logins logins = new Logins(List.of(new AuthenticationMethodSettings("accounts",
        AuthenticationMethodSettings.Type.DATABASE, true)), accounts, GuessingFixture.free(database, events), storage,
        folder.resolve("data"), events);
    Sessions sessions = new Sessions(Times::patient, events);
    SftpListenerSettings listener = new SftpListenerSettings("sftp-1", "127.0.0.1", 0, EntranceSettings.OPEN,
        Set.of(CredentialType.PASSWORD), AlgorithmSet.of(AlgorithmProfile.LOGGER), List.of(), false);
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1024);
    connection = sessions.opened(listener, Protocol.SFTP, new Visit(peer, Optional.empty(),
        sessions.gate().arrived(listener, peer, _ -> { })), _ -> { });
    files = ((Login.Accepted) logins.withPassword(connection, "pole-7", PASSWORD, false)).files();
    Files.writeString(folder.resolve("data/outside.dat"), "nobody's");
  }

  /** Logs in; lives as long as the process. */
  public static FilesOfOneStation open() {
    try {
      Path memory = Path.of("/dev/shm");
      Path folder = Files.isWritable(memory) ? Files.createTempDirectory(memory, "stationmaster")
          : Files.createTempDirectory("stationmaster");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return new FilesOfOneStation(folder);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException ignored) {
      // The next start of the machine does it.
    }
  }

  /** What the station may do. */
  public FileSession files() {
    return files;
  }

  /** The connection of the station. */
  public Connection connection() {
    return connection;
  }

  /** Where its events go. */
  public Events events() {
    return events;
  }

  /** Empties the home but for one file, {@code old.dat}. */
  public void reset() throws IOException {
    failures.clear();
    Path home = folder.resolve("data/pole-7");
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!each.equals(home) && !each.getFileName().toString().equals(".stationmaster")) {
          Files.delete(each);
        }
      }
    }
    Files.writeString(home.resolve("old.dat"), "10:00,21.5\n");
  }

  /** Nothing has gone wrong, nothing outside the home has changed, and no upload is left half-way. */
  public void check() throws IOException {
    Event failure = failures.peek();
    assertEquals(null, failure == null ? null : failure.message());
    try (Stream<Path> beside = Files.list(folder.resolve("data"))) {
      assertEquals(List.of(".stationmaster", "outside.dat", "pole-7"),
          beside.map(path -> path.getFileName().toString()).sorted().toList());
    }
    assertEquals("nobody's", Files.readString(folder.resolve("data/outside.dat")));
    assertEquals(List.of(), List.copyOf(connection.openFiles()));
    try (Stream<Path> staged = LiveTree.walk(folder.resolve("data/.stationmaster"))) {
      assertEquals(List.of(), staged.filter(Files::isRegularFile).map(Path::toString)
          .filter(name -> !name.contains("lock")).toList());
    }
  }
}
