package org.stationmaster;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.arrival.Arrivals;
import org.stationmaster.config.ChangedSetting;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.ConsoleOutputSettings;
import org.stationmaster.config.Durability;
import org.stationmaster.config.EffectiveConfiguration;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.OutputSettings;
import org.stationmaster.config.PortRange;
import org.stationmaster.config.ReliableOutputSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SyslogOutputSettings;
import org.stationmaster.crypto.DhGroup;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.HostKeys;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.LegacyTls;
import org.stationmaster.crypto.Libcrypto;
import org.stationmaster.crypto.Moduli;
import org.stationmaster.database.Database;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.defense.Bans;
import org.stationmaster.defense.Guessing;
import org.stationmaster.event.Console;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.EventOutput;
import org.stationmaster.event.Events;
import org.stationmaster.event.LogFile;
import org.stationmaster.event.Origin;
import org.stationmaster.event.Syslog;
import org.stationmaster.ftp.FtpEnvironment;
import org.stationmaster.ftp.FtpListener;
import org.stationmaster.ftp.PassivePorts;
import org.stationmaster.http.StatusServer;
import org.stationmaster.outbox.Outbox;
import org.stationmaster.outbox.OutboxStore;
import org.stationmaster.session.Connection;
import org.stationmaster.session.Listener;
import org.stationmaster.session.Logins;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.Sessions;
import org.stationmaster.sftp.SftpEnvironment;
import org.stationmaster.sftp.SftpListener;
import org.stationmaster.storage.Storage;
import org.stationmaster.storage.StorageException;

/**
 * The running server: wires the parts together, starts all listeners or none, swaps what can be swapped on reload, and
 * lets transfers finish before it stops.
 */
public final class Daemon implements AutoCloseable {
  private static final Duration LONGEST_SWEEP = Duration.ofMinutes(5);

  private final ConfigurationSource source;
  private final PrintStream console;
  /** What to close, the last one opened first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private EffectiveConfiguration startedWith;
  private volatile EffectiveConfiguration inUse;
  private volatile Configuration configuration;
  private Set<LegacyTls> legacyTls = Set.of();
  private volatile List<DhGroup> groups = List.of();
  private volatile Optional<Libcrypto> libcrypto = Optional.empty();
  private volatile String notReady = "starting";
  private Events events;
  private Sessions sessions;
  private Logins logins;
  private Bans bans;
  private Guessing guessing;
  private Optional<Certificates> certificates = Optional.empty();
  private Outbox outbox;

  private Daemon(ConfigurationSource source, PrintStream console) {
    this.source = source;
    this.console = console;
  }

  /**
   * Starts it. When this returns, all listeners accept and the ready event is out.
   *
   * @param console where events go if an output is of type console, and the ready message in any case
   */
  public static Daemon start(ConfigurationSource source, PrintStream console)
      throws InvalidConfiguration, AddressNotAvailable, StartFailed {
    Daemon daemon = new Daemon(source, console);
    try {
      daemon.start();
      return daemon;
    } catch (InvalidConfiguration | AddressNotAvailable | StartFailed | RuntimeException e) {
      daemon.closeAll();
      throw e;
    }
  }

  private void start() throws InvalidConfiguration, AddressNotAvailable, StartFailed {
    startedWith = source.load();
    inUse = startedWith;
    configuration = startedWith.configuration();
    opened.push(InstallationLock.take(configuration.paths().lock()));
    try {
      events = new Events(configuration.events(), this::output);
      opened.push(events);
      events.emit(EventCatalogue.PROCESS_STARTING, Origin.process(),
          Map.of("version", Version.current(), "home", configuration.paths().home().toString()));
      allowLegacyTls();
      openParts();
      startListeners();
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    } catch (DatabaseException | KeyMaterialException | AccountStoreException e) {
      throw failed(e.getMessage(), e);
    } catch (InvalidConfiguration e) {
      throw failed(e);
    }
    openControl();
    openStatus();
    notReady = "";
    announceReady();
    if (configuration.listeners().stream().anyMatch(Daemon::signs)) {
      Thread.ofVirtual().name("libcrypto").start(this::findLibcrypto);
    }
  }

