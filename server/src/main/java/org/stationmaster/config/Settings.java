package org.stationmaster.config;

import static org.stationmaster.config.Setting.reloadable;
import static org.stationmaster.config.Setting.restarting;

import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.stationmaster.config.Setting.Standard;

/** All settings there are: from here come validation, defaults, variable names, the shipped file and the manual. */
final class Settings {
  private static final ValueType<Optional<Path>> FILE = ValueTypes.FILE.orEmpty();
  private static final ValueType<Optional<String>> VARIABLE = ValueTypes.VARIABLE_NAME.orEmpty();
  private static final ValueType<DataSize> RATE = ValueTypes.size(new DataSize(0)).where(DataSize::refuseAsRate);
  private static final ValueType<Duration> SOME_TIME = ValueTypes.duration(Duration.ofMillis(1));
  private static final ValueType<Duration> NO_TIME_OR_MORE = ValueTypes.duration(Duration.ZERO);

  private static final ValueType<Integer> MOST = ValueTypes.number(1, 1_000_000);
  private static final ValueType<Integer> MOST_OR_ANY = ValueTypes.number(0, 1_000_000);

  /** What those outside are told if they do not ask for more. */
  private static final String ARRIVALS = "[{ids: [21220]}]";

  /** The ports on which loggers call. */
  static final NamedGroup LISTENERS = new NamedGroup("listeners", "listener", "protocol", standardListeners());
  /** The places that events go to. */
  static final NamedGroup OUTPUTS = new NamedGroup("events.outputs", "output", "type", standardOutputs());

  static final Setting<Path> PATHS_CONFIG = restarting("paths.config", ValueTypes.FOLDER, "config",
      "Where this file is. Read before the file is found: set it with --set or in the environment.");
  static final Setting<Path> PATHS_KEYS = restarting("paths.keys", ValueTypes.FOLDER, "keys",
      "Host keys and certificates.");
  static final Setting<Path> PATHS_DATA = restarting("paths.data", ValueTypes.FOLDER, "data",
      "The home folders of the accounts, one below it per account name.");
  static final Setting<Path> PATHS_STATE = restarting("paths.state", ValueTypes.FOLDER, "state",
      "The database of accounts and what else the server remembers.");
  static final Setting<Path> PATHS_LOGS = reloadable("paths.logs", ValueTypes.FOLDER, "logs",
      "The event log, events.log, and its older files.");
  static final Setting<Path> PATHS_QUARANTINE = restarting("paths.quarantine", ValueTypes.FOLDER, "quarantine",
      "Cut uploads that nobody went on with, where storage.expired-partials is quarantine.");

  static final Setting<Protocol> LISTENER_PROTOCOL = restarting("listeners.*.protocol", ValueTypes.PROTOCOL, "",
      "What is spoken: sftp, ftp (explicit TLS) or ftps (implicit TLS).").standard(new Standard.None());
  static final Setting<Boolean> LISTENER_ENABLED = restarting("listeners.*.enabled", ValueTypes.BOOLEAN, "true",
      "Whether the port is opened at all.");
  static final Setting<String> LISTENER_ADDRESS = restarting("listeners.*.address", ValueTypes.ADDRESS, "::",
      "Local address; \"::\" is every address, of IPv6 and of IPv4.");
  static final Setting<Integer> LISTENER_PORT = restarting("listeners.*.port", ValueTypes.PORT, "",
      "TCP port; 0 takes any free one. Ports below 1024 need a privilege.").standard(new Standard.ByKind(
          Map.of(Protocol.SFTP, "22", Protocol.FTP, "21", Protocol.FTPS, "990")));
  static final Setting<SourceRules> LISTENER_SOURCES = reloadable("listeners.*.sources", SourceRulesReader.TYPE, "[]",
      "Where callers may come from, e.g. [{deny: 10.20.6.6}, {allow: 10.20.0.0/16}]. The first rule that fits decides;"
      + " whom none fits gets the opposite of the last one, so that [{allow: 10.20.0.0/16}] refuses all others.");
  static final Setting<Integer> LISTENER_CONNECTIONS = reloadable("listeners.*.max-connections", MOST_OR_ANY, "0",
      "How many connections it has at the same time; then new ones wait. 0 is any, up to connections.max-total.");
  static final Setting<List<Network>> LISTENER_PROXIES = reloadable("listeners.*.proxy-protocol.from",
      ValueTypes.NETWORK.list(), "[]", "The load balancers that say in front of each connection, by the PROXY protocol"
      + " of version 1 or 2, who has called them. From these networks it is required; from elsewhere it is refused.");
  static final Setting<List<CredentialType>> LISTENER_AUTHENTICATION = restarting("listeners.*.authentication-methods",
      ValueTypes.CREDENTIAL_TYPES, "", "How an account may log in here: password; sftp also publickey and"
      + " keyboard-interactive (the server asks for the password); ftp and ftps also certificate, where clients are"
      + " asked for one that names the account (tls.client-certificates).")
      .standard(new Standard.ByKind(Map.of(Protocol.SFTP, "[publickey, password]", Protocol.FTP, "[password]",
          Protocol.FTPS, "[password]")));
  static final Setting<AlgorithmSet> LISTENER_ALGORITHMS = restarting("listeners.*.algorithms",
      AlgorithmSetReader.TYPE, "logger", "SSH algorithms: the profile strict, modern or logger, then what is added (+),"
      + " put first (^) or taken out (-), e.g. logger,+none,-3des-cbc. \"stationmaster algorithms\" prints the result.")
      .only(Protocol.SFTP);
  static final Setting<List<AlgorithmRule>> LISTENER_ALGORITHM_RULES = restarting("listeners.*.algorithm-rules",
      AlgorithmRules.TYPE, "[]", "Which clients are offered other algorithms, by their network (from) and by what they"
      + " say that they are (ident, * for anything): {from: [10.20.0.0/16], ident: \"libssh2*\", algorithms: logger}."
      + " The first rule that fits decides.").only(Protocol.SFTP);
  static final Setting<Boolean> LISTENER_PASSWORD_IN_CLEAR = restarting(
      "listeners.*.allow-password-without-encryption", ValueTypes.BOOLEAN, "false", "Whether a password is taken over"
      + " the cipher none, which everybody on the way can read.").only(Protocol.SFTP);

