package org.stationmaster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;
import org.stationmaster.config.Layer.Given;
import org.stationmaster.config.SyslogOutputSettings.Server;
import org.stationmaster.config.SyslogOutputSettings.Transport;
import org.stationmaster.config.SyslogOutputSettings.Version;

/**
 * Where the configuration of one installation is read from: {@code --set}, the environment, the file, and the
 * defaults, the earlier before the later. May be loaded again at any time, for a reload.
 */
public final class ConfigurationSource {
  /** The name of the file in {@code paths.config}. */
  public static final String FILE_NAME = "stationmaster.yaml";

  private final Path home;
  private final List<String> overrides;
  private final EnvironmentVariables variables;
  private final SettingsTable table;

  /**
   * Reads nothing yet.
   *
   * @param home where relative paths start
   * @param overrides {@code key=value} as on the command line; of two for one key the last wins
   * @param environment of the process
   */
  public ConfigurationSource(Path home, List<String> overrides, Map<String, String> environment) {
    this(home, overrides, environment, Settings.TABLE);
  }

  ConfigurationSource(Path home, List<String> overrides, Map<String, String> environment, SettingsTable table) {
    this.home = home.toAbsolutePath().normalize();
    this.overrides = List.copyOf(overrides);
    this.variables = new EnvironmentVariables(environment);
    this.table = table;
  }

  /**
   * Reads and checks everything.
   *
   * @throws InvalidConfiguration with all problems, if there is one
   */
  public EffectiveConfiguration load() throws InvalidConfiguration {
    Problems problems = new Problems();
    Path folder = configFolder();
    Layer file = new Layer(table, problems);
    readFile(folder.resolve(FILE_NAME), file);
    Layers layers = Layers.of(table, file, overrides, variables, problems);
    Values values = new Values(table, layers, home, problems);
    new Checks(values, problems).run();
    fileDoesNotNameAnotherFolder(values, folder, problems);
    if (!problems.isEmpty()) {
      throw new InvalidConfiguration(problems.sentences());
    }
    return new EffectiveConfiguration(build(values), values.effective());
  }

  /**
   * Where things would be with the file in {@code folder} in the place of the present one. What else is in that file is
   * not looked at: it may name things that are not there yet.
   */
  public PathSettings pathsWith(Path folder) throws InvalidConfiguration {
    Problems ignored = new Problems();
    Layer file = new Layer(table, ignored);
    readFile(folder.resolve(FILE_NAME), file);
    Values values = new Values(table, Layers.of(table, file, overrides, variables, ignored), home, ignored);
    return paths(values, configFolder());
  }

  private PathSettings paths(Values values, Path config) {
    PathSettings usual = PathSettings.below(home);
    return new PathSettings(home, config, path(values, Settings.PATHS_KEYS, usual.keys()),
        path(values, Settings.PATHS_DATA, usual.data()), path(values, Settings.PATHS_STATE, usual.state()),
        path(values, Settings.PATHS_LOGS, usual.logs()), path(values, Settings.PATHS_QUARANTINE, usual.quarantine()));
  }

  /** One that was refused is a problem of the whole; until then the usual one does. */
  private static Path path(Values values, Setting<Path> setting, Path usual) {
    return values.find(setting).map(Values.Value::value).orElse(usual);
  }

  /** The folder must be known before the file can be read, so the file has no say in it. */
  private Path configFolder() {
    Problems ignored = new Problems();
    Layer noFile = new Layer(table, ignored);
    Given given = Layers.of(table, noFile, overrides, variables, ignored).given().get(Settings.PATHS_CONFIG.key());
    try {
      return given == null ? home.resolve("config") : Settings.PATHS_CONFIG.type().reader().read(given.node(), home);
    } catch (BadValue e) {
      // Reported with all other problems.
      return home.resolve("config");
    }
  }

