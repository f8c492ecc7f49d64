package org.stationmaster.account;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.DrivePrefix;
import org.stationmaster.config.FtpDialect;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.config.SourceRules;
import org.stationmaster.config.TimeSpan;
import org.stationmaster.config.UploadName;
import org.stationmaster.config.VirtualFolder;

/**
 * Something that an account may have otherwise than the server. The account's own value comes before that of its
 * profile, and that before the server's setting. The table {@link #ALL} makes the options of the account commands, the
 * keys of account files and what is stored.
 *
 * @param <T> what a value is
 */
public final class AccountOption<T> {
  /** What becomes of a file when another one of its name arrives. */
  public static final AccountOption<OverwritePolicy> ON_OVERWRITE = new AccountOption<>("on-overwrite", "POLICY",
      "A file of the same name arrives: replace, keep-versions or refuse.",
      AccountOption::policy, OverwritePolicy::setting, Map.of());
  /** How many bytes the home may hold. */
  public static final AccountOption<DataSize> QUOTA_SIZE = new AccountOption<>("quota-size", "SIZE",
      "How much the home folder may hold, such as 2GiB.", DataSize::parse, DataSize::toString, Map.of());
  /** How many files the home may hold. */
  public static final AccountOption<Long> QUOTA_FILES = new AccountOption<>("quota-files", "NUMBER",
      "How many files the home folder may hold.", AccountOption::count, String::valueOf, Map.of());
  /** The largest upload. */
  public static final AccountOption<DataSize> MAX_UPLOAD_SIZE = new AccountOption<>("max-upload-size", "SIZE",
      "The largest file that is taken; 0B is any.", DataSize::parse, DataSize::toString, Map.of());
  /** How fast all of its uploads together may be. */
  public static final AccountOption<DataSize> MAX_UPLOAD_RATE = new AccountOption<>("max-upload-rate", "RATE",
      "How much all of its uploads together may bring per second, such as 100KiB; 0B is any.", AccountOption::rate,
      DataSize::toString, Map.of());
  /** How fast all of its downloads together may be. */
  public static final AccountOption<DataSize> MAX_DOWNLOAD_RATE = new AccountOption<>("max-download-rate", "RATE",
      "How much all of its downloads together may take per second, such as 1MiB; 0B is any.", AccountOption::rate,
      DataSize::toString, Map.of());
  /** The name that an upload is published under. */
  public static final AccountOption<UploadName> UPLOAD_NAME = new AccountOption<>("upload-name", "TEMPLATE",
      "The name that uploads get, such as '${stem}-${date}T${time}${extension}'.", UploadName::new,
      UploadName::template, Map.of());
  /** Whether an append that is sent twice is written once. */
  public static final AccountOption<Boolean> APPEND_DEDUPE = new AccountOption<>("append-dedupe", "BOOLEAN",
      "Whether an append that is sent again is written once only: true or false; true for loggers.",
      AccountOption::isTrue, String::valueOf, Map.of(Profile.LOGGER, true, Profile.DROPBOX, true));
  /** Whether several stations or people use the account at once. */
  public static final AccountOption<Boolean> SHARED = new AccountOption<>("shared", "BOOLEAN",
      "Whether several use this account at once, so that a new session never ends an older one: true or false.",
      AccountOption::isTrue, String::valueOf, Map.of());
  /** How many connections it may have. */
  public static final AccountOption<Long> MAX_CONNECTIONS = new AccountOption<>("max-connections", "NUMBER",
      "How many connections it may have at the same time; 0 is any.", AccountOption::count, String::valueOf, Map.of());
  /** Whether the account may change its password itself. */
  public static final AccountOption<Boolean> ALLOW_PASSWORD_CHANGE = new AccountOption<>("allow-password-change",
      "BOOLEAN", "Whether it may change its password itself (ssh NAME@SERVER passwd): true or false.",
      AccountOption::isTrue, String::valueOf, Map.of());
  /** When the password has to be changed; a new one takes this back. */
  public static final AccountOption<Instant> PASSWORD_EXPIRES = new AccountOption<>("password-expires", "DATE",
      "The last day of its present password, such as 2027-01-31.", AccountOption::time, Instant::toString, Map.of());
  /** The weakest SSH algorithms that it may log in over. */
  public static final AccountOption<AlgorithmProfile> MINIMUM_SECURITY = new AccountOption<>("minimum-security",
      "PROFILE", "The weakest SSH algorithms for its logins: strict, modern or logger (any that is offered).",
      AccountOption::algorithmProfile, AlgorithmProfile::setting, Map.of());

