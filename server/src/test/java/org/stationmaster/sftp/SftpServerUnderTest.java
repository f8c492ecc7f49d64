package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;
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
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SftpSettings;
import org.stationmaster.config.SshSettings;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.crypto.DhGroup;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.HostKeys;
import org.stationmaster.crypto.Libcrypto;
import org.stationmaster.crypto.Moduli;
import org.stationmaster.database.Database;
import org.stationmaster.defense.GuessingFixture;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.session.Logins;
import org.stationmaster.session.Sessions;
import org.stationmaster.storage.Storage;

/** A listener on a free port of the loopback interface, with accounts, keys and storage in a folder of its own. */
final class SftpServerUnderTest {
  static final String PASSWORD = "a right password";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SftpSettings DEFAULTS = new SftpSettings(Optional.empty(),
      SftpSettings.GexAnswer.SMALLEST_SAFE, true, "Stationmaster", "");

  final Path folder;
  final Sessions sessions;
  final List<HostKey> hostKeys;
  private final Optional<Libcrypto> libcrypto;
  final SftpListener listener;
  final SessionSettings limits;
  final Logins logins;
  final Events events;
  private final Database database;
  private final SftpSettings shared;
  final Accounts accounts;
  private final Arrivals arrivals;
  private final Storage storage;
  private final List<Event> seen = new CopyOnWriteArrayList<>();

  /** What its listeners share, as of the next connection. */
  volatile List<DhGroup> groups = Moduli.shipped().groups();

  SftpServerUnderTest(Path folder) throws Exception {
    this(folder, Times.patient());
  }

  SftpServerUnderTest(Path folder, SessionSettings limits) throws Exception {
    this(folder, limits, AlgorithmSet.of(AlgorithmProfile.LOGGER), false, DEFAULTS);
  }

  SftpServerUnderTest(Path folder, AlgorithmSet algorithms, boolean allowsPasswordWithoutEncryption) throws Exception {
    this(folder, Times.patient(), algorithms, allowsPasswordWithoutEncryption, DEFAULTS);
  }

  SftpServerUnderTest(Path folder, SftpSettings shared) throws Exception {
    this(folder, Times.patient(), AlgorithmSet.of(AlgorithmProfile.LOGGER), false, shared);
  }

  private SftpServerUnderTest(Path folder, SessionSettings limits, AlgorithmSet algorithms,
      boolean allowsPasswordWithoutEncryption, SftpSettings shared) throws Exception {
    this.shared = shared;
    libcrypto = shared.mayUseLibcrypto() ? Libcrypto.find() : Optional.empty();
    ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.ERROR);
    this.folder = folder;
    this.limits = limits;
    EventOutput record = seen::add;
    events = new Events(List.of(record));
    sessions = new Sessions(() -> limits, events);
    database = new Database(folder.resolve("state/stationmaster.db"));
    accounts = new Accounts(database,
        new PasswordSettings(new DataSize(1024 * 1024), 1, 1, new DataSize(16 * 1024 * 1024), Duration.ofMinutes(5),
            100, new PasswordRuleSettings(12, 3, 8, Duration.ZERO)));
    StorageSettings publishing = StorageFixture.settings();
    arrivals = new Arrivals(database, publishing, events);
    storage = new Storage(folder.resolve("data"), publishing, arrivals, events);
    hostKeys = HostKeys.loadOrGenerate(Files.createDirectories(folder.resolve("keys")),
        new SshSettings(List.of(), 2048, 256, new Passphrase.None()));
    logins = new Logins(List.of(new AuthenticationMethodSettings("accounts",
        AuthenticationMethodSettings.Type.DATABASE, true)), accounts,
        GuessingFixture.free(database, events), storage, folder.resolve("data"), events);
    listener = listener(new SftpListenerSettings("sftp-1", "127.0.0.1", 0, EntranceSettings.OPEN,
        new LinkedHashSet<>(List.of(CredentialType.PUBLIC_KEY, CredentialType.PASSWORD)), algorithms,
        List.of(), allowsPasswordWithoutEncryption));
    listener.start();
  }

  /** A further listener, not started. */
  SftpListener listener(SftpListenerSettings settings) throws Exception {
    return new SftpListener(new SftpEnvironment(settings, shared, hostKeys,
        () -> libcrypto, () -> groups, () -> limits, logins,
        sessions, events));
  }

  /** An account that may do everything, with {@link #PASSWORD}; its home is there already. */
  void account(String name) throws Exception {
    account(name, settings -> settings);
  }

  void account(String name, UnaryOperator<AccountSettings> change) throws Exception {
    accounts.add(name, change.apply(AccountSettings.of(Profile.FULL)), PASSWORD);
    Files.createDirectories(home(name));
  }

  void key(String account, String line) throws Exception {
    accounts.addKey(account, line, "test");
  }

  void expiredKey(String account, String line) throws Exception {
    accounts.addKey(account, line, "test", Instant.parse("2020-01-01T00:00:00Z"));
  }

  Path home(String account) {
    return folder.resolve("data").resolve(account);
  }

  int port() {
    return listener.boundAddress().getPort();
  }

  List<Event> events() {
    return List.copyOf(seen);
  }

  List<Integer> numbers() {
    return seen.stream().map(event -> event.type().number()).toList();
  }

  /** Waits until that many events were seen; their numbers. */
  List<Integer> numbers(int count) throws InterruptedException {
    await(all -> all.size() >= count, count + " events");
    return numbers();
  }

  /** The first event of that type; waits for it. */
  Event await(EventCatalogue type) throws InterruptedException {
    await(type, 1);
    return seen.stream().filter(event -> event.type() == type).findFirst().orElseThrow();
  }

  void await(EventCatalogue type, int count) throws InterruptedException {
    await(all -> all.stream().filter(event -> event.type() == type).count() >= count, count + " of " + type);
  }

  private void await(Predicate<List<Event>> condition, String what) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(seen)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what + "; there were " + seen);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  void forgetEvents() {
    seen.clear();
  }

  /** The files that can be seen in {@code account}'s home, by name. */
  List<String> visible(String account) throws IOException {
    try (var list = Files.list(home(account))) {
      return list.map(path -> path.getFileName().toString()).filter(name -> !name.equals(".stationmaster")).sorted()
          .toList();
    }
  }

  /** Stops; every event must have had the fields that the catalogue declares. */
  void stop() throws Exception {
    listener.close();
    storage.close();
    arrivals.close();
    accounts.close();
    database.close();
    events.close();
    for (Event event : seen) {
      assertEquals(event.type().fields(), event.data().keySet(), event.type().toString());
    }
    assertEquals(List.of(), sessions.list());
  }

}