  private static boolean signs(ListenerSettings listener) {
    return !(listener instanceof FtpListenerSettings ftp) || ftp.tls().isOn();
  }

  /** Takes a tenth of a second, in which loggers can be served already. */
  private void findLibcrypto() {
    boolean mayUse = configuration.sftp().mayUseLibcrypto();
    libcrypto = mayUse ? Libcrypto.find() : Optional.empty();
    events.emit(EventCatalogue.SSH_ARITHMETIC, Origin.process(), Map.of(
        "library", libcrypto.map(Libcrypto::version).orElse("Java"),
        "details", libcrypto.isPresent() ? "" : mayUse ? Libcrypto.ABSENT : "ssh.use-libcrypto is false"));
  }

  /** Before anything uses TLS. */
  private void allowLegacyTls() {
    Map<String, Set<LegacyTls>> needed = legacyTls(configuration);
    legacyTls = needed.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    if (!legacyTls.isEmpty()) {
      LegacyTls.allow(legacyTls);
      events.emit(EventCatalogue.LEGACY_TLS_ALLOWED, Origin.process(), Map.of("weaknesses", words(legacyTls),
          "listeners", "\"" + String.join("\", \"", needed.keySet()) + "\""));
    }
  }

  /** What listeners need that the JDK has switched off, by their names. */
  private static Map<String, Set<LegacyTls>> legacyTls(Configuration from) {
    Map<String, Set<LegacyTls>> needed = new TreeMap<>();
    for (ListenerSettings listener : from.listeners()) {
      if (listener instanceof FtpListenerSettings ftp && ftp.tls().isLegacy()) {
        needed.put(ftp.name(), LegacyTls.neededBy(ftp.tls()));
      }
    }
    return needed;
  }

  private static String words(Set<LegacyTls> legacy) {
    return legacy.stream().map(LegacyTls::toString).collect(Collectors.joining(", "));
  }

  /** What a process allows is settled at its start. */
  private void refuseLegacyTlsOfAnotherStart(Configuration next) throws InvalidConfiguration {
    List<String> problems = new ArrayList<>();
    legacyTls(next).forEach((name, needed) -> {
      Set<LegacyTls> missing = new TreeSet<>(needed);
      missing.removeAll(legacyTls);
      if (!missing.isEmpty()) {
        problems.add("listeners." + name + ".tls: " + words(missing) + " can be allowed only when the server starts: "
            + "restart required");
      }
    });
    if (!problems.isEmpty()) {
      throw new InvalidConfiguration(problems);
    }
  }

  private StartFailed failed(String message, Exception cause) {
    if (events != null) {
      events.emit(EventCatalogue.PROCESS_START_FAILED, Origin.process(), Map.of("details", message));
    }
    return new StartFailed(message, cause);
  }

  /** What is wrong with a setting is seen only when it is used; the log tells that, too. */
  private InvalidConfiguration failed(InvalidConfiguration invalid) {
    events.emit(EventCatalogue.PROCESS_START_FAILED, Origin.process(),
        Map.of("details", String.join("; ", invalid.problems())));
    return invalid;
  }

  private EventOutput output(OutputSettings settings) throws IOException {
    return switch (settings) {
      case FileOutputSettings file -> new LogFile(file);
      case SyslogOutputSettings syslog -> new Syslog(syslog);
      case ConsoleOutputSettings terminal -> new Console(terminal, console);
      case ReliableOutputSettings reliable -> Outbox.asTheyHappen(reliable, () -> events);
    };
  }