  static final Setting<PortRange> FTP_PASSIVE_PORTS = restarting("ftp.passive-ports", ValueTypes.PORT_RANGE,
      "45001-45999", "Passive data connections, shared by all FTP and FTPS listeners that name no range of their own."
      + " Open these ports in the firewall.");
  static final Setting<PassiveAddress> FTP_PASSIVE_ADDRESS = restarting("ftp.passive-address",
      ValueTypes.PASSIVE_ADDRESS, "control", "What PASV tells clients: behind NAT the public address or host name of"
      + " the server, else control, which is the address that the client has connected to.");
  static final Setting<List<PassiveSettings.Rule>> FTP_PASSIVE_ADDRESSES = restarting("ftp.passive-addresses",
      PassiveAddressRules.TYPE, "[]", "What PASV tells clients of some networks instead, e.g. those on this side of the"
      + " NAT: {from: [10.0.0.0/8], address: control}. The first rule that fits decides.");
  static final Setting<Duration> FTP_PASSIVE_PORT_WAIT = restarting("ftp.passive-port-wait", NO_TIME_OR_MORE, "5s",
      "How long PASV and EPSV wait for a port while all are taken.");
  static final Setting<Integer> FTP_ACTIVE_SOURCE_PORT = restarting("ftp.active-source-port",
      ValueTypes.numberOf(20, 0), "20", "The port from which the server calls for PORT and EPRT: 20, which firewalls"
      + " expect, if the process may use it, else another; or 0 for any.");
  static final Setting<Duration> FTP_DATA_TIMEOUT = restarting("ftp.data-timeout", SOME_TIME, "30s",
      "How long a data connection may take to come about.");

  static final Setting<PortRange> LISTENER_PASSIVE_PORTS = restarting("listeners.*.passive-ports",
      ValueTypes.PORT_RANGE, "", "Passive data connections of this listener alone; by default the shared range.")
      .standard(new Standard.SameAs(FTP_PASSIVE_PORTS)).only(Protocol.FTP, Protocol.FTPS);
  static final Setting<PassiveAddress> LISTENER_PASSIVE_ADDRESS = restarting("listeners.*.passive-address",
      ValueTypes.PASSIVE_ADDRESS, "", "What PASV tells clients of this listener; by default the shared one.")
      .standard(new Standard.SameAs(FTP_PASSIVE_ADDRESS)).only(Protocol.FTP, Protocol.FTPS);
  static final Setting<List<PassiveSettings.Rule>> LISTENER_PASSIVE_ADDRESSES = restarting(
      "listeners.*.passive-addresses", PassiveAddressRules.TYPE, "", "What PASV tells clients of some networks instead;"
      + " by default the shared rules.")
      .standard(new Standard.SameAs(FTP_PASSIVE_ADDRESSES)).only(Protocol.FTP, Protocol.FTPS);

  static final Setting<List<Path>> SSH_HOST_KEYS = restarting("ssh.host-keys", ValueTypes.FILE.list(), "[]",
      "Private host key files (PEM, OpenSSH); empty means the four that are generated in paths.keys.");
  static final Setting<Integer> SSH_RSA_KEY_SIZE = restarting("ssh.rsa-key-size",
      ValueTypes.numberOf(2048, 3072, 4096), "2048", "Bits of a generated RSA key; every session pays for them.");
  static final Setting<Integer> SSH_ECDSA_KEY_SIZE = restarting("ssh.ecdsa-key-size",
      ValueTypes.numberOf(256, 384, 521), "256", "Bits of a generated ECDSA key.");
  static final Setting<Optional<Path>> SSH_PASSPHRASE_FILE = restarting("ssh.passphrase-file", FILE, "",
      "File whose first line opens encrypted host keys.");
  static final Setting<Optional<String>> SSH_PASSPHRASE_ENVIRONMENT = restarting("ssh.passphrase-environment",
      VARIABLE, "", "Name of the environment variable that opens encrypted host keys.");

  static final Setting<Duration> SSH_KEEP_ALIVE = reloadable("ssh.keep-alive", NO_TIME_OR_MORE, "60s",
      "After so long without a request a client that has logged in is sent a message to ignore; 0s is never.");
  static final Setting<Optional<Path>> SSH_MODULI = reloadable("ssh.moduli", FILE, "",
      "Groups for the Diffie-Hellman group exchange, in OpenSSH's format; empty is the file moduli in paths.config, or"
      + " the shipped groups where that is missing.");
  static final Setting<SftpSettings.GexAnswer> SSH_GEX_ANSWER = restarting("ssh.gex-answer", ValueTypes.GEX_ANSWER,
      "smallest-safe", "Which group in a client's range is the answer: the smallest that is safe, since every session"
      + " pays for its bits, or the one that the client prefers, as OpenSSH answers.");
  static final Setting<Boolean> SSH_USE_LIBCRYPTO = restarting("ssh.use-libcrypto", ValueTypes.BOOLEAN, "true",
      "Whether OpenSSL 3 (libcrypto.so.3) computes Diffie-Hellman and ChaCha20 of SSH, and RSA signatures, also those"
      + " of TLS, where the machine has it; it takes a third of the time that Java takes, or less.");
  static final Setting<String> SSH_IDENT = restarting("ssh.ident", ValueTypes.SSH_IDENT, "Stationmaster",
      "What the server says it is, behind SSH-2.0-; without a version, which would only help attackers.");
  static final Setting<String> SSH_BANNER = restarting("ssh.banner", ValueTypes.BANNER, "",
      "Text that clients show before login; empty is none. Some loggers stumble over one.");

