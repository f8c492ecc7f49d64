package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What each type takes and what it says to the rest; the value is quoted before the sentence. */
class ValueTypesTest {
  private static final Path HOME = Path.of("/home/of/the/installation");

  @TestFactory
  Stream<DynamicTest> valuesThatAreAccepted() {
    return Stream.of(
        accepts("status.enabled", "false", "false"),
        accepts("status.port", "0", "0"),
        accepts("status.port", "65535", "65535"),
        accepts("ftp.passive-ports", "45000-45000", "45000-45000"),
        accepts("ftp.passive-ports", "1-65535", "1-65535"),
        accepts("ftp.passive-address", "", "control"),
        accepts("ftp.passive-address", "control", "control"),
        accepts("ftp.passive-addresses", "[]", "[]"),
        accepts("ftp.passive-addresses", "[{from: 10.0.0.0/8, address: control}, {address: a.b, from: \"::/0\"}]",
            "[{from: [10.0.0.0/8], address: control}, {from: [\"0:0:0:0:0:0:0:0/0\"], address: a.b}]"),
        accepts("ftp.passive-address", "203.0.113.7", "203.0.113.7"),
        accepts("ftp.passive-address", "nat.example.org", "nat.example.org"),
        accepts("status.address", "::", "::"),
        accepts("status.address", "localhost", "localhost"),
        accepts("status.address", "2001:db8::1", "2001:db8::1"),
        accepts("sessions.idle-timeout", "300ms", "300ms"),
        accepts("sessions.idle-timeout", "90s", "90s"),
        accepts("sessions.idle-timeout", "120s", "2m"),
        accepts("sessions.idle-timeout", "2h", "2h"),
        accepts("sessions.idle-timeout", "1d", "1d"),
        accepts("sessions.drain-time", "0s", "0s"),
        accepts("passwords.argon2-memory", "19922944B", "19MiB"),
        accepts("passwords.argon2-memory", "512KiB", "512KiB"),
        accepts("passwords.argon2-memory", "1GiB", "1GiB"),
        accepts("passwords.argon2-memory", "100kB", "100000B"),
        accepts("passwords.argon2-memory", "1MB", "1000000B"),
        accepts("passwords.argon2-memory", "1GB", "1000000000B"),
        accepts("ssh.rsa-key-size", "4096", "4096"),
        accepts("storage.file-mode", "640", "0640"),
        accepts("storage.file-mode", "0664", "0664"),
        accepts("storage.folder-mode", "0700", "0700"),
        accepts("tls.versions", "TLSv1.3", "[TLSv1.3]"),
        accepts("listeners.a.tls.versions", "[TLSv1.0, TLSv1.2]", "[TLSv1.0, TLSv1.2]"),
        accepts("listeners.a.tls.ciphers", "default, SSL_RSA_WITH_3DES_EDE_CBC_SHA",
            "[default, TLS_RSA_WITH_3DES_EDE_CBC_SHA]"),
        accepts("tls.certificates", "[{certificate: /etc/hosts, key: /etc/hosts, passphrase-environment: SECRET}]",
            "[{certificate: /etc/hosts, key: /etc/hosts, passphrase-environment: SECRET}]"),
        accepts("tls.names", "[logger.example.org, \"::1\"]", "[logger.example.org, \"::1\"]"),
        accepts("paths.data", "data", HOME.resolve("data").toString()),
        accepts("listeners.a.tls.explicit", "required-for-data", "required-for-data"),
        accepts("listeners.a.tls.session-reuse", "require", "require"),
        accepts("listeners.a.authentication-methods", "[password]", "[password]"));
  }