  private void openParts()
      throws IOException, DatabaseException, StorageException, AccountStoreException, InvalidConfiguration {
    sessions = new Sessions(() -> configuration.sessions(), events);
    opened.push(sessions.gate());
    Database database = new Database(configuration.paths().database());
    opened.push(database);
    Accounts accounts = new Accounts(database, configuration.passwords());
    opened.push(accounts);
    if (configuration.firstAccounts().isPresent()) {
      FirstAccounts.addTo(accounts, configuration.firstAccounts().get(), events);
    }
    announce(configuration.storage().durability());
    Arrivals arrivals = new Arrivals(database, configuration.storage(), events);
    opened.push(arrivals);
    outbox = new Outbox(new OutboxStore(database), events);
    opened.push(outbox);
    Path data = configuration.paths().data();
    Storage storage = new Storage(data, configuration.storage(), arrivals, events);
    opened.push(storage);
    outbox.tell(configuration.events());
    arrivals.whenSomethingArrives(outbox::wake);
    bans = new Bans(database, () -> configuration.guessing(), events);
    bans.whenBanned(ban -> sessions.closeFrom(ban.source()::contains, ban.isByOperator(), "its source is banned"));
    sessions.gate().enforce(bans);
    sessions.gate().use(configuration.listeners(), configuration.connections());
    guessing = new Guessing(() -> configuration.guessing(), bans, events);
    opened.push(guessing);
    logins = new Logins(configuration.authentication(), accounts, guessing, storage, data, events);
    ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
        Thread.ofVirtual().name("storage-sweeper").factory());
    opened.push(sweeper);
    Duration window = configuration.storage().resumeWindow();
    Duration pause = window.isZero() || window.compareTo(LONGEST_SWEEP) > 0 ? LONGEST_SWEEP : window;
    sweeper.scheduleWithFixedDelay(() -> sweep(storage, accounts), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sweep(Storage storage, Accounts accounts) {
    try {
      storage.sweepPartials(configuration.paths().quarantine(), name -> isThere(accounts, name));
    } catch (RuntimeException e) {
      events.emit(EventCatalogue.INTERNAL_ERROR, Origin.process(),
          Map.of("activity", "sweeping cut uploads", "details", e.toString()));
    }
  }

  private static boolean isThere(Accounts accounts, String name) {
    try {
      return accounts.find(name).isPresent();
    } catch (AccountStoreException e) {
      // While nobody can tell, nothing is removed for it.
      return true;
    }
  }

  private void startListeners() throws KeyMaterialException, AddressNotAvailable {
    List<HostKey> hostKeys = List.of();
    if (configuration.listeners().stream().anyMatch(SftpListenerSettings.class::isInstance)) {
      hostKeys = HostKeys.loadOrGenerate(configuration.paths().keys(), configuration.ssh());
      hostKeys.forEach(this::announce);
    }
    if (configuration.listeners().stream().anyMatch(Daemon::speaksTls)) {
      Certificates served = new Certificates(configuration.paths().keys(), () -> libcrypto, events);
      opened.push(served);
      served.start(configuration.tls(), tlsOf(configuration));
      certificates = Optional.of(served);
    }
    if (!hostKeys.isEmpty()) {
      groups = loadGroups(configuration);
    }
    Map<PortRange, PassivePorts> pools = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (ListenerSettings settings : configuration.listeners()) {
      Listener listener = switch (settings) {
        case SftpListenerSettings sftp ->
            new SftpListener(new SftpEnvironment(sftp, configuration.sftp(), hostKeys, () -> libcrypto, () -> groups,
                () -> configuration.sessions(), logins, sessions, events));
        case FtpListenerSettings ftp -> new FtpListener(new FtpEnvironment(ftp, configuration.ftp(),
            () -> configuration.sessions(), () -> certificates.orElseThrow().offer(ftp.name()), logins, sessions,
            events, pools.computeIfAbsent(ftp.passive().ports(), PassivePorts::new)));
      };
      try {
        listener.start();
        listeners.add(listener);
        opened.push(listener);
      } catch (IOException e) {
        problems.add(problem(settings, e));
      }
    }
    if (!problems.isEmpty()) {
      throw new AddressNotAvailable(problems);
    }
    for (Listener listener : listeners) {
      events.emit(EventCatalogue.LISTENER_STARTED, Origin.component(listener.settings().name()),
          Map.of("name", listener.settings().name(), "protocol", listener.settings().protocol(), "address",
              Origin.format(listener.boundAddress())));
    }
  }

  private void announce(Durability durability) {
    events.emit(EventCatalogue.DURABILITY, Origin.process(), Map.of("durability", durability.toString(), "meaning",
        switch (durability) {
          case FULL -> "a file whose OK a client has heard survives a loss of power";
          case DATA -> "WARNING, after a loss of power a file whose OK a client has heard may be missing, though never "
              + "half; \"full\" prevents that";
          case NONE -> "WARNING, after a loss of power files whose OK a client has heard may be missing, empty or "
              + "half; \"full\" prevents that";
        }));
  }

  /** The groups of the file that is set, else of the one beside the configuration, else the shipped ones. */
  private List<DhGroup> loadGroups(Configuration from) throws KeyMaterialException {
    Path file = from.sftp().moduli().orElse(from.paths().config().resolve("moduli"));
    if (from.sftp().moduli().isEmpty() && Files.notExists(file)) {
      return Moduli.shipped().groups();
    }
    Moduli moduli = Moduli.read(file);
    for (Moduli.Flaw flaw : moduli.flaws()) {
      events.emit(EventCatalogue.MODULI_LINE_UNUSABLE, Origin.process(),
          Map.of("line", flaw.line(), "real_path", file.toString(), "details", flaw.details()));
    }
    if (moduli.groups().isEmpty()) {
      events.emit(EventCatalogue.MODULI_UNUSABLE, Origin.process(), Map.of("real_path", file.toString()));
      return Moduli.shipped().groups();
    }
    events.emit(EventCatalogue.MODULI_LOADED, Origin.process(),
        Map.of("real_path", file.toString(), "groups", moduli.sizes()));
    return moduli.groups();
  }

  /** By listener. One that is new or gone in {@code from} waits for the next start. */
  private Map<String, FtpTlsSettings> tlsOf(Configuration from) {
    Map<String, FtpTlsSettings> settings = new HashMap<>();
    for (ListenerSettings listener : startedWith.configuration().listeners()) {
      if (listener instanceof FtpListenerSettings ftp && ftp.tls().isOn()) {
        settings.put(ftp.name(), from.listeners().stream().filter(each -> each.name().equals(ftp.name()))
            .filter(FtpListenerSettings.class::isInstance).map(each -> ((FtpListenerSettings) each).tls())
            .findFirst().orElse(ftp.tls()));
      }
    }
    return settings;
  }

  private static boolean speaksTls(ListenerSettings settings) {
    return settings instanceof FtpListenerSettings ftp && ftp.tls().isOn();
  }

  private void announce(HostKey key) {
    events.emit(key.generated() ? EventCatalogue.HOST_KEY_GENERATED : EventCatalogue.HOST_KEY_LOADED, Origin.process(),
        Map.of("type", key.type(), "bits", key.bits(), "real_path", key.file().toString(), "sha256",
            key.fingerprint().sha256(), "md5", key.fingerprint().md5()));
  }

  /** What a person reads when a port cannot be had; also an event. */
  private String problem(ListenerSettings settings, IOException cause) {
    String address = Origin.format(new InetSocketAddress(settings.address(), settings.port()));
    String details = explain(settings, cause);
    events.emit(EventCatalogue.LISTENER_START_FAILED, Origin.component(settings.name()),
        Map.of("name", settings.name(), "address", address, "details", details));
    return "listener " + settings.name() + " cannot open " + address + ": " + details;
  }

  private static String explain(ListenerSettings settings, IOException cause) {
    String key = "listeners." + settings.name() + ".port";
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof BindException && reason.contains("Permission denied")) {
      return "ports below 1024 need a privilege. Under systemd give AmbientCapabilities=CAP_NET_BIND_SERVICE; run a "
          + "container with --sysctl net.ipv4.ip_unprivileged_port_start=0; or set "
          + "net.ipv4.ip_unprivileged_port_start=" + settings.port() + " with sysctl; or set " + key
          + " to a port above 1023";
    }
    if (cause instanceof BindException && reason.contains("in use")) {
      return "another program uses that port (ss -ltnp shows which). Stop it, or set " + key + " to another port";
    }
    if (cause instanceof BindException && reason.contains("assign")) {
      return "this machine has no such address. Set listeners." + settings.name() + ".address to one that it has, or "
          + "to \"::\" for all";
    }
    return reason;
  }

