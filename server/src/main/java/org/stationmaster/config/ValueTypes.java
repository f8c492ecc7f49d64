package org.stationmaster.config;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileSystems;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.config.ValueType.Refused;

/** The types of our settings. */
final class ValueTypes {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
  private static final Pattern MODE = Pattern.compile("0?([0-7]{3})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*\\$?");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern DOTTED = Pattern.compile("\\d+(\\.\\d+)*");
  private static final Pattern SERVER_PARTS = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^:\\[\\]]+))(?::(\\d{1,5}))?");
  private static final Pattern EVENT_LINE = Pattern.compile("([^{}]|\\{[a-z0-9_]+})*+");
  private static final String HOST_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
  private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)" + HOST_LABEL + "(\\." + HOST_LABEL + ")*");
  /** RFC 4253 section 4.2: the software version, then a comment. */
  private static final Pattern IDENT = Pattern.compile("[!-,.-~]+( [ -~]*)?");
  /** 255 characters with "SSH-2.0-" and the end of the line. */
  private static final int LONGEST_IDENT = 245;
  private static final int LONGEST_BANNER = 4096;

  static final ValueType<Boolean> BOOLEAN = ValueType.text("true or false", text -> switch (text) {
    case "true" -> true;
    case "false" -> false;
    default -> throw new Refused("is neither true nor false; write true or false");
  }, String::valueOf);

  static final ValueType<Integer> PORT = ValueType.text("port number, 0 for any free port", text -> {
    if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) > 65535) {
      throw new Refused("is not a port; write a number from 1 to 65535, or 0 for any free port");
    }
    return Integer.parseInt(text);
  }, String::valueOf);

  static final ValueType<PortRange> PORT_RANGE = ValueType.text("port range, e.g. 45001-45999", text -> {
    Matcher range = RANGE.matcher(text);
    if (!range.matches()) {
      throw new Refused("is not a port range; write the lower and the higher port, e.g. 45001-45999");
    }
    int first = Integer.parseInt(range.group(1));
    int last = Integer.parseInt(range.group(2));
    if (first < 1 || first > 65535 || last < 1 || last > 65535) {
      throw new Refused("goes beyond the ports 1 to 65535; write e.g. 45001-45999");
    }
    if (first > last) {
      throw new Refused("is empty; write the lower port first, e.g. " + last + "-" + first);
    }
    return new PortRange(first, last);
  }, PortRange::toString);

  static final ValueType<String> ADDRESS = ValueType.text("IP address of this machine, :: for every one", text -> {
    if (!text.equals("localhost") && !isAddress(text)) {
      throw new Refused("is not an IP address; write e.g. \"::\" (every address), 0.0.0.0 (IPv4 only) or 127.0.0.1");
    }
    return text;
  }, Function.identity());

  /** Empty is what a container's unset variable gives; it is the default, too. */
  static final ValueType<PassiveAddress> PASSIVE_ADDRESS = ValueType.text("IPv4 address, host name, or control",
      text -> {
        if (text.contains(":")) {
          throw new Refused("is an IPv6 address, which PASV cannot tell; write an IPv4 address or a host name");
        }
        if (!text.isEmpty() && !isAddress(text) && !isHostName(text)) {
          throw new Refused("is neither an IPv4 address nor a host name; write e.g. 203.0.113.10, or control for the "
              + "address that the client has connected to");
        }
        return text.isEmpty() ? PassiveAddress.CONTROL : new PassiveAddress(text);
      }, PassiveAddress::text);

  static final ValueType<String> HOST_NAME_OR_ADDRESS = ValueType.text("host name or IP address", text -> {
    if (!isAddress(text) && !isHostName(text)) {
      throw new Refused("is neither a host name nor an IP address; write e.g. logger.example.org");
    }
    return text;
  }, Function.identity());

  static final ValueType<Network> NETWORK = ValueType.text("network, e.g. 10.20.0.0/16 or 2001:db8::/32",
      Networks::parse, Network::toString);

  static final ValueType<String> LOGIN_NAME = ValueType.text("name that a client logs in with", text -> {
    if (text.isBlank()) {
      throw new Refused("is no name; write one, or take it out");
    }
    return text;
  }, name -> name);

  static final ValueType<Path> FOLDER = ValueType.file("path of a folder", (text, home) -> {
    Path path = path(text, home);
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new Refused("is not a folder; name a folder, or one that does not exist yet");
    }
    return path;
  }, Path::toString);

  static final ValueType<Path> FILE = ValueType.file("path of a file", (text, home) -> {
    Path path = path(text, home);
    if (!Files.exists(path)) {
      throw new Refused("does not exist; check the path (a relative one starts at " + home + ")");
    }
    if (!Files.isRegularFile(path)) {
      throw new Refused("is not a file; name a file");
    }
    if (!Files.isReadable(path)) {
      throw new Refused("cannot be read by user " + System.getProperty("user.name") + "; change its owner or its mode");
    }
    return path;
  }, Path::toString);

  static final ValueType<Path> FILE_TO_WRITE = ValueType.file("path of a file", (text, home) -> {
    Path path = path(text, home);
    if (Files.isDirectory(path)) {
      throw new Refused("is a folder; name a file");
    }
    return path;
  }, Path::toString);

  static final ValueType<String> VARIABLE_NAME = ValueType.text("name of an environment variable", text -> {
    if (!VARIABLE.matcher(text).matches()) {
      throw new Refused("is not the name of an environment variable; write the name, not the passphrase");
    }
    return text;
  }, Function.identity());

  static final ValueType<URI> WEB_ADDRESS = ValueType.text("address of the web, http or https", text -> {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Refused("is not an address; write e.g. https://ingest.example.org/events");
    }
    if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
      throw new Refused("is not an address of http or https; write e.g. https://ingest.example.org/events");
    }
    if (uri.getUserInfo() != null) {
      throw new Refused("has a password in it, which everybody who sees the configuration could read; write the header"
          + " Authorization into a file (headers-file)");
    }
    return uri;
  }, URI::toString);

  static final ValueType<List<String>> COMMAND = ValueType.text("program by its path, and its arguments",
      text -> text, Function.identity()).list().where(words -> words.isEmpty() || !words.getFirst().startsWith("/")
          ? Optional.of("does not begin with the path of a program; write e.g. [/usr/local/bin/ingest, "
              + "\"{real_path}\"]") : Optional.empty());

  static final ValueType<Set<PosixFilePermission>> FILE_MODE = mode("rw-------", "0640");
  static final ValueType<Set<PosixFilePermission>> FOLDER_MODE = mode("rwx------", "0750");

  static final ValueType<String> SYSTEM_GROUP = ValueType.text("group of the operating system", text -> {
    if (!GROUP.matcher(text).matches() || !groupExists(text)) {
      throw new Refused("is not a group of this system; create it (groupadd " + text + "), or name one that exists");
    }
    return text;
  }, Function.identity());

  static final ValueType<Protocol> PROTOCOL = ValueType.text("sftp, ftp or ftps", text -> {
    if (text.equals("http") || text.equals("https")) {
      throw new Refused("is not in this version; use sftp, ftp or ftps");
    }
    return Protocol.named(text).orElseThrow(() -> new Refused("is not a protocol; use sftp, ftp or ftps"));
  }, Protocol::toString);

  static final ValueType<OutputType> OUTPUT_TYPE = choice("type of output", OutputType::toString,
      List.of(OutputType.values()));

  static final ValueType<EventFormat> EVENT_FORMAT = choice("format of events", EventFormat::toString,
      List.of(EventFormat.values()));

  static final ValueType<String> EVENT_TEMPLATE = ValueType.text("a line with names in braces", text -> {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new Refused("has control characters; write one line of text");
    }
    if (!EVENT_LINE.matcher(text).matches()) {
      throw new Refused("has braces without a name in them; write e.g. \"{iso_time} {id} {message}\"");
    }
    return text;
  }, Function.identity());

  static final ValueType<SyslogOutputSettings.Transport> SYSLOG_TRANSPORT = choice("transport",
      SyslogOutputSettings.Transport::toString, List.of(SyslogOutputSettings.Transport.values()));

  static final ValueType<SyslogOutputSettings.Version> SYSLOG_VERSION = choice("version",
      SyslogOutputSettings.Version::toString, List.of(SyslogOutputSettings.Version.values()));

  /** RFC 5424 section 6.2.1, by the names that syslog.conf has for them; the empty ones have none. */
  private static final List<String> FACILITIES = List.of("kern", "user", "mail", "daemon", "auth", "syslog", "lpr",
      "news", "uucp", "cron", "authpriv", "ftp", "", "", "", "", "local0", "local1", "local2", "local3", "local4",
      "local5", "local6", "local7");

  static final ValueType<Integer> SYSLOG_FACILITY = ValueType.text("name of a syslog facility, e.g. daemon, local0",
      text -> {
        int number = text.isEmpty() ? -1 : FACILITIES.indexOf(text);
        if (number < 0) {
          throw new Refused("is no facility of syslog; write daemon, ftp, local0 to local7, user or auth");
        }
        return number;
      }, FACILITIES::get);

  static final ValueType<String> SYSLOG_NAME = ValueType.text("name of up to 48 characters", text -> {
    if (!text.matches("[!-~]{1,48}") || text.matches(".*[\\[\\]:].*")) {
      throw new Refused("is no name for syslog; use up to 48 letters, digits, - and _");
    }
    return text;
  }, Function.identity());

  /** RFC 5424 section 6.3.2: names without a number behind @ belong to the IANA. */
  static final ValueType<String> SYSLOG_ELEMENT = ValueType.text("NAME@NUMBER", text -> {
    if (!text.matches("[A-Za-z0-9_.-]+@\\d+(\\.\\d+)*") || text.length() > 32) {
      throw new Refused("is no name of structured data; write NAME@NUMBER with the number of your enterprise, up to 32"
          + " characters");
    }
    return text;
  }, Function.identity());

  static final ValueType<SyslogOutputSettings.Server> SERVER = ValueType.text("host, host:port or [address]:port",
      text -> {
        Matcher parts = SERVER_PARTS.matcher(text);
        String host = parts.matches() ? Optional.ofNullable(parts.group(1)).orElse(parts.group(2)) : text;
        int port = parts.matches() && parts.group(3) != null ? Integer.parseInt(parts.group(3)) : 0;
        if (!isAddress(host) && !isHostName(host) || port > 65535 || parts.matches() && port == 0
            && parts.group(3) != null) {
          throw new Refused("is no server; write e.g. logs.example.org, logs.example.org:514 or [2001:db8::7]:514");
        }
        return new SyslogOutputSettings.Server(host, port);
      }, SyslogOutputSettings.Server::toString);

  static final ValueType<OverwritePolicy> OVERWRITE_POLICY = choice("policy", OverwritePolicy::setting,
      List.of(OverwritePolicy.values()));

  static final ValueType<FtpTlsSettings.Use> EXPLICIT_TLS = choice("use of explicit TLS",
      FtpTlsSettings.Use::setting,
      List.of(FtpTlsSettings.Use.OFF, FtpTlsSettings.Use.OPTIONAL, FtpTlsSettings.Use.REQUIRED_FOR_LOGIN,
          FtpTlsSettings.Use.REQUIRED_FOR_DATA));
  static final ValueType<FtpTlsSettings.CloseNotify> CLOSE_NOTIFY = choice("end of an upload",
      FtpTlsSettings.CloseNotify::setting, List.of(FtpTlsSettings.CloseNotify.values()));
  static final ValueType<Boolean> SESSION_REUSE = choice("session reuse",
      isRequired -> isRequired ? "require" : "allow", List.of(false, true));
  static final ValueType<FtpTlsSettings.ClientCertificates> CLIENT_CERTIFICATES = choice("use of client certificates",
      FtpTlsSettings.ClientCertificates::setting, List.of(FtpTlsSettings.ClientCertificates.values()));
  static final ValueType<List<String>> TLS_CIPHERS = ValueType.text("default, legacy, or the IANA name of a suite",
      text -> {
        // What the JDK calls SSL_..., the registry calls TLS_...
        String name = text.startsWith("SSL_") ? "TLS_" + text.substring(4) : text;
        if (!CipherSuites.names().contains(name)) {
          throw new Refused("is no cipher suite that can be served" + Nearest.to(name, CipherSuites.names())
              .map(nearest -> "; did you mean " + nearest + "?").orElse("; write default, legacy, or an IANA name such"
                  + " as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        }
        return name;
      }, Function.<String>identity()).list().where(refuseIfEmpty("write [default], or name at least one suite"));

  static final ValueType<Durability> DURABILITY = choice("durability", Durability::toString,
      List.of(Durability.values()));
  static final ValueType<StorageSettings.ExpiredPartials> EXPIRED_PARTIALS = choice("end of a cut upload",
      value -> value.name().toLowerCase(Locale.ROOT), List.of(StorageSettings.ExpiredPartials.values()));

  static final ValueType<List<CredentialType>> CREDENTIAL_TYPES = ValueType.text(
      "publickey, password, keyboard-interactive or certificate", text ->
      Stream.of(CredentialType.values()).filter(type -> type.setting().equals(text)).findFirst()
          .orElseThrow(() -> new Refused("is no way to log in; use publickey, password,"
              + " keyboard-interactive or certificate")),
      CredentialType::setting).list().where(refuseIfEmpty("name at least one way to log in"));

  static final ValueType<List<TlsVersion>> TLS_VERSIONS = tlsVersions(List.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));
  static final ValueType<List<TlsVersion>> ALL_TLS_VERSIONS = tlsVersions(List.of(TlsVersion.values()));

  static final ValueType<SftpSettings.GexAnswer> GEX_ANSWER = choice("answer",
      value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'),
      List.of(SftpSettings.GexAnswer.SMALLEST_SAFE, SftpSettings.GexAnswer.PREFERRED));

  static final ValueType<String> SSH_IDENT = ValueType.text("software name, and a comment behind a space", text -> {
    if (!IDENT.matcher(text).matches() || text.length() > LONGEST_IDENT) {
      throw new Refused("is not an SSH identification; write a name of printable ASCII without space and minus, and"
          + " behind a space a comment if you like, " + LONGEST_IDENT + " characters at most, e.g. Stationmaster");
    }
    return text;
  }, Function.identity());

  static final ValueType<String> BANNER = ValueType.text("text, or empty", text -> {
    if (text.length() > LONGEST_BANNER || text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t' || c == 0x7f)) {
      throw new Refused("is no banner; write text without control characters, " + LONGEST_BANNER
          + " characters at most");
    }
    return text;
  }, Function.identity());

  private ValueTypes() {
  }

  private static ValueType<List<TlsVersion>> tlsVersions(List<TlsVersion> versions) {
    return choice("TLS version", TlsVersion::setting, versions).list()
        .where(refuseIfEmpty("name at least one TLS version"));
  }

  /** Whole numbers within bounds. */
  static ValueType<Integer> number(int least, int most) {
    String bounds = "a whole number from " + least + " to " + most;
    return ValueType.text(bounds, text -> {
      if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
        throw new Refused("is not " + bounds + "; write one");
      }
      return Integer.parseInt(text);
    }, String::valueOf);
  }

  /** One of a few numbers. */
  static ValueType<Integer> numberOf(Integer... choices) {
    return choice("number", String::valueOf, List.of(choices));
  }

  /** Durations from {@code least} on. */
  static ValueType<Duration> duration(Duration least) {
    return ValueType.text("duration, e.g. 300ms, 30s, 5m, 2h, 1d", text -> {
      Duration duration;
      try {
        duration = TimeSpan.parse(text);
      } catch (IllegalArgumentException e) {
        throw new Refused(e.getMessage());
      }
      if (duration.compareTo(least) < 0) {
        throw new Refused("is too short; write at least " + TimeSpan.format(least));
      }
      return duration;
    }, TimeSpan::format);
  }

  /** Sizes from {@code least} on. */
  static ValueType<DataSize> size(DataSize least) {
    return ValueType.text("size, e.g. 512KiB, 19MiB, 1GiB", text -> {
      DataSize size = parsed(text);
      if (size.bytes() < least.bytes()) {
        throw new Refused("is too small; write at least " + least);
      }
      return size;
    }, DataSize::toString);
  }

  private static DataSize parsed(String text) throws Refused {
    try {
      return DataSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }

  /** Whether a listener or an authentication method may have that name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** An address of which no name server need be asked. */
  static boolean isAddress(String text) {
    // The JDK also takes "22" for 0.0.0.22 and brackets around IPv6; people who write that mean something else.
    if (DOTTED.matcher(text).matches() && text.chars().filter(c -> c == '.').count() != 3 || text.startsWith("[")) {
      return false;
    }
    try {
      InetAddress.ofLiteral(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isHostName(String text) {
    return HOST.matcher(text).matches() && !DOTTED.matcher(text).matches();
  }

  private static Path path(String text, Path home) throws Refused {
    if (text.isEmpty()) {
      throw new Refused("is not a path; write one (a relative one starts at " + home + ")");
    }
    try {
      return home.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new Refused("is not a path (" + e.getReason() + "); write one");
    }
  }

  private static ValueType<Set<PosixFilePermission>> mode(String owner, String example) {
    Set<PosixFilePermission> needed = PosixFilePermissions.fromString(owner);
    return ValueType.text("octal mode, e.g. " + example, text -> {
      Matcher mode = MODE.matcher(text);
      if (!mode.matches()) {
        throw new Refused("is not an octal mode of read, write and execute bits; write e.g. \"" + example + "\"");
      }
      Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(letters(mode.group(1)));
      if (!permissions.containsAll(needed)) {
        throw new Refused("locks out the server itself, which owns the files; write e.g. \"" + example + "\"");
      }
      return permissions;
    }, ValueTypes::octal);
  }

  private static String letters(String octal) {
    return octal.chars().mapToObj(digit -> ((digit & 4) != 0 ? "r" : "-") + ((digit & 2) != 0 ? "w" : "-")
        + ((digit & 1) != 0 ? "x" : "-")).collect(Collectors.joining());
  }

  private static String octal(Set<PosixFilePermission> permissions) {
    String bits = PosixFilePermissions.toString(permissions).replaceAll("[rwx]", "1").replace('-', '0');
    return String.format(Locale.ROOT, "%04o", Integer.parseInt(bits, 2));
  }

  private static boolean groupExists(String name) {
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
      return true;
    } catch (UserPrincipalNotFoundException e) {
      return false;
    } catch (UnsupportedOperationException | IOException e) {
      // Not to be known here; the file system will say at the first upload.
      return true;
    }
  }

  private static <T> ValueType<T> choice(String what, Function<T, String> writer, List<T> choices) {
    List<String> names = choices.stream().map(writer).toList();
    String oneOf = String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    return ValueType.text(oneOf, text -> {
      int index = names.indexOf(text);
      if (index < 0) {
        throw new Refused("is no possible " + what + "; write " + oneOf);
      }
      return choices.get(index);
    }, writer);
  }

  private static <T> ValueType.Rule<List<T>> refuseIfEmpty(String remedy) {
    return values -> values.isEmpty() ? Optional.of("is empty; " + remedy) : Optional.empty();
  }
}