  static final Setting<Optional<Path>> TLS_CERTIFICATE = reloadable("tls.certificate", FILE, "",
      "The certificate chain, leaf first (PEM), or a PKCS#12 file with chain and key; empty means generated, which"
      + " real loggers refuse.");
  static final Setting<Optional<Path>> TLS_KEY = reloadable("tls.key", FILE, "",
      "The private key of the certificate (PEM); empty with a PKCS#12 file.");
  static final Setting<Optional<Path>> TLS_PASSPHRASE_FILE = reloadable("tls.passphrase-file", FILE, "",
      "File whose first line opens the key or the PKCS#12 file.");
  static final Setting<Optional<String>> TLS_PASSPHRASE_ENVIRONMENT = reloadable("tls.passphrase-environment",
      VARIABLE, "", "Name of the environment variable that opens the key or the PKCS#12 file.");
  static final Setting<List<CertificateSettings>> TLS_CERTIFICATES = reloadable("tls.certificates",
      FurtherCertificates.TYPE, "[]", "Further certificates. A client that names the server that it wants (SNI) gets"
      + " the one for that name, every other client the one above: {certificate: keys/other.pem,"
      + " key: keys/other-key.pem}.");
  static final Setting<Duration> TLS_WATCH_INTERVAL = restarting("tls.watch-interval", NO_TIME_OR_MORE, "5s",
      "How often the files of the certificates are looked at. One that has changed, and has been still for as long,"
      + " serves new connections without a restart; 0s is only at a reload.");
  static final Setting<List<String>> TLS_NAMES = reloadable("tls.names", ValueTypes.HOST_NAME_OR_ADDRESS.list(), "[]",
      "Further host names and IP addresses for the generated certificate.");
  static final Setting<List<TlsVersion>> TLS_VERSIONS = reloadable("tls.versions", ValueTypes.TLS_VERSIONS,
      "[TLSv1.2, TLSv1.3]", "TLS versions of all listeners that name none of their own.");

  static final Setting<FtpTlsSettings.Use> LISTENER_TLS_EXPLICIT = restarting("listeners.*.tls.explicit",
      ValueTypes.EXPLICIT_TLS, "optional", "Explicit TLS (AUTH TLS): off; optional, when the client asks;"
      + " required-for-login, so that no password is sent in clear text; required-for-data, so that no file is either.")
      .only(Protocol.FTP);
  static final Setting<Optional<Path>> LISTENER_TLS_CERTIFICATE = reloadable("listeners.*.tls.certificate", FILE, "",
      "The certificate for clients of this listener that name no server, or a name that it has: the file of one of"
      + " tls.certificates; empty is tls.certificate.").only(Protocol.FTP, Protocol.FTPS);
  static final Setting<List<TlsVersion>> LISTENER_TLS_VERSIONS = reloadable("listeners.*.tls.versions",
      ValueTypes.ALL_TLS_VERSIONS, "", "TLS versions; by default those of tls.versions. TLSv1.0 and TLSv1.1, for old"
      + " loggers, only on a listener that names them.").standard(new Standard.SameAs(TLS_VERSIONS))
      .only(Protocol.FTP, Protocol.FTPS);
  static final Setting<List<String>> LISTENER_TLS_CIPHERS = reloadable("listeners.*.tls.ciphers",
      ValueTypes.TLS_CIPHERS, "[default]", "Cipher suites in the order of the server, by their IANA names; default"
      + " stands for all good ones in our order, legacy for those with RSA key exchange or 3DES, which only a listener"
      + " for old loggers should have: [default, legacy].").only(Protocol.FTP, Protocol.FTPS);
  static final Setting<FtpTlsSettings.CloseNotify> LISTENER_CLOSE_NOTIFY = reloadable("listeners.*.tls.close-notify",
      ValueTypes.CLOSE_NOTIFY, "require", "Whether an upload inside TLS that ends without close_notify, so that it may"
      + " be cut, is refused (require) or taken for whole (accept), for clients that never send it.")
      .only(Protocol.FTP, Protocol.FTPS);
  static final Setting<Boolean> LISTENER_SESSION_REUSE = reloadable("listeners.*.tls.session-reuse",
      ValueTypes.SESSION_REUSE, "allow", "Whether a data connection may (allow) or must (require) resume the TLS"
      + " session of its command connection, which proves that it comes from the same client.")
      .only(Protocol.FTP, Protocol.FTPS);
  static final Setting<FtpTlsSettings.ClientCertificates> LISTENER_CLIENT_CERTIFICATES = reloadable(
      "listeners.*.tls.client-certificates", ValueTypes.CLIENT_CERTIFICATES, "off", "Whether clients are asked for a"
      + " certificate that one of client-ca has signed: off; optional; required, without which there is no session.")
      .only(Protocol.FTP, Protocol.FTPS);
  static final Setting<Optional<Path>> LISTENER_CLIENT_CA = reloadable("listeners.*.tls.client-ca", FILE, "",
      "The authorities that sign certificates of clients (PEM).").only(Protocol.FTP, Protocol.FTPS);
  static final Setting<Boolean> LISTENER_ALLOW_CLEAR_DATA = reloadable("listeners.*.tls.allow-clear-data",
      ValueTypes.BOOLEAN, "false", "Whether a client of implicit FTPS may have its data in clear text (PROT C).")
      .only(Protocol.FTPS);
  static final Setting<Boolean> LISTENER_ALLOW_CCC = reloadable("listeners.*.tls.allow-ccc", ValueTypes.BOOLEAN,
      "false", "Whether a client may end TLS on its command connection after login (CCC), for routers that read it to"
      + " let data connections through. File names cross the network in clear text then.")
      .only(Protocol.FTP, Protocol.FTPS);

  static final Setting<Optional<Path>> ACCOUNTS_BOOTSTRAP = restarting("accounts.bootstrap",
      ValueTypes.FILE_TO_WRITE.orEmpty(), "", "The accounts that a new installation begins with, as \"account import\""
      + " reads them. Read only at a start at which there is no account.");

  static final Setting<List<AuthenticationMethodSettings>> AUTHENTICATION = reloadable("authentication",
      AuthenticationMethods.TYPE, "[{name: accounts, type: database, active: true}]",
      "Where a login is checked, in this order. The name is what events call it. Types ldap and http may be named with"
      + " active: false.");