  @TestFactory
  Stream<DynamicTest> valuesThatAreRefused() {
    String port = "is not a port; write a number from 1 to 65535, or 0 for any free port";
    String range = "is not a port range; write the lower and the higher port, e.g. 45001-45999";
    String beyond = "goes beyond the ports 1 to 65535; write e.g. 45001-45999";
    String duration = "is not a duration; write a number and ms, s, m, h or d, e.g. 30s";
    String size = "is not a size; write a number and B, KiB, MiB or GiB (or kB, MB, GB), e.g. 19MiB";
    String address = "is not an IP address; write e.g. \"::\" (every address), 0.0.0.0 (IPv4 only) or 127.0.0.1";
    String mode = "is not an octal mode of read, write and execute bits; write e.g. \"0640\"";
    return Stream.of(
        refuses("status.enabled", "yes", "is neither true nor false; write true or false"),
        refuses("status.port", "65536", port),
        refuses("status.port", "-1", port),
        refuses("status.port", "http", port),
        refuses("status.port", "", port),
        refuses("status.port", "99999999999999999999", port),
        refuses("ftp.passive-ports", "45001", range),
        refuses("ftp.passive-ports", "45001:45999", range),
        refuses("ftp.passive-ports", "45999-45001", "is empty; write the lower port first, e.g. 45001-45999"),
        refuses("ftp.passive-ports", "0-100", beyond),
        refuses("ftp.passive-ports", "60000-70000", beyond),
        refuses("ftp.passive-address", "::1",
            "is an IPv6 address, which PASV cannot tell; write an IPv4 address or a host name"),
        refuses("ftp.passive-address", "203.0.113",
            "is neither an IPv4 address nor a host name; write e.g. 203.0.113.10, or control for the address that the "
                + "client has connected to"),
        refuses("status.address", "22", address),
        refuses("status.address", "[::1]", address),
        refuses("status.address", "host.example.org", address),
        refuses("sessions.idle-timeout", "30", duration),
        refuses("sessions.idle-timeout", "30 s", duration),
        refuses("sessions.idle-timeout", "-30s", duration),
        refuses("sessions.idle-timeout", "30w", duration),
        refuses("sessions.idle-timeout", "0s", "is too short; write at least 1ms"),
        refuses("sessions.idle-timeout", "4000d", "is too long; write at most 3650d"),
        refuses("passwords.argon2-memory", "19", size),
        refuses("passwords.argon2-memory", "19Mb", size),
        refuses("passwords.argon2-memory", "1KiB", "is too small; write at least 8KiB"),
        refuses("passwords.argon2-memory", "999999999TiB", "is too large; write a smaller size, e.g. 1GiB"),
        refuses("passwords.argon2-iterations", "0", "is not a whole number from 1 to 1000; write one"),
        refuses("passwords.argon2-iterations", "1.5", "is not a whole number from 1 to 1000; write one"),
        refuses("ssh.rsa-key-size", "1024", "is no possible number; write 2048, 3072 or 4096"),
        refuses("ssh.passphrase-environment", "my secret",
            "is not the name of an environment variable; write the name, not the passphrase"),
        refuses("storage.file-mode", "rw-r-----", mode),
        refuses("storage.file-mode", "2640", mode),
        refuses("storage.file-mode", "0840", mode),
        refuses("storage.file-mode", "0440",
            "locks out the server itself, which owns the files; write e.g. \"0640\""),
        refuses("storage.folder-mode", "0640",
            "locks out the server itself, which owns the files; write e.g. \"0750\""),
        refuses("storage.group", "no-such-group", "is not a group of this system; create it (groupadd no-such-group),"
            + " or name one that exists"),
        refuses("tls.versions", "TLSv1.0", "is no possible TLS version; write TLSv1.2 or TLSv1.3"),
        refuses("tls.names", "not_a_name", "is neither a host name nor an IP address; write e.g. logger.example.org"),
        refuses("tls.key", "missing.pem",
            "does not exist; check the path (a relative one starts at " + HOME + ")"),
        refuses("tls.key", "/tmp", "is not a file; name a file"),
        refuses("paths.data", "", "is not a path; write one (a relative one starts at " + HOME + ")"),
        refuses("paths.data", "/etc/passwd", "is not a folder; name a folder, or one that does not exist yet"),
        refuses("listeners.a.protocol", "http", "is not in this version; use sftp, ftp or ftps"),
        refuses("listeners.a.protocol", "https", "is not in this version; use sftp, ftp or ftps"),
        refuses("listeners.a.protocol", "scp", "is not a protocol; use sftp, ftp or ftps"),
        refuses("listeners.a.tls.explicit", "required", "is no possible use of explicit TLS; write off, optional,"
            + " required-for-login or required-for-data"),
        refuses("listeners.a.tls.versions", "SSLv3",
            "is no possible TLS version; write TLSv1.0, TLSv1.1, TLSv1.2 or TLSv1.3"),
        refuses("listeners.a.tls.ciphers", "TLS_RSA_WITH_RC4_128_SHA", "is no cipher suite that can be served;"
            + " write default, legacy, or an IANA name such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        refuses("listeners.a.authentication-methods", "hostbased",
            "is no way to log in; use publickey, password, keyboard-interactive or certificate"));
  }