  private void openControl() {
    Path socket = configuration.paths().controlSocket();
    try {
      opened.push(new ControlServer(socket, this::obey));
    } catch (IOException e) {
      events.emit(EventCatalogue.CONTROL_UNAVAILABLE, Origin.process(),
          Map.of("address", socket.toString(), "details", e.getMessage()));
    }
  }

  private void openStatus() {
    if (!configuration.status().enabled()) {
      return;
    }
    try {
      opened.push(new StatusServer(configuration.status(), () -> notReady));
    } catch (IOException e) {
      // Files matter more than the page about them: loggers are served all the same.
      events.emit(EventCatalogue.STATUS_UNAVAILABLE, Origin.process(), Map.of("address",
          configuration.status().address() + ":" + configuration.status().port(), "details",
          e.getMessage() + " (status.port)"));
    }
  }

  private void announceReady() {
    String accepting = listeners.stream().map(listener -> listener.settings().name() + " "
        + listener.settings().protocol() + " " + Origin.format(listener.boundAddress()))
        .collect(Collectors.joining(", "));
    String notes = certificates.filter(Certificates::areForTryingOut).isPresent()
        ? "The TLS certificate is for trying out: a real logger refuses FTPS until tls.certificate and "
            + "tls.key name one that it can verify." : "";
    Map<String, Object> facts = Map.of("version", Version.current(), "listeners", accepting, "notes", notes);
    events.emit(EventCatalogue.PROCESS_READY, Origin.process(), facts);
    if (configuration.events().outputs().stream().noneMatch(ConsoleOutputSettings.class::isInstance)) {
      console.println(new Event(EventCatalogue.PROCESS_READY, Instant.now(), Origin.process(), facts).message());
      console.flush();
    }
  }