  static final Setting<DataSize> PASSWORDS_ARGON2_MEMORY = restarting("passwords.argon2-memory",
      ValueTypes.size(new DataSize(8 * 1024)), "19MiB", "Memory of one Argon2id hash.");
  static final Setting<Integer> PASSWORDS_ARGON2_ITERATIONS = restarting("passwords.argon2-iterations",
      ValueTypes.number(1, 1000), "2", "Passes over that memory.");
  static final Setting<Integer> PASSWORDS_ARGON2_PARALLELISM = restarting("passwords.argon2-parallelism",
      ValueTypes.number(1, 255), "1", "Lanes of one hash.");
  static final Setting<DataSize> PASSWORDS_HASHING_MEMORY = restarting("passwords.hashing-memory",
      ValueTypes.size(new DataSize(8 * 1024)), "256MiB", "What all hashes at one time may use together.");
  static final Setting<Duration> PASSWORDS_REMEMBER_FOR = restarting("passwords.remember-for", NO_TIME_OR_MORE, "15m",
      "How long a successful check spares the next login the hash; 0s is never.");
  static final Setting<Integer> PASSWORDS_REMEMBERED_LOGINS = restarting("passwords.remembered-logins",
      ValueTypes.number(0, 10_000_000), "10000", "How many successful checks are remembered at most.");
  static final Setting<Integer> PASSWORDS_MINIMUM_LENGTH = restarting("passwords.minimum-length",
      ValueTypes.number(1, 128), "12", "How many characters a password has at least that an account chooses itself.");
  static final Setting<Integer> PASSWORDS_MINIMUM_STRENGTH = restarting("passwords.minimum-strength",
      ValueTypes.number(0, 4), "3",
      "How hard such a password is to guess, by zxcvbn's estimate: 0 (at once) to 4 (beyond reach).");
  static final Setting<Integer> PASSWORDS_HISTORY = restarting("passwords.history", ValueTypes.number(0, 50), "8",
      "How many former passwords of an account it may not choose again.");
  static final Setting<Duration> PASSWORDS_MAX_AGE = restarting("passwords.max-age", NO_TIME_OR_MORE, "0s",
      "After which a password has to be changed, by the account if it may (--allow-password-change), else by the"
      + " operator; 0s is never.");

  static final Setting<Set<PosixFilePermission>> STORAGE_FILE_MODE = restarting("storage.file-mode",
      ValueTypes.FILE_MODE, "0640", "Mode of a published file.");
  static final Setting<Set<PosixFilePermission>> STORAGE_FOLDER_MODE = restarting("storage.folder-mode",
      ValueTypes.FOLDER_MODE, "0750", "Mode of a folder that is created.");
  static final Setting<Optional<String>> STORAGE_GROUP = restarting("storage.group", ValueTypes.SYSTEM_GROUP.orEmpty(),
      "", "Group of published files and folders, so that whoever reads them can; empty leaves it to the system.");
  static final Setting<Durability> STORAGE_DURABILITY = restarting("storage.durability", ValueTypes.DURABILITY, "full",
      "What an OK promises: full, the file survives a loss of power; data, its bytes were synced before it got its"
      + " name, which may be lost; none, nothing is synced.");
  static final Setting<Duration> STORAGE_KEEP_ARRIVALS = restarting("storage.keep-arrivals",
      ValueTypes.duration(Duration.ofHours(1)), "30d", "How long the database remembers that a file arrived.");
  static final Setting<Duration> STORAGE_RESUME_WINDOW = restarting("storage.resume-window", NO_TIME_OR_MORE, "1d",
      "How long the bytes of a cut upload are kept, so that its account can go on where it was cut; 0s keeps none.");
  static final Setting<StorageSettings.ExpiredPartials> STORAGE_EXPIRED_PARTIALS = restarting(
      "storage.expired-partials", ValueTypes.EXPIRED_PARTIALS, "delete",
      "What becomes of a cut upload that nobody went on with: delete, or quarantine, which moves it to"
      + " paths.quarantine.");

  static final Setting<DataSize> STORAGE_APPEND_IN_PLACE_ABOVE = restarting("storage.append-in-place-above",
      ValueTypes.size(new DataSize(0)), "64MiB", "Appends to a larger file are written into it and undone if they are"
      + " cut, so that a growing end can be seen; to others, into a copy. 0B always makes a copy.");
  static final Setting<Boolean> STORAGE_APPEND_DEDUPE = restarting("storage.append-dedupe", ValueTypes.BOOLEAN, "false",
      "Whether an append that is sent again, because its OK was lost, is written once only. Accounts with the profile"
      + " logger or dropbox have it without this.");
  static final Setting<Duration> STORAGE_APPEND_DEDUPE_WINDOW = restarting("storage.append-dedupe-window", SOME_TIME,
      "2d", "How long after an append the same one counts as sent again; not longer than storage.keep-arrivals.");
  static final Setting<OverwritePolicy> STORAGE_ON_OVERWRITE = restarting("storage.on-overwrite",
      ValueTypes.OVERWRITE_POLICY, "replace", "A file arrives whose name is taken: replace, keep-versions (the former"
      + " one stays as NAME.~1~) or refuse.");
  static final Setting<Integer> STORAGE_KEEP_VERSIONS = restarting("storage.keep-versions",
      ValueTypes.number(1, 1_000_000), "10", "How many former files keep-versions leaves beside each file.");
  static final Setting<DataSize> STORAGE_FREE_SPACE_FLOOR = restarting("storage.free-space-floor",
      ValueTypes.size(new DataSize(0)), "256MiB",
      "While less than this is free on a file system, uploads to it are refused; 0B is off.");
  static final Setting<DataSize> STORAGE_MAX_UPLOAD_SIZE = restarting("storage.max-upload-size",
      ValueTypes.size(new DataSize(0)), "0B", "The largest file that is taken; 0B is any.");

  static final Setting<Duration> SESSIONS_LOGIN_GRACE = reloadable("sessions.login-grace", SOME_TIME, "60s",
      "From connect to login.");
  static final Setting<Duration> SESSIONS_IDLE_TIMEOUT = reloadable("sessions.idle-timeout", SOME_TIME, "5m",
      "Without a request while no transfer runs.");
  static final Setting<Duration> SESSIONS_TRANSFER_STALL = reloadable("sessions.transfer-stall", SOME_TIME, "2m",
      "Without a byte of a running transfer; for SFTP, without a request while a file is open.");
  static final Setting<Duration> SESSIONS_EVICT_IDLE = reloadable("sessions.evict-idle", NO_TIME_OR_MORE, "30s",
      "A session from which nothing came for so long ends when its account logs in again, unless the account is"
      + " shared; 0s is never.");
  static final Setting<Duration> SESSIONS_DRAIN_TIME = reloadable("sessions.drain-time", NO_TIME_OR_MORE, "30s",
      "What running transfers get when the server stops.");
  static final Setting<Duration> SESSIONS_TCP_KEEP_ALIVE = reloadable("sessions.tcp-keep-alive", NO_TIME_OR_MORE,
      "60s", "After so long without a byte the kernel asks whether the other end is still there, which also keeps the"
      + " connection known to a carrier's NAT; for new connections; 0s is never.");
  static final Setting<Integer> SESSIONS_MAX_OPEN_FILES = reloadable("sessions.max-open-files",
      ValueTypes.number(1, 100_000), "256", "How many files and folders one SFTP session has open at the same time.");
  static final Setting<Integer> SESSIONS_MAX_CHANNELS = reloadable("sessions.max-channels",
      ValueTypes.number(1, 1000), "10", "How many channels, each with one SFTP session or copy, one SSH connection has"
      + " at the same time.");
  static final Setting<DataSize> SESSIONS_MAX_UPLOAD_RATE = reloadable("sessions.max-upload-rate", RATE, "0B",
      "How much all uploads together may bring per second; 0B is any. An account may have a limit of its own, too.");
  static final Setting<DataSize> SESSIONS_MAX_DOWNLOAD_RATE = reloadable("sessions.max-download-rate", RATE, "0B",
      "How much all downloads together may take per second; 0B is any.");