  @TestFactory
  Stream<DynamicTest> flawsOfAListAreAllFound() {
    return Stream.of(
        refusesYaml("tls.versions", "[]", "[] is empty; name at least one TLS version"),
        refusesYaml("listeners.a.authentication-methods", "[]", "[] is empty; name at least one way to log in"),
        refusesYaml("tls.versions", "[SSLv3, TLSv1.3, x]",
            "SSLv3 is no possible TLS version; write TLSv1.2 or TLSv1.3",
            "x is no possible TLS version; write TLSv1.2 or TLSv1.3"),
        refusesYaml("tls.certificates", "[{key: /etc/hosts}, 7, {certificate: /none, passphrase-environment: A,"
            + " passphrase-file: /etc/hosts, file: x}, {certificate: /etc/hosts}, {certificate: /etc/hosts}]",
            "{key: /etc/hosts} needs the file of a certificate; write e.g."
                + " {certificate: keys/other.pem, key: keys/other-key.pem}",
            "7 is not a certificate; write e.g. {certificate: keys/other.pem, key: keys/other-key.pem}",
            "/none does not exist; check the path (a relative one starts at " + HOME + ")",
            "file is no key of a certificate; use certificate, key, passphrase-file and passphrase-environment",
            "{certificate: /none, passphrase-environment: A, passphrase-file: /etc/hosts, file: x} has two places for"
                + " the same passphrase; keep passphrase-file or passphrase-environment",
            "{certificate: /etc/hosts} has the file of another certificate of this list; remove one"),
        refusesYaml("tls.certificates", "here.pem", "here.pem is not a list of certificates; write e.g."
            + " [{certificate: keys/other.pem, key: keys/other-key.pem}]"),
        refusesYaml("tls.versions", "TLSv1.3", "TLSv1.3 is not a list; write [a, b]"),
        refusesYaml("status.port", "[1, 2]",
            "[1, 2] is a list; write one value: port number, 0 for any free port"),
        refusesYaml("status.port", "{a: 1}",
            "{a: 1} is a group of settings; write one value: port number, 0 for any free port"),
        refusesYaml("authentication", "[{name: a, type: ldap}]",
            "{name: a, type: ldap} is of type ldap, which is not in this version; set active: false"),
        refusesYaml("authentication", "[{name: a, type: http, active: true}]",
            "{name: a, type: http, active: true} is of type http, which is not in this version; set active: false"),
        refusesYaml("authentication", "[{name: a, type: database}, {name: a, type: nis}, {nam: b}, c]",
            "a is the name of two methods; give each its own name",
            "nis is no type of authentication method; use database, ldap or http",
            "nam is no key of an authentication method; use name, type and active",
            "c is not an authentication method; write e.g. {name: accounts, type: database}"),
        refusesYaml("ftp.passive-addresses", "[{from: 10.0.0.0/8, address: control}, {from: 10.1.0.0/16, address: a}]",
            "{from: 10.1.0.0/16, address: a} is never reached, because a former rule fits the same clients; put it"
                + " before that one"),
        refusesYaml("ftp.passive-addresses", "[{from: 10.0.0.1/8, address: \"::1\", adr: a, from: b}, c, {from: []}]",
            "10.0.0.1/8 has bits behind its prefix; shorten the address, or write /32 for this address alone",
            "::1 is an IPv6 address, which PASV cannot tell; write an IPv4 address or a host name",
            "adr is no key of a rule; use from and address",
            "from is given twice in the same rule; remove one",
            "b is no network; write an address and the length of the prefix, e.g. 10.20.0.0/16 or 2001:db8::/32",
            "c is not a rule; write e.g. {from: [10.0.0.0/8], address: control}",
            "{from: []} needs from and address; write e.g. {from: [10.0.0.0/8], address: control}"),
        refusesYaml("authentication", "[{name: a}]",
            "{name: a} needs a name and a type; write e.g. {name: accounts, type: database}"),
        refusesYaml("authentication", "[{name: a b, type: database, active: maybe}]",
            "a b is not a name; use letters, digits, - and _",
            "maybe is neither true nor false; write true or false"),
        refusesYaml("authentication", "[{name: a, name: b, type: database}]",
            "name is given twice for the same method; remove one"),
        refusesYaml("authentication", "[]", "[] has no active method, so nobody could log in; write e.g."
            + " [{name: accounts, type: database, active: true}]"),
        refusesYaml("authentication", "[{name: a, type: database, active: false}]",
            "[{name: a, type: database, active: false}] has no active method, so nobody could log in; write e.g."
                + " [{name: accounts, type: database, active: true}]"),
        refusesYaml("authentication", "database", "database is not a list of authentication methods; write e.g."
            + " [{name: accounts, type: database, active: true}]"));
  }

  private static DynamicTest accepts(String key, String text, String shown) {
    return DynamicTest.dynamicTest(key + " " + text, () -> assertEquals(shown, read(key, text)));
  }

  private static DynamicTest refuses(String key, String text, String sentence) {
    return DynamicTest.dynamicTest(key + " " + text,
        () -> assertEquals(sentence, assertThrows(BadValue.class, () -> read(key, text)).getMessage()));
  }

  private static DynamicTest refusesYaml(String key, String yaml, String... sentences) {
    return DynamicTest.dynamicTest(key + " " + yaml, () -> {
      Setting<?> setting = Settings.TABLE.find(key).orElseThrow();
      BadValue refused = assertThrows(BadValue.class,
          () -> setting.type().reader().read(Yaml.compose(yaml).orElseThrow(), HOME));
      assertEquals(List.of(sentences),
          refused.flaws().stream().map(flaw -> Yaml.show(flaw.node()) + " " + flaw.sentence()).toList());
    });
  }

  private static String read(String key, String text) throws Exception {
    return readAndWrite(Settings.TABLE.find(key).orElseThrow(), text);
  }

  private static <T> String readAndWrite(Setting<T> setting, String text) throws Exception {
    T value = setting.type().reader().read(setting.type().nodeOf(text), HOME);
    String written = setting.type().writer().apply(value);
    assertEquals(value, setting.type().reader().read(setting.type().nodeOf(written), HOME), "reads what it writes");
    return written;
  }
}