  /** The configuration in use. */
  public Configuration configuration() {
    return configuration;
  }

  /** Where the listener of that name accepts. */
  public Optional<InetSocketAddress> address(String listener) {
    return listeners.stream().filter(one -> one.settings().name().equals(listener)).map(Listener::boundAddress)
        .findFirst();
  }

  /**
   * Reads the configuration again and swaps certificate, moduli, authentication methods, source rules, time limits and
   * event outputs.
   * If anything is wrong the former configuration stays as a whole.
   *
   * @return what came of it, for a person
   * @throws InvalidConfiguration when nothing was changed
   */
  public synchronized String reload() throws InvalidConfiguration {
    try {
      EffectiveConfiguration effective = source.load();
      Configuration next = effective.configuration();
      refuseLegacyTlsOfAnotherStart(next);
      Optional<Certificates.Loaded> nextCertificates = certificates.isEmpty() ? Optional.empty()
          : Optional.of(certificates.get().load(next.tls(), tlsOf(next)));
      List<DhGroup> nextGroups = next.listeners().stream().anyMatch(SftpListenerSettings.class::isInstance)
          ? loadGroups(next) : List.of();
      events.replaceOutputs(next.events(), this::output);
      outbox.tell(next.events());
      nextCertificates.ifPresent(loaded -> certificates.get().use(loaded));
      groups = nextGroups;
      logins.ask(next.authentication());
      sessions.gate().use(next.listeners(), next.connections());
      configuration = next;
      inUse = effective;
      String waiting = startedWith.changesTo(effective).stream().filter(ChangedSetting::needsRestart)
          .map(ChangedSetting::key).collect(Collectors.joining(", "));
      events.emit(EventCatalogue.CONFIGURATION_RELOADED, Origin.process(), Map.of("waiting", waiting));
      return "the configuration was read again"
          + (waiting.isEmpty() ? "" : "; " + waiting + " will change at the next start");
    } catch (InvalidConfiguration e) {
      rejected(String.join("; ", e.problems()));
      throw e;
    } catch (KeyMaterialException | DatabaseException | IOException e) {
      rejected(e.getMessage());
      throw new InvalidConfiguration(List.of(e.getMessage()));
    }
  }

  private void rejected(String details) {
    events.emit(EventCatalogue.CONFIGURATION_REJECTED, Origin.process(), Map.of("details", details));
  }