  static final Setting<Integer> CONNECTIONS_TOTAL = reloadable("connections.max-total", MOST, "3500",
      "How many connections are served at the same time; then new ones wait. Each needs up to four open files, so that"
      + " the process has to be allowed 400 and four for each (LimitNOFILE); with fewer, fewer are served.");
  static final Setting<Integer> CONNECTIONS_UNAUTHENTICATED = reloadable("connections.max-unauthenticated", MOST,
      "3000", "How many of them nobody has logged in on. Then the oldest one goes, of the network that holds most of"
      + " them; only where none holds more than one in a hundred, new ones wait.");
  static final Setting<Integer> CONNECTIONS_PER_NETWORK = reloadable("connections.max-per-network", MOST_OR_ANY,
      "3000", "How many of them one network has; further ones from there are refused. Hundreds of loggers may call from"
      + " one address of a carrier on the hour. 0 is any.");
  static final Setting<Integer> CONNECTIONS_PER_ACCOUNT = reloadable("connections.max-per-account", MOST_OR_ANY,
      "2500", "How many of them one account has; further logins are refused. An account may have a limit of its own"
      + " (max-connections). 0 is any.");
  static final Setting<Integer> CONNECTIONS_IPV4_PREFIX = reloadable("connections.ipv4-prefix",
      ValueTypes.number(8, 32), "32", "What one network is, for IPv4: the leading bits that its addresses share; 32 is"
      + " each address.");
  static final Setting<Integer> CONNECTIONS_IPV6_PREFIX = reloadable("connections.ipv6-prefix",
      ValueTypes.number(16, 128), "64", "The same for IPv6; 64 is what one customer has.");

  static final Setting<Integer> GUESSING_ACCOUNT_FAILURES = reloadable("guessing.account-failures",
      ValueTypes.number(0, 10_000), "5", "After so many wrong passwords for one account from one source, an address or"
      + " a /64 of IPv6, its passwords are not looked at there for a while; keys are. 0 is never.");
  static final Setting<Duration> GUESSING_ACCOUNT_WINDOW = reloadable("guessing.account-window", SOME_TIME, "10m",
      "The time in which they are counted.");
  static final Setting<Duration> GUESSING_ACCOUNT_HOLD = reloadable("guessing.account-hold", SOME_TIME, "5m",
      "That while.");
  static final Setting<Duration> GUESSING_DELAY = reloadable("guessing.delay", NO_TIME_OR_MORE, "1s",
      "How long the answer to the second wrong password is held back; each further one twice as long, up to 8 times."
      + " 0s is not at all.");
  static final Setting<Integer> GUESSING_SOURCE_FAILURES = reloadable("guessing.source-failures",
      ValueTypes.number(0, 1_000_000), "30", "After so many wrong passwords for whatever accounts a source is banned,"
      + " unless stations have logged in from there; then each account has only one wrong password. 0 is never.");
  static final Setting<Duration> GUESSING_SOURCE_WINDOW = reloadable("guessing.source-window", SOME_TIME, "30m",
      "The time in which they are counted.");
  static final Setting<Duration> GUESSING_BAN_TIME = reloadable("guessing.ban-time", SOME_TIME, "10m",
      "How long the first ban of a source lasts; each further one twice as long.");
  static final Setting<Duration> GUESSING_LONGEST_BAN = reloadable("guessing.longest-ban", SOME_TIME, "1d",
      "How long a ban lasts at most; and so long after its last one a source begins anew.");
  static final Setting<Duration> GUESSING_KNOWN_FOR = reloadable("guessing.known-for", NO_TIME_OR_MORE, "2d",
      "How long after a good login its source is not banned as a whole.");
  static final Setting<List<Network>> GUESSING_NEVER_BAN = reloadable("guessing.never-ban",
      ValueTypes.NETWORK.list(), "[]", "Networks in which nobody is banned and no account held, e.g. [10.20.0.0/16];"
      + " failures are counted all the same.");
  static final Setting<List<String>> GUESSING_DECOY_NAMES = reloadable("guessing.decoy-names",
      ValueTypes.LOGIN_NAME.list(), "[]", "Names that no station has; whoever tries one with a password is banned at"
      + " once, e.g. [root, admin, administrator, test, guest, oracle, postgres, ubuntu, pi].");