  private void readFile(Path file, Layer layer) throws InvalidConfiguration {
    String name = file.startsWith(home) ? home.relativize(file).toString() : file.toString();
    if (Files.notExists(file)) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw new InvalidConfiguration(List.of(name + ": is a folder; put a file there, or remove it"));
    }
    try {
      Optional<Node> root = Yaml.compose(Files.readAllBytes(file));
      Function<Node, ValueOrigin> origins = node ->
          new ValueOrigin.File(name, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1));
      root.ifPresent(node -> layer.takeTree(node, origins));
    } catch (Yaml.Malformed e) {
      throw new InvalidConfiguration(List.of(name + ": is not YAML as it is used here: " + e.getMessage()
          + "; mend line " + e.line() + ", column " + e.column() + " (" + name + ":" + e.line() + ")"));
    } catch (IOException e) {
      throw new InvalidConfiguration(List.of(name + ": cannot be read by user " + System.getProperty("user.name")
          + "; change its owner or its mode, or that of a folder above it"));
    }
  }

  private static void fileDoesNotNameAnotherFolder(Values values, Path folder, Problems problems) {
    values.find(Settings.PATHS_CONFIG)
        .filter(value -> value.origin() instanceof ValueOrigin.File && !value.value().equals(folder))
        .ifPresent(value -> problems.add(value.key(), value.text(), "is not the folder of this file; set it with --set"
            + " or " + Setting.variable(value.key()), value.origin()));
  }

  private Configuration build(Values values) {
    List<ListenerSettings> listeners = new ArrayList<>();
    for (String name : values.listeners()) {
      if (values.get(Settings.LISTENER_ENABLED, name)) {
        listeners.add(listener(values, name));
      }
    }
    return new Configuration(
        paths(values, values.get(Settings.PATHS_CONFIG)),
        listeners,
        new FtpSettings(values.get(Settings.FTP_DATA_TIMEOUT), values.get(Settings.FTP_PASSIVE_PORT_WAIT),
            values.get(Settings.FTP_ACTIVE_SOURCE_PORT)),
        new SftpSettings(values.get(Settings.SSH_MODULI), values.get(Settings.SSH_GEX_ANSWER),
            values.get(Settings.SSH_USE_LIBCRYPTO), values.get(Settings.SSH_IDENT), values.get(Settings.SSH_BANNER)),
        new SshSettings(values.get(Settings.SSH_HOST_KEYS), values.get(Settings.SSH_RSA_KEY_SIZE),
            values.get(Settings.SSH_ECDSA_KEY_SIZE),
            passphrase(values, Settings.SSH_PASSPHRASE_FILE, Settings.SSH_PASSPHRASE_ENVIRONMENT)),
        new TlsSettings(values.get(Settings.TLS_CERTIFICATE), values.get(Settings.TLS_KEY),
            passphrase(values, Settings.TLS_PASSPHRASE_FILE, Settings.TLS_PASSPHRASE_ENVIRONMENT),
            values.get(Settings.TLS_NAMES), values.get(Settings.TLS_CERTIFICATES),
            values.get(Settings.TLS_WATCH_INTERVAL)),
        values.get(Settings.ACCOUNTS_BOOTSTRAP),
        values.get(Settings.AUTHENTICATION),
        new PasswordSettings(values.get(Settings.PASSWORDS_ARGON2_MEMORY),
            values.get(Settings.PASSWORDS_ARGON2_ITERATIONS), values.get(Settings.PASSWORDS_ARGON2_PARALLELISM),
            values.get(Settings.PASSWORDS_HASHING_MEMORY), values.get(Settings.PASSWORDS_REMEMBER_FOR),
            values.get(Settings.PASSWORDS_REMEMBERED_LOGINS),
            new PasswordRuleSettings(values.get(Settings.PASSWORDS_MINIMUM_LENGTH),
                values.get(Settings.PASSWORDS_MINIMUM_STRENGTH), values.get(Settings.PASSWORDS_HISTORY),
                values.get(Settings.PASSWORDS_MAX_AGE))),
        new StorageSettings(values.get(Settings.STORAGE_FILE_MODE), values.get(Settings.STORAGE_FOLDER_MODE),
            values.get(Settings.STORAGE_GROUP), values.get(Settings.STORAGE_DURABILITY),
            values.get(Settings.STORAGE_KEEP_ARRIVALS), values.get(Settings.STORAGE_RESUME_WINDOW),
            values.get(Settings.STORAGE_EXPIRED_PARTIALS), values.get(Settings.STORAGE_APPEND_IN_PLACE_ABOVE),
            new UploadSettings(values.get(Settings.STORAGE_ON_OVERWRITE), values.get(Settings.STORAGE_KEEP_VERSIONS),
                values.get(Settings.STORAGE_FREE_SPACE_FLOOR), values.get(Settings.STORAGE_MAX_UPLOAD_SIZE),
                values.get(Settings.STORAGE_APPEND_DEDUPE), values.get(Settings.STORAGE_APPEND_DEDUPE_WINDOW))),
        new SessionSettings(values.get(Settings.SESSIONS_LOGIN_GRACE), values.get(Settings.SESSIONS_IDLE_TIMEOUT),
            values.get(Settings.SESSIONS_TRANSFER_STALL), values.get(Settings.SESSIONS_EVICT_IDLE),
            values.get(Settings.SESSIONS_DRAIN_TIME), values.get(Settings.SESSIONS_TCP_KEEP_ALIVE),
            values.get(Settings.SSH_KEEP_ALIVE), values.get(Settings.SESSIONS_MAX_OPEN_FILES),
            values.get(Settings.SESSIONS_MAX_CHANNELS), values.get(Settings.SESSIONS_MAX_UPLOAD_RATE),
            values.get(Settings.SESSIONS_MAX_DOWNLOAD_RATE)),
        new ConnectionSettings(values.get(Settings.CONNECTIONS_TOTAL),
            values.get(Settings.CONNECTIONS_UNAUTHENTICATED), values.get(Settings.CONNECTIONS_PER_NETWORK),
            values.get(Settings.CONNECTIONS_PER_ACCOUNT), values.get(Settings.CONNECTIONS_IPV4_PREFIX),
            values.get(Settings.CONNECTIONS_IPV6_PREFIX)),
        new GuessingSettings(values.get(Settings.GUESSING_ACCOUNT_FAILURES),
            values.get(Settings.GUESSING_ACCOUNT_WINDOW), values.get(Settings.GUESSING_ACCOUNT_HOLD),
            values.get(Settings.GUESSING_DELAY), values.get(Settings.GUESSING_SOURCE_FAILURES),
            values.get(Settings.GUESSING_SOURCE_WINDOW), values.get(Settings.GUESSING_BAN_TIME),
            values.get(Settings.GUESSING_LONGEST_BAN), values.get(Settings.GUESSING_KNOWN_FOR),
            values.get(Settings.GUESSING_NEVER_BAN), values.get(Settings.GUESSING_DECOY_NAMES)),
        new EventSettings(values.outputs().stream().filter(name -> values.get(Settings.OUTPUT_ENABLED, name))
            .map(name -> output(values, name)).toList()),
        new StatusSettings(values.get(Settings.STATUS_ENABLED), values.get(Settings.STATUS_ADDRESS),
            values.get(Settings.STATUS_PORT)));
  }

  private static ListenerSettings listener(Values values, String name) {
    String address = values.get(Settings.LISTENER_ADDRESS, name);
    int port = values.get(Settings.LISTENER_PORT, name);
    EntranceSettings entrance = new EntranceSettings(values.get(Settings.LISTENER_SOURCES, name),
        values.get(Settings.LISTENER_CONNECTIONS, name), values.get(Settings.LISTENER_PROXIES, name));
    var methods = new LinkedHashSet<>(values.get(Settings.LISTENER_AUTHENTICATION, name));
    return switch (values.get(Settings.LISTENER_PROTOCOL, name)) {
      case SFTP -> new SftpListenerSettings(name, address, port, entrance, methods,
          values.get(Settings.LISTENER_ALGORITHMS, name), values.get(Settings.LISTENER_ALGORITHM_RULES, name),
          values.get(Settings.LISTENER_PASSWORD_IN_CLEAR, name));
      case FTP -> new FtpListenerSettings(name, address, port, entrance, methods,
          tls(values, name, values.get(Settings.LISTENER_TLS_EXPLICIT, name), false),
          passive(values, name));
      case FTPS -> new FtpListenerSettings(name, address, port, entrance, methods,
          tls(values, name, FtpTlsSettings.Use.IMPLICIT, values.get(Settings.LISTENER_ALLOW_CLEAR_DATA, name)),
          passive(values, name));
    };
  }

  private static PassiveSettings passive(Values values, String listener) {
    return new PassiveSettings(values.get(Settings.LISTENER_PASSIVE_PORTS, listener),
        values.get(Settings.LISTENER_PASSIVE_ADDRESS, listener),
        values.get(Settings.LISTENER_PASSIVE_ADDRESSES, listener));
  }

  private static FtpTlsSettings tls(Values values, String name, FtpTlsSettings.Use use, boolean allowsClearData) {
    return new FtpTlsSettings(use, Set.copyOf(values.get(Settings.LISTENER_TLS_VERSIONS, name)),
        CipherSuites.expand(values.get(Settings.LISTENER_TLS_CIPHERS, name)),
        values.get(Settings.LISTENER_CLOSE_NOTIFY, name), values.get(Settings.LISTENER_SESSION_REUSE, name),
        values.get(Settings.LISTENER_CLIENT_CERTIFICATES, name), values.get(Settings.LISTENER_CLIENT_CA, name),
        allowsClearData, values.get(Settings.LISTENER_ALLOW_CCC, name),
        values.get(Settings.LISTENER_TLS_CERTIFICATE, name));
  }

  private OutputSettings output(Values values, String name) {
    EventSelection selection = new EventSelection(values.get(Settings.OUTPUT_INCLUDE, name),
        values.get(Settings.OUTPUT_EXCLUDE, name));
    return switch (values.get(Settings.OUTPUT_TYPE, name)) {
      case FILE -> new FileOutputSettings(name, selection, layout(values, name),
          values.get(Settings.OUTPUT_PATH, name).orElse(values.get(Settings.PATHS_LOGS).resolve("events.log")),
          values.get(Settings.OUTPUT_FILE_MODE, name),
          new FileOutputSettings.Rotation(values.get(Settings.OUTPUT_EXTERNAL_ROTATION, name),
              values.get(Settings.OUTPUT_FILE_SIZE, name), values.get(Settings.OUTPUT_DAILY, name),
              values.get(Settings.OUTPUT_KEEP_DAYS, name), values.get(Settings.OUTPUT_KEEP_SIZE, name),
              values.get(Settings.OUTPUT_KEEP_FILES, name), values.get(Settings.OUTPUT_COMPRESS, name)));
      case CONSOLE -> new ConsoleOutputSettings(name, selection, layout(values, name));
      case SYSLOG -> syslog(values, name, selection);
      case JOURNAL -> new JournalOutputSettings(name, selection,
          values.get(Settings.PATHS_STATE).resolve("events.db"), values.get(Settings.OUTPUT_KEEP_DAYS, name),
          values.get(Settings.OUTPUT_KEEP_SIZE, name));
      case WEBHOOK -> new WebhookOutputSettings(name, selection, values.get(Settings.OUTPUT_URL, name),
          values.get(Settings.OUTPUT_CA_FILE, name), secret(values, name),
          values.get(Settings.OUTPUT_HEADERS_FILE, name), values.get(Settings.OUTPUT_TIMEOUT, name),
          values.get(Settings.OUTPUT_BATCH_SIZE, name), retry(values, name));
      case COMMAND -> new CommandOutputSettings(name, selection, values.get(Settings.OUTPUT_COMMAND, name),
          home, values.get(Settings.OUTPUT_CONCURRENCY, name),
          values.get(Settings.OUTPUT_TIMEOUT, name), retry(values, name));
    };
  }

  private static RetrySettings retry(Values values, String name) {
    return new RetrySettings(values.get(Settings.OUTPUT_ATTEMPTS, name), values.get(Settings.OUTPUT_RETRY_FIRST, name),
        values.get(Settings.OUTPUT_RETRY_LONGEST, name), values.get(Settings.OUTPUT_GIVE_UP_AFTER, name));
  }

  private static Passphrase secret(Values values, String name) {
    Optional<Passphrase> fromFile = values.get(Settings.OUTPUT_SECRET_FILE, name).map(Passphrase.FromFile::new);
    return fromFile.or(() -> values.get(Settings.OUTPUT_SECRET_ENVIRONMENT, name).map(Passphrase.FromEnvironment::new))
        .orElse(new Passphrase.None());
  }

  private static SyslogOutputSettings syslog(Values values, String name, EventSelection selection) {
    Transport transport = values.get(Settings.OUTPUT_TRANSPORT, name);
    Version usual = transport == Transport.LOCAL ? Version.RFC3164 : Version.RFC5424;
    return new SyslogOutputSettings(name, selection, layout(values, name), transport,
        values.get(Settings.OUTPUT_SERVER, name)
            .map(server -> server.port() == 0 ? new Server(server.host(), transport.port()) : server),
        values.get(Settings.OUTPUT_LOCAL_SOCKET, name), values.get(Settings.OUTPUT_VERSION, name).orElse(usual),
        values.get(Settings.OUTPUT_FACILITY, name), values.get(Settings.OUTPUT_APP_NAME, name),
        values.get(Settings.OUTPUT_STRUCTURED_DATA, name), values.get(Settings.OUTPUT_CA_FILE, name));
  }

  private static LayoutSettings layout(Values values, String name) {
    return new LayoutSettings(values.get(Settings.OUTPUT_FORMAT, name), values.get(Settings.OUTPUT_TEMPLATE, name));
  }

  private static Passphrase passphrase(Values values, Setting<Optional<Path>> file,
      Setting<Optional<String>> variable) {
    Optional<Passphrase> fromFile = values.get(file).map(Passphrase.FromFile::new);
    return fromFile.or(() -> values.get(variable).map(Passphrase.FromEnvironment::new))
        .orElse(new Passphrase.None());
  }
}