  private Map<String, Object> obey(Map<String, Object> order) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", true);
    switch (String.valueOf(order.get("order"))) {
      case "reload" -> {
        try {
          answer.put("message", reload());
        } catch (InvalidConfiguration e) {
          answer.put("ok", false);
          answer.put("error", "the configuration is not used; the former one stays");
          answer.put("problems", e.problems());
        }
      }
      case "about" -> answer.putAll(about());
      case "sessions" -> answer.put("sessions", sessions.list().stream().map(Daemon::describe).toList());
      case "close-session" -> {
        Optional<Connection> session = sessions.list().stream()
            .filter(one -> String.valueOf(one.id()).equals(String.valueOf(order.get("session")))).findFirst();
        answer.put("ok", session.isPresent());
        if (session.isPresent()) {
          events.emit(EventCatalogue.SESSION_CLOSED_BY_OPERATOR, session.get().origin(),
              Map.of("session", session.get().id()));
          session.get().close("closed by the operator");
        } else {
          answer.put("error", "there is no session " + order.get("session"));
        }
      }
      case "bans" -> answer.put("bans", BanOrders.list(bans, guessing));
      case "ban", "unban" -> answer.putAll(BanOrders.obey(bans, guessing, order));
      default -> {
        answer.put("ok", false);
        answer.put("error", "unknown order " + order.get("order"));
      }
    }
    return answer;
  }

  /** What it runs with, beside what is written now. */
  private Map<String, Object> about() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("process", ProcessHandle.current().pid());
    facts.put("version", Version.current());
    facts.put("listeners", listeners.stream().collect(Collectors.toMap(listener -> listener.settings().name(),
        listener -> Origin.format(listener.boundAddress()))));
    try {
      EffectiveConfiguration written = source.load();
      facts.put("for_reload", inUse.changesTo(written).stream().filter(change -> !change.needsRestart())
          .map(ChangedSetting::key).toList());
      facts.put("for_restart", startedWith.changesTo(written).stream().filter(ChangedSetting::needsRestart)
          .map(ChangedSetting::key).toList());
    } catch (InvalidConfiguration e) {
      facts.put("problems", e.problems());
    }
    return facts;
  }

  private static Map<String, Object> describe(Connection connection) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("session", connection.id());
    facts.put("account", connection.account().map(account -> account.name()).orElse(""));
    facts.put("protocol", connection.protocol().toString());
    facts.put("listener", connection.listener().name());
    facts.put("peer", Origin.format(connection.peer()));
    facts.put("since", connection.since().toString());
    facts.put("idle_seconds", Duration.between(connection.lastActive(), Instant.now()).toSeconds());
    facts.put("transfers", connection.openFiles().stream().map(Daemon::describe).toList());
    return facts;
  }

  private static Map<String, Object> describe(OpenFile file) {
    return Map.of("path", file.path(), "mode", file.mode().toString(), "read", file.totalRead(), "written",
        file.totalWritten());
  }

  /** Waits until it has stopped. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /**
   * Stops: accepts no more, lets running transfers finish within {@code sessions.drain-time}, ends what is left.
   *
   * @param reason a clause for the event log
   */
  public void stop(String reason) {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    notReady = "stopping";
    events.emit(EventCatalogue.PROCESS_STOPPING, Origin.process(), Map.of("reason", reason));
    try {
      listeners.forEach(Listener::stopAccepting);
      // Nobody has to wait for an answer that is held back.
      guessing.close();
      drain();
      sessions.closeAll("the server stops");
      for (Listener listener : listeners) {
        listener.close();
        events.emit(EventCatalogue.LISTENER_STOPPED, Origin.component(listener.settings().name()),
            Map.of("name", listener.settings().name(), "reason", reason));
      }
    } finally {
      closeAll();
      stopped.countDown();
    }
  }

  private void drain() {
    Duration patience = configuration.sessions().drainTime();
    int running = sessions.runningTransfers();
    if (running == 0) {
      return;
    }
    events.emit(EventCatalogue.DRAINING, Origin.process(), Map.of("seconds", patience.toSeconds(), "count", running));
    try {
      if (!sessions.awaitTransfers(patience)) {
        events.emit(EventCatalogue.DRAIN_TIMED_OUT, Origin.process(),
            Map.of("seconds", patience.toSeconds(), "count", sessions.runningTransfers()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        if (events != null) {
          events.emit(EventCatalogue.INTERNAL_ERROR, Origin.process(),
              Map.of("activity", "closing a part", "details", String.valueOf(e)));
        }
      }
    }
  }

  @Override
  public void close() {
    stop("the program ends");
  }
}