  static final Setting<OutputType> OUTPUT_TYPE = reloadable("events.outputs.*.type", ValueTypes.OUTPUT_TYPE, "",
      "What it is: a file, the console (standard output), a syslog server, a journal (a database for"
      + " \"stationmaster events\"), a webhook or a command. The last three are told of every arrival until they have"
      + " understood.")
      .standard(new Standard.None());
  static final Setting<Boolean> OUTPUT_ENABLED = reloadable("events.outputs.*.enabled", ValueTypes.BOOLEAN, "true",
      "Whether events go there at all.");
  static final Setting<List<EventRule>> OUTPUT_INCLUDE = reloadable("events.outputs.*.include", EventRules.TYPE, "",
      "Which events go there: those that fit a rule, and with no rule all. An event fits a rule if it fits one entry of"
      + " each of its keys: {ids: [30068, 10070-10079], groups: [failure], accounts: [\"pole-*\"], components: [ftp-1],"
      + " networks: [10.20.0.0/16], paths: [\"/raw/**\"]}.")
      .standard(new Standard.ByKind(Map.of(OutputType.FILE, "[]", OutputType.CONSOLE, "[]", OutputType.SYSLOG, "[]",
          OutputType.JOURNAL, "[]", OutputType.WEBHOOK, ARRIVALS, OutputType.COMMAND, ARRIVALS)));
  static final Setting<List<EventRule>> OUTPUT_EXCLUDE = reloadable("events.outputs.*.exclude", EventRules.TYPE, "[]",
      "Which of those do not go there after all.");
  static final Setting<EventFormat> OUTPUT_FORMAT = reloadable("events.outputs.*.format", ValueTypes.EVENT_FORMAT,
      "", "What an event looks like: line (number, time, component, account, peer, message), short (day, time,"
      + " number, message), untimed, iso (time first), json, csv, xferlog (uploads and downloads only) or template.")
      .standard(new Standard.ByKind(Map.of(OutputType.FILE, "line", OutputType.CONSOLE, "line", OutputType.SYSLOG,
          "untimed"))).only(OutputType.FILE, OutputType.CONSOLE, OutputType.SYSLOG);
  static final Setting<String> OUTPUT_TEMPLATE = reloadable("events.outputs.*.template", ValueTypes.EVENT_TEMPLATE, "",
      "The line of the format template, with names in braces: {time}, {iso_time}, {id}, {component}, {account},"
      + " {peer}, {groups}, {message}, or a field of events such as {path}.")
      .only(OutputType.FILE, OutputType.CONSOLE, OutputType.SYSLOG);
  static final Setting<Optional<Path>> OUTPUT_PATH = reloadable("events.outputs.*.path",
      ValueTypes.FILE_TO_WRITE.orEmpty(), "", "Where the file is; empty is events.log in paths.logs.")
      .only(OutputType.FILE);
  static final Setting<Set<PosixFilePermission>> OUTPUT_FILE_MODE = reloadable("events.outputs.*.file-mode",
      ValueTypes.FILE_MODE, "0600", "Mode of a file that is begun. With 0640 its group may read it, if the folder lets"
      + " the group in (chmod 750).").only(OutputType.FILE);
  static final Setting<Boolean> OUTPUT_EXTERNAL_ROTATION = reloadable("events.outputs.*.external-rotation",
      ValueTypes.BOOLEAN, "false", "Whether another program, such as logrotate, renames or empties the file, which is"
      + " noticed; then nothing below counts.").only(OutputType.FILE);
  static final Setting<DataSize> OUTPUT_FILE_SIZE = reloadable("events.outputs.*.file-size",
      ValueTypes.size(new DataSize(1024)), "50MiB", "A new file is begun at this size.").only(OutputType.FILE);
  static final Setting<Boolean> OUTPUT_DAILY = reloadable("events.outputs.*.daily", ValueTypes.BOOLEAN, "true",
      "Whether a new file is begun at midnight, too.").only(OutputType.FILE);
  static final Setting<Integer> OUTPUT_KEEP_DAYS = reloadable("events.outputs.*.keep-days",
      ValueTypes.number(1, 10_000), "90", "How many days of older files, or of events in a journal, stay.")
      .only(OutputType.FILE, OutputType.JOURNAL);
  static final Setting<DataSize> OUTPUT_KEEP_SIZE = reloadable("events.outputs.*.keep-size",
      ValueTypes.size(new DataSize(1024)), "2GiB",
      "How much older files together, or a journal, may hold; the oldest go first.")
      .only(OutputType.FILE, OutputType.JOURNAL);
  static final Setting<Integer> OUTPUT_KEEP_FILES = reloadable("events.outputs.*.keep-files",
      ValueTypes.number(1, 100_000), "10000", "How many older files stay.").only(OutputType.FILE);
  static final Setting<Boolean> OUTPUT_COMPRESS = reloadable("events.outputs.*.compress", ValueTypes.BOOLEAN, "false",
      "Whether older files are compressed (gzip).").only(OutputType.FILE);

  static final Setting<SyslogOutputSettings.Transport> OUTPUT_TRANSPORT = reloadable("events.outputs.*.transport",
      ValueTypes.SYSLOG_TRANSPORT, "local", "The way to the syslog server: local (its socket on this machine), udp, tcp"
      + " or tls.").only(OutputType.SYSLOG);
  static final Setting<Optional<SyslogOutputSettings.Server>> OUTPUT_SERVER = reloadable("events.outputs.*.server",
      ValueTypes.SERVER.orEmpty(), "", "Where the syslog server is; without a port it is 514 for udp, 601 for tcp and"
      + " 6514 for tls.").only(OutputType.SYSLOG);
  static final Setting<Path> OUTPUT_LOCAL_SOCKET = reloadable("events.outputs.*.local-socket",
      ValueTypes.FILE_TO_WRITE, "/dev/log", "The socket of transport local.").only(OutputType.SYSLOG);
  static final Setting<Optional<SyslogOutputSettings.Version>> OUTPUT_VERSION = reloadable(
      "events.outputs.*.syslog-version", ValueTypes.SYSLOG_VERSION.orEmpty(), "", "What messages are made of: rfc5424"
      + " or rfc3164; empty is rfc3164 for transport local, as its servers expect, else rfc5424.")
      .only(OutputType.SYSLOG);
  static final Setting<Integer> OUTPUT_FACILITY = reloadable("events.outputs.*.facility", ValueTypes.SYSLOG_FACILITY,
      "daemon", "The facility of messages, by which servers sort.").only(OutputType.SYSLOG);
  static final Setting<String> OUTPUT_APP_NAME = reloadable("events.outputs.*.app-name", ValueTypes.SYSLOG_NAME,
      "stationmaster", "What the sender is called.").only(OutputType.SYSLOG);
  static final Setting<Optional<String>> OUTPUT_STRUCTURED_DATA = reloadable("events.outputs.*.structured-data",
      ValueTypes.SYSLOG_ELEMENT.orEmpty(), "stationmaster@32473", "With rfc5424, the name of the element that carries"
      + " number, component, account, peer and all fields of an event; empty leaves it out.").only(OutputType.SYSLOG);

