package org.stationmaster.ftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.stationmaster.LiveTree;
import org.stationmaster.Times;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.AccountOptionValues;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.account.Accounts;
import org.stationmaster.account.Profile;
import org.stationmaster.account.StationTls;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.AuthenticationMethodSettings;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.FtpTlsSettings.Use;
import org.stationmaster.config.FtpSettings;
import org.stationmaster.config.Passphrase;
import org.stationmaster.config.PassiveAddress;
import org.stationmaster.config.PassiveSettings;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;
import org.stationmaster.config.PortRange;
import org.stationmaster.config.SessionSettings;
import org.stationmaster.config.StorageFixture;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsSettings;
import org.stationmaster.config.TlsVersion;
import org.stationmaster.crypto.Libcrypto;
import org.stationmaster.crypto.TlsIdentities;
import org.stationmaster.crypto.TlsIdentity;
import org.stationmaster.database.Database;
import org.stationmaster.defense.GuessingFixture;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.session.Logins;
import org.stationmaster.session.Sessions;
import org.stationmaster.storage.Storage;

/** A listener with real accounts, files and certificates in a temporary folder, and all that it said. */
final class FtpServerUnderTest implements AutoCloseable {
  static final String USER = "logger1";
  static final String PASSWORD = "secret";
  /** As on a machine that has it; TlsIdentityTest is without. */
  private static final Optional<Libcrypto> LIBCRYPTO = Libcrypto.find();
  static final PortRange PASSIVE_PORTS = new PortRange(28_200, 28_299);

  private final Path folder;
  private final Queue<Event> seen = new ConcurrentLinkedQueue<>();
  private final Events events;
  private final Database database;
  private final Accounts accounts;
  private final Arrivals arrivals;
  private final Storage storage;
  private final FtpListener listener;
  private final Sessions sessions;
  private final PassivePorts passivePorts;
  private final TlsIdentity identity;

  /** Starts with the given use of TLS. */
  static FtpServerUnderTest start(Path folder, Use use) throws Exception {
    return start(folder, FtpTlsSettings.of(use));
  }

  /** Starts with settings that the test changes. */
  static FtpServerUnderTest start(Path folder, Use use, UnaryOperator<FtpEnvironment> change) throws Exception {
    return new FtpServerUnderTest(folder, FtpTlsSettings.of(use), change);
  }

  /** Starts with TLS as the test wants it. */
  static FtpServerUnderTest start(Path folder, FtpTlsSettings tls) throws Exception {
    return new FtpServerUnderTest(folder, tls, UnaryOperator.identity());
  }

  /** The same with other time limits. */
  static FtpEnvironment withLimits(FtpEnvironment env, SessionSettings limits) {
    return new FtpEnvironment(env.listener(), env.ftp(), () -> limits, env.tls(), env.logins(), env.sessions(),
        env.events(), env.passivePorts());
  }

  private FtpServerUnderTest(Path folder, FtpTlsSettings tls, UnaryOperator<FtpEnvironment> change) throws Exception {
    this.folder = folder;
    EventOutput output = seen::add;
    events = new Events(List.of(output));
    Files.createDirectories(folder.resolve("state"));
    database = new Database(folder.resolve("state/stationmaster.db"));
    accounts = new Accounts(database,
        new PasswordSettings(new DataSize(1 << 20), 1, 1, new DataSize(8 << 20), Duration.ofMinutes(5), 100,
            new PasswordRuleSettings(12, 3, 8, Duration.ZERO)));
    if (accounts.find(USER).isEmpty()) {
      accounts.add(USER, AccountSettings.of(Profile.LOGGER), PASSWORD);
      accounts.add("dropbox", AccountSettings.of(Profile.DROPBOX), PASSWORD);
    }
    StorageSettings publishing = StorageFixture.settings();
    arrivals = new Arrivals(database, publishing, events);
    storage = new Storage(folder.resolve("data"), publishing, arrivals, events);
    identity = TlsIdentity.loadOrGenerate(folder.resolve("keys"), new TlsSettings(Optional.empty(), Optional.empty(),
        new Passphrase.None(), List.of(), List.of(), Duration.ZERO));
    SSLContext tlsContext = new TlsIdentities(List.of(identity)).newContext(tls.clientCa(), () -> tls.isLegacy()
        ? Optional.empty() : LIBCRYPTO);
    Logins logins = new Logins(List.of(new AuthenticationMethodSettings("accounts",
        AuthenticationMethodSettings.Type.DATABASE, true)), accounts,
        GuessingFixture.free(database, events), storage, folder.resolve("data"), events);
    passivePorts = new PassivePorts(PASSIVE_PORTS);
    AtomicReference<Supplier<SessionSettings>> limits = new AtomicReference<>(Times::patient);
    FtpListenerSettings settings = new FtpListenerSettings(tls.isImplicit() ? "ftps-1" : "ftp-1", "::", 0,
        EntranceSettings.OPEN, tls.clientCa().isPresent() ? Set.of(CredentialType.PASSWORD, CredentialType.CERTIFICATE)
            : Set.of(CredentialType.PASSWORD), tls,
        new PassiveSettings(PASSIVE_PORTS, PassiveAddress.CONTROL, List.of()));
    sessions = new Sessions(() -> limits.get().get(), events);
    FtpEnvironment environment = change.apply(new FtpEnvironment(settings, new FtpSettings(Duration.ofSeconds(20),
        Duration.ofSeconds(5), 0), Times::patient,
        () -> new TlsOffer(tlsContext, settings.tls()), logins, sessions, events,
        passivePorts));
    limits.set(environment.limits());
    listener = new FtpListener(environment);
    listener.start();
  }