  /** What its logins over FTP have to be protected with. */
  public static final AccountOption<FtpTlsSettings.Use> EXPLICIT_TLS = new AccountOption<>("explicit-tls", "POLICY",
      "What it must encrypt over FTP, where the listener demands less: optional, required-for-login or "
          + "required-for-data.", AccountOption::explicitTls, FtpTlsSettings.Use::setting, Map.of());
  /** How its uploads over FTP inside TLS must end. */
  public static final AccountOption<FtpTlsSettings.CloseNotify> CLOSE_NOTIFY = new AccountOption<>("close-notify",
      "POLICY", "An upload inside TLS that ends without close_notify: require refuses it, accept takes it for whole.",
      AccountOption::closeNotify, FtpTlsSettings.CloseNotify::setting, Map.of());
  /** The liberties of its FTP sessions. */
  public static final AccountOption<FtpDialect> FTP_DIALECT = new AccountOption<>("ftp-dialect", "DIALECT",
      "What its FTP sessions may do that the RFCs do not say: logger (everything that loggers need; the default), rfc "
          + "(nothing), or one of them with exceptions, such as logger,-rename-replaces. The rules are "
          + Arrays.stream(FtpDialect.Rule.values()).map(FtpDialect.Rule::setting).collect(Collectors.joining(", "))
          + ".", FtpDialect::parse, FtpDialect::write, Map.of());
  /** What becomes of a drive in front of a path. */
  public static final AccountOption<DrivePrefix> DRIVE_PREFIX = new AccountOption<>("drive-prefix", "WAY",
      "USR:, CPU: or CRD: in front of a path: keep it in the name (the default), strip it, or make it a folder.",
      AccountOption::drivePrefix, DrivePrefix::setting, Map.of());
  /** How long a file that something else took away is remembered. */
  public static final AccountOption<Duration> REMEMBER_MOVED = new AccountOption<>("remember-moved", "DURATION",
      "How long FTP still answers SIZE, MDTM, LIST and NLST for an uploaded file that ingest has moved away, such as "
          + "10m; 0s is not at all. 10m for loggers.", TimeSpan::parse, TimeSpan::format,
      Map.of(Profile.LOGGER, Duration.ofMinutes(10), Profile.DROPBOX, Duration.ofMinutes(10)));
  /** Where it may log in from. */
  public static final AccountOption<SourceRules> SOURCES = new AccountOption<>("sources", "RULES",
      "Where it may log in from: allow:NETWORK or deny:NETWORK, several separated by commas. The first that fits "
          + "decides; where none fits, the opposite of the last one.", SourceRules::parse, SourceRules::toString,
      Map.of());
  /** Folders of its tree that lie elsewhere. */
  public static final AccountOption<List<VirtualFolder>> FOLDERS = new AccountOption<>("folders", "FOLDERS",
      "Folders that lie elsewhere on disk: /path=/real/folder, read-only with :ro behind it, several separated by "
          + "commas. ${account} in a real folder is the account's name.",
      VirtualFolder::parse, VirtualFolder::write, Map.of());

  /** The table, in the order in which they are shown. */
  public static final List<AccountOption<?>> ALL = List.of(ON_OVERWRITE, QUOTA_SIZE, QUOTA_FILES, MAX_UPLOAD_SIZE,
      MAX_UPLOAD_RATE, MAX_DOWNLOAD_RATE, UPLOAD_NAME, APPEND_DEDUPE, SHARED, MAX_CONNECTIONS,
      FTP_DIALECT, DRIVE_PREFIX, REMEMBER_MOVED,
      FOLDERS, ALLOW_PASSWORD_CHANGE, PASSWORD_EXPIRES, SOURCES, MINIMUM_SECURITY, EXPLICIT_TLS, CLOSE_NOTIFY);

  private final String name;
  private final String label;
  private final String description;
  private final Function<String, T> reader;
  private final Function<T, String> writer;
  private final Map<Profile, T> profiles;

  private AccountOption(String name, String label, String description, Function<String, T> reader,
      Function<T, String> writer, Map<Profile, T> profiles) {
    this.name = name;
    this.label = label;
    this.description = description;
    this.reader = reader;
    this.writer = writer;
    this.profiles = profiles;
  }

  /** The option of that name. */
  public static Optional<AccountOption<?>> named(String name) {
    return ALL.stream().<AccountOption<?>>map(Function.identity()).filter(option -> option.name.equals(name))
        .findFirst();
  }

  /** Its name in commands and files: {@code quota-size}. */
  public String name() {
    return name;
  }

  /** What stands for a value in help: {@code SIZE}. */
  public String label() {
    return label;
  }

  /** A sentence for help. */
  public String description() {
    return description;
  }

  /** What accounts of a profile have unless they say otherwise. */
  Optional<T> of(Profile profile) {
    return Optional.ofNullable(profiles.get(profile));
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with a clause for a person
   */
  T read(String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": \"" + text + "\" " + e.getMessage(), e);
    }
  }

  String write(T value) {
    return writer.apply(value);
  }

  private static OverwritePolicy policy(String text) {
    return OverwritePolicy.named(text).orElseThrow(() -> new IllegalArgumentException(
        "is no policy; write replace, keep-versions or refuse"));
  }

  private static DrivePrefix drivePrefix(String text) {
    return DrivePrefix.named(text).orElseThrow(() -> new IllegalArgumentException(
        "is no way; write keep, strip or folder"));
  }

  private static DataSize rate(String text) {
    DataSize rate = DataSize.parse(text);
    rate.refuseAsRate().ifPresent(sentence -> {
      throw new IllegalArgumentException(sentence);
    });
    return rate;
  }

  private static Long count(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException("is not a number; write one, e.g. 10000");
    }
    return Long.valueOf(text);
  }

  private static Instant time(String text) {
    try {
      return Expiry.parse(text, ZoneId.systemDefault());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not a date; write it as 2027-01-31, or with a time as "
          + "2027-01-31T12:00:00Z", e);
    }
  }

  private static AlgorithmProfile algorithmProfile(String text) {
    return AlgorithmProfile.named(text).orElseThrow(() -> new IllegalArgumentException(
        "is no profile; write strict, modern or logger"));
  }

  private static FtpTlsSettings.Use explicitTls(String text) {
    return Stream.of(FtpTlsSettings.Use.OPTIONAL, FtpTlsSettings.Use.REQUIRED_FOR_LOGIN,
        FtpTlsSettings.Use.REQUIRED_FOR_DATA).filter(use -> use.setting().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "is no policy; write optional, required-for-login or required-for-data"));
  }

  private static FtpTlsSettings.CloseNotify closeNotify(String text) {
    return Stream.of(FtpTlsSettings.CloseNotify.values()).filter(policy -> policy.setting().equals(text)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("is no policy; write require or accept"));
  }

  private static Boolean isTrue(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