  static final Setting<URI> OUTPUT_URL = reloadable("events.outputs.*.url", ValueTypes.WEB_ADDRESS, "",
      "Where events are posted, as a JSON array; an answer of 2xx says that all of them were understood.")
      .standard(new Standard.None()).only(OutputType.WEBHOOK);
  static final Setting<Optional<Path>> OUTPUT_CA_FILE = reloadable("events.outputs.*.ca-file", FILE, "",
      "The certificate authorities (PEM) that are trusted for https or transport tls; empty is those of the Java"
      + " runtime.").only(OutputType.SYSLOG, OutputType.WEBHOOK);
  static final Setting<Optional<Path>> OUTPUT_SECRET_FILE = reloadable("events.outputs.*.secret-file", FILE, "",
      "File whose first line is the key of the signature (HMAC-SHA-256, X-Stationmaster-Signature).")
      .only(OutputType.WEBHOOK);
  static final Setting<Optional<String>> OUTPUT_SECRET_ENVIRONMENT = reloadable(
      "events.outputs.*.secret-environment", VARIABLE, "", "Name of the environment variable with that key.")
      .only(OutputType.WEBHOOK);
  static final Setting<Optional<Path>> OUTPUT_HEADERS_FILE = reloadable("events.outputs.*.headers-file", FILE, "",
      "File with further headers, such as Authorization, one \"Name: value\" a line.").only(OutputType.WEBHOOK);
  static final Setting<Integer> OUTPUT_BATCH_SIZE = reloadable("events.outputs.*.batch-size",
      ValueTypes.number(1, 1000), "100", "How many events one request has at most.").only(OutputType.WEBHOOK);
  static final Setting<List<String>> OUTPUT_COMMAND = reloadable("events.outputs.*.command", ValueTypes.COMMAND, "",
      "The program by its path, and its arguments: [/usr/local/bin/ingest, \"{account}\", \"{real_path}\"]. There is"
      + " no shell; a name in braces is filled in from the event.").standard(new Standard.None())
      .only(OutputType.COMMAND);
  static final Setting<Integer> OUTPUT_CONCURRENCY = reloadable("events.outputs.*.concurrency",
      ValueTypes.number(1, 256), "4", "How many of them run at the same time, for different accounts.")
      .only(OutputType.COMMAND);
  static final Setting<Duration> OUTPUT_TIMEOUT = reloadable("events.outputs.*.timeout", SOME_TIME, "",
      "How long connecting and the answer may take; after which a command is killed.").standard(new Standard.ByKind(
          Map.of(OutputType.WEBHOOK, "10s", OutputType.COMMAND, "1m"))).only(OutputType.WEBHOOK, OutputType.COMMAND);
  static final Setting<Integer> OUTPUT_ATTEMPTS = reloadable("events.outputs.*.attempts",
      ValueTypes.number(1, 1000), "12", "After so many an arrival that is refused, or at which the receiver breaks"
      + " while it takes others, is set aside (stationmaster outbox).").only(OutputType.WEBHOOK, OutputType.COMMAND);
  static final Setting<Duration> OUTPUT_RETRY_FIRST = reloadable("events.outputs.*.retry-first", SOME_TIME, "1s",
      "The pause before the second attempt; each is twice as long as the one before.")
      .only(OutputType.WEBHOOK, OutputType.COMMAND);
  static final Setting<Duration> OUTPUT_RETRY_LONGEST = reloadable("events.outputs.*.retry-longest", SOME_TIME, "5m",
      "The longest pause.").only(OutputType.WEBHOOK, OutputType.COMMAND);
  static final Setting<Duration> OUTPUT_GIVE_UP_AFTER = reloadable("events.outputs.*.give-up-after",
      ValueTypes.duration(Duration.ofMinutes(1)), "30d", "An arrival is not told any more when it is older; until then"
      + " the database keeps it.").only(OutputType.WEBHOOK, OutputType.COMMAND);

  static final Setting<Boolean> STATUS_ENABLED = restarting("status.enabled", ValueTypes.BOOLEAN, "true",
      "Whether /health and /ready are served.");
  static final Setting<String> STATUS_ADDRESS = restarting("status.address", ValueTypes.ADDRESS, "127.0.0.1",
      "Local address; keep it off the internet.");
  static final Setting<Integer> STATUS_PORT = restarting("status.port", ValueTypes.PORT, "8990",
      "TCP port; 0 takes any free one.");