  /** One more account that may do everything, in a home of its own or of several. */
  void account(String name, Path home) throws Exception {
    accounts.add(name, AccountSettings.of(Profile.FULL).withHome(Optional.of(home)), PASSWORD);
  }

  /** A further account, with options as {@code name=value}. */
  void account(String name, String... options) throws Exception {
    accounts.add(name, AccountSettings.of(Profile.FULL).withOptions(values(options)), PASSWORD);
  }

  private static AccountOptionValues values(String... options) {
    AccountOptionValues values = AccountOptionValues.NONE;
    for (String option : options) {
      String[] parts = option.split("=", 2);
      values = values.with(AccountOption.named(parts[0]).orElseThrow(), parts[1]);
    }
    return values;
  }

  /** A further station, with options as {@code name=value}. */
  void station(String name, String... options) throws Exception {
    accounts.add(name, AccountSettings.of(Profile.LOGGER).withOptions(values(options)), PASSWORD);
  }

  /** A further account of a profile. */
  void account(String name, Profile profile) throws Exception {
    accounts.add(name, AccountSettings.of(profile), PASSWORD);
  }

  /** What the inventory says of an account once it has that version of TLS, or none; it is written a little later. */
  StationTls inventoried(String account, Optional<TlsVersion> version) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      Optional<StationTls> found = accounts.tls().stream().filter(station -> station.account().equals(account)
          && station.cipher().map(TlsCipher::version).equals(version)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError(account + " is not in the inventory, but " + accounts.tls());
  }

  int port() {
    return listener.boundAddress().getPort();
  }

  FtpListener listener() {
    return listener;
  }

  Sessions sessions() {
    return sessions;
  }

  PassivePorts passivePorts() {
    return passivePorts;
  }

  TlsIdentity identity() {
    return identity;
  }

  /** The certificate that a client must trust. */
  Path ca() {
    return folder.resolve("keys").resolve("ca.pem");
  }

  /** Where a file of the account is on disk. */
  Path file(String name) {
    return folder.resolve("data").resolve(USER).resolve(name);
  }

  /** The names of all published files of the account, and of nothing else. */
  Set<String> published() throws IOException {
    Path home = file("");
    if (!Files.exists(home)) {
      return Set.of();
    }
    try (Stream<Path> files = LiveTree.walk(home)) {
      return files.filter(Files::isRegularFile).map(path -> home.relativize(path).toString())
          .filter(name -> !name.startsWith(".stationmaster")).collect(Collectors.toSet());
    }
  }

  /** What was said so far. */
  List<EventCatalogue> eventTypes() {
    return seen.stream().map(Event::type).toList();
  }

  List<Event> events() {
    return new ArrayList<>(seen);
  }

  /** Waits until an event of that type has been said. */
  Event await(EventCatalogue type) throws InterruptedException {
    return awaitAll(type, 1).getLast();
  }

  /** Waits until that many events of a type have been said. */
  List<Event> awaitAll(EventCatalogue type, int count) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < end) {
      List<Event> found = seen.stream().filter(event -> event.type() == type).toList();
      if (found.size() >= count) {
        return found;
      }
      Thread.sleep(5);
    }
    throw new AssertionError(count + " " + type + " expected, said were " + eventTypes());
  }

  /** Stops, and checks that nothing was left and that every event had exactly its fields. */
  @Override
  public void close() {
    listener.close();
    storage.close();
    arrivals.close();
    accounts.close();
    database.close();
    events.close();
    if (!sessions.list().isEmpty() || passivePorts.inUse() != 0) {
      throw new AssertionError("left behind: " + sessions.list() + ", " + passivePorts.inUse() + " ports");
    }
    for (Event event : seen) {
      if (!event.data().keySet().equals(event.type().fields())) {
        throw new AssertionError(event.type() + " has " + event.data().keySet() + ", declared are "
            + event.type().fields());
      }
      if (event.type() == EventCatalogue.FTP_COMMAND_FAULT || event.type() == EventCatalogue.INTERNAL_ERROR) {
        throw new AssertionError(event.message());
      }
    }
  }
}