  /** The table, in the order of the shipped file. */
  static final SettingsTable TABLE = new SettingsTable(List.of(
      PATHS_CONFIG, PATHS_KEYS, PATHS_DATA, PATHS_STATE, PATHS_LOGS, PATHS_QUARANTINE,
      LISTENER_PROTOCOL, LISTENER_ENABLED, LISTENER_ADDRESS, LISTENER_PORT, LISTENER_SOURCES, LISTENER_CONNECTIONS,
      LISTENER_PROXIES,
      LISTENER_AUTHENTICATION,
      LISTENER_ALGORITHMS, LISTENER_ALGORITHM_RULES, LISTENER_PASSWORD_IN_CLEAR,
      LISTENER_PASSIVE_PORTS, LISTENER_PASSIVE_ADDRESS, LISTENER_PASSIVE_ADDRESSES,
      LISTENER_TLS_EXPLICIT, LISTENER_TLS_CERTIFICATE, LISTENER_TLS_VERSIONS, LISTENER_TLS_CIPHERS,
      LISTENER_CLOSE_NOTIFY,
      LISTENER_SESSION_REUSE, LISTENER_CLIENT_CERTIFICATES, LISTENER_CLIENT_CA, LISTENER_ALLOW_CLEAR_DATA,
      LISTENER_ALLOW_CCC,
      FTP_PASSIVE_PORTS, FTP_PASSIVE_ADDRESS, FTP_PASSIVE_ADDRESSES, FTP_PASSIVE_PORT_WAIT, FTP_ACTIVE_SOURCE_PORT,
      FTP_DATA_TIMEOUT,
      SSH_HOST_KEYS, SSH_RSA_KEY_SIZE, SSH_ECDSA_KEY_SIZE, SSH_PASSPHRASE_FILE, SSH_PASSPHRASE_ENVIRONMENT,
      SSH_MODULI, SSH_GEX_ANSWER, SSH_USE_LIBCRYPTO, SSH_IDENT, SSH_BANNER, SSH_KEEP_ALIVE,
      TLS_CERTIFICATE, TLS_KEY, TLS_PASSPHRASE_FILE, TLS_PASSPHRASE_ENVIRONMENT, TLS_CERTIFICATES,
      TLS_WATCH_INTERVAL, TLS_NAMES, TLS_VERSIONS,
      ACCOUNTS_BOOTSTRAP, AUTHENTICATION,
      PASSWORDS_ARGON2_MEMORY, PASSWORDS_ARGON2_ITERATIONS, PASSWORDS_ARGON2_PARALLELISM, PASSWORDS_HASHING_MEMORY,
      PASSWORDS_REMEMBER_FOR, PASSWORDS_REMEMBERED_LOGINS, PASSWORDS_MINIMUM_LENGTH, PASSWORDS_MINIMUM_STRENGTH,
      PASSWORDS_HISTORY, PASSWORDS_MAX_AGE,
      STORAGE_FILE_MODE, STORAGE_FOLDER_MODE, STORAGE_GROUP, STORAGE_DURABILITY, STORAGE_KEEP_ARRIVALS,
      STORAGE_RESUME_WINDOW, STORAGE_EXPIRED_PARTIALS, STORAGE_APPEND_IN_PLACE_ABOVE,
      STORAGE_APPEND_DEDUPE, STORAGE_APPEND_DEDUPE_WINDOW,
      STORAGE_ON_OVERWRITE, STORAGE_KEEP_VERSIONS, STORAGE_FREE_SPACE_FLOOR, STORAGE_MAX_UPLOAD_SIZE,
      SESSIONS_LOGIN_GRACE, SESSIONS_IDLE_TIMEOUT, SESSIONS_TRANSFER_STALL, SESSIONS_EVICT_IDLE, SESSIONS_DRAIN_TIME,
      SESSIONS_TCP_KEEP_ALIVE, SESSIONS_MAX_OPEN_FILES, SESSIONS_MAX_CHANNELS, SESSIONS_MAX_UPLOAD_RATE,
      SESSIONS_MAX_DOWNLOAD_RATE,
      CONNECTIONS_TOTAL, CONNECTIONS_UNAUTHENTICATED, CONNECTIONS_PER_NETWORK, CONNECTIONS_PER_ACCOUNT,
      CONNECTIONS_IPV4_PREFIX, CONNECTIONS_IPV6_PREFIX,
      GUESSING_ACCOUNT_FAILURES, GUESSING_ACCOUNT_WINDOW, GUESSING_ACCOUNT_HOLD, GUESSING_DELAY,
      GUESSING_SOURCE_FAILURES, GUESSING_SOURCE_WINDOW, GUESSING_BAN_TIME, GUESSING_LONGEST_BAN, GUESSING_KNOWN_FOR,
      GUESSING_NEVER_BAN, GUESSING_DECOY_NAMES,
      OUTPUT_TYPE, OUTPUT_ENABLED, OUTPUT_INCLUDE, OUTPUT_EXCLUDE, OUTPUT_FORMAT, OUTPUT_TEMPLATE,
      OUTPUT_PATH, OUTPUT_FILE_MODE, OUTPUT_EXTERNAL_ROTATION,
      OUTPUT_FILE_SIZE, OUTPUT_DAILY, OUTPUT_KEEP_DAYS, OUTPUT_KEEP_SIZE,
      OUTPUT_KEEP_FILES, OUTPUT_COMPRESS,
      OUTPUT_TRANSPORT, OUTPUT_SERVER, OUTPUT_LOCAL_SOCKET, OUTPUT_VERSION, OUTPUT_FACILITY, OUTPUT_APP_NAME,
      OUTPUT_STRUCTURED_DATA,
      OUTPUT_URL, OUTPUT_CA_FILE, OUTPUT_SECRET_FILE, OUTPUT_SECRET_ENVIRONMENT, OUTPUT_HEADERS_FILE, OUTPUT_BATCH_SIZE,
      OUTPUT_COMMAND, OUTPUT_CONCURRENCY, OUTPUT_TIMEOUT, OUTPUT_ATTEMPTS, OUTPUT_RETRY_FIRST, OUTPUT_RETRY_LONGEST,
      OUTPUT_GIVE_UP_AFTER,
      STATUS_ENABLED, STATUS_ADDRESS, STATUS_PORT), groups(), List.of(LISTENERS, OUTPUTS), removed());

  private Settings() {
  }

  private static SequencedMap<String, String> groups() {
    SequencedMap<String, String> groups = new LinkedHashMap<>();
    groups.put("paths", "Where things are. A relative path starts at the home of the installation (--home).");
    groups.put("listeners", "The ports on which loggers call, by name. As soon as one listener stands in this file, the"
        + " listeners of this file replace the three that are shown here.");
    groups.put("ftp", "What all FTP and FTPS listeners share.");
    groups.put("ssh", "What all SFTP listeners share.");
    groups.put("tls", "The certificate for FTP with TLS, and TLS itself.");
    groups.put("accounts", "The accounts of stations.");
    groups.put("authentication", "Who checks a login.");
    groups.put("passwords", "How passwords are hashed (Argon2id), how long a successful check is remembered, and what a"
        + " password must be like.");
    groups.put("storage", "How files are published, what becomes of those that were cut, and what limits uploads."
        + " Accounts may have their own limits.");
    groups.put("sessions", "Limits in time and bandwidth.");
    groups.put("connections", "How many connections there may be at the same time. Each exceeded limit is an event"
        + " that names the setting.");
    groups.put("guessing", "What wrong passwords cost.");
    groups.put("events", "Where events go, by name. As soon as one output stands in this file, the outputs of this"
        + " file replace those that are shown here.");
    groups.put("status", "The port for health checks.");
    return groups;
  }

  private static SequencedMap<String, Kind> standardListeners() {
    SequencedMap<String, Kind> listeners = new LinkedHashMap<>();
    listeners.put("sftp-1", Protocol.SFTP);
    listeners.put("ftp-1", Protocol.FTP);
    listeners.put("ftps-1", Protocol.FTPS);
    return listeners;
  }

  private static SequencedMap<String, Kind> standardOutputs() {
    SequencedMap<String, Kind> outputs = new LinkedHashMap<>();
    outputs.put("log-file", OutputType.FILE);
    outputs.put("console", OutputType.CONSOLE);
    return outputs;
  }

  /** Keys of former versions and what to write instead; they are refused by name, never ignored. */
  private static Map<String, String> removed() {
    return Map.of(
        "listeners.*.tls", "it is a group now: write tls.explicit below the listener, with required-for-data for what"
            + " was required",
        "tls.protocols", "write tls.versions",
        "events.file-size", "set events.outputs.log-file.file-size",
        "events.keep-days", "set events.outputs.log-file.keep-days",
        "events.keep-size", "set events.outputs.log-file.keep-size",
        "events.console", "set events.outputs.console.enabled");
  }
}
