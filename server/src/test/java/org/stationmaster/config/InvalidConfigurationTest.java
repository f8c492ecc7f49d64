package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvalidConfigurationTest {
  private static final String FILE = "config/stationmaster.yaml";

  @TempDir
  private Path home;
  private ConfigurationFixture fixture;

  @BeforeEach
  void begin() {
    fixture = new ConfigurationFixture(home);
  }

  @Test
  void aFileThatIsNoTextAndAFolderInItsPlaceAreSaidInPlainWords() throws Exception {
    Path file = Files.createDirectories(home.resolve("config")).resolve("stationmaster.yaml");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xfc, '\n'});
    fixture.assertRefused(FILE + ": is not YAML as it is used here: the text is not UTF-8; save it as UTF-8; mend line"
        + " 1, column 1 (" + FILE + ":1)");
    Files.delete(file);
    Files.createDirectory(file);
    fixture.assertRefused(FILE + ": is a folder; put a file there, or remove it");
  }

  @Test
  void allProblemsAreSaidAtOnceWithTheirPlaces() {
    fixture.file("""
        listeners:
          ftp-1:
            protocol: ftp
            passive-ports: 45999-45001
          ftps-1:
            protocol: ftps
            tls: off
            port: many
        ftp:
          pasive-address: 10.0.0.1
        """).environment("STATIONMASTER_STATUS_PORT", "x").environment("STATIONMASTER_STATUS_PROT", "1")
        .set("sessions.drain-time=soon");
    fixture.assertRefused(
        "listeners.ftps-1.tls: is no longer a setting; it is a group now: write tls.explicit below the listener, with"
            + " required-for-data for what was required (" + FILE + ":7)",
        "ftp.pasive-address: there is no such setting; did you mean ftp.passive-address? (" + FILE + ":10)",
        "STATIONMASTER_STATUS_PROT: there is no such setting; did you mean STATIONMASTER_STATUS_PORT? (environment)",
        "sessions.drain-time: \"soon\" is not a duration; write a number and ms, s, m, h or d, e.g. 30s (--set)",
        "status.port: \"x\" is not a port; write a number from 1 to 65535, or 0 for any free port"
            + " (STATIONMASTER_STATUS_PORT)",
        "listeners.ftp-1.passive-ports: \"45999-45001\" is empty; write the lower port first, e.g. 45001-45999 ("
            + FILE + ":4)",
        "listeners.ftps-1.port: \"many\" is not a port; write a number from 1 to 65535, or 0 for any free port ("
            + FILE + ":8)");
  }

  @Test
  void certificatesOfClientsNeedAnAuthorityAndAQuestion() throws Exception {
    Files.writeString(Files.createDirectories(home.resolve("keys")).resolve("ca.pem"), "x");
    fixture.file("""
        listeners:
          a: {protocol: ftp, port: 2101, tls: {client-certificates: optional}}
          b: {protocol: ftps, port: 2102, tls: {client-ca: keys/ca.pem}}
          c: {protocol: ftp, port: 2103, authentication-methods: [certificate]}
          d: {protocol: sftp, port: 2104, authentication-methods: [certificate]}
        """).assertRefused(
        "listeners.d.authentication-methods: \"[certificate]\" has certificate, which sftp does not know; write"
            + " [password] (" + FILE + ":5)",
        "listeners.a.tls.client-certificates: \"optional\" has nobody to verify them; set"
            + " listeners.a.tls.client-ca to the authorities that sign certificates of clients (" + FILE + ":2)",
        "listeners.b.tls.client-ca: \"" + home.resolve("keys/ca.pem") + "\" is not used; set"
            + " listeners.b.tls.client-certificates to optional or required, or remove it (" + FILE + ":3)",
        "listeners.c.authentication-methods: \"[certificate]\" has certificate, for which no client is asked; set"
            + " listeners.c.tls.client-certificates to optional or required (" + FILE + ":4)");
  }

  @Test
  void malformedYamlIsOneProblemWithLineAndColumn() {
    fixture.file("status:\n  port: [1\n").assertRefused(FILE + ": is not YAML as it is used here: expected ',' or ']',"
        + " but got <stream end>; mend line 3, column 1 (" + FILE + ":3)");
  }

  @Test
  void aliasesDepthAndSizeAreLimited() {
    fixture.file("status: &a\n  port: 1\n").assertRefused(FILE + ": is not YAML as it is used here: anchors and aliases"
        + " are not used here; write the value out; mend line 1, column 9 (" + FILE + ":1)");
    fixture.file("status: " + "[".repeat(100_000)).assertRefused(FILE + ": is not YAML as it is used here: nested more"
        + " than 20 levels deep; mend line 1, column 28 (" + FILE + ":1)");
    fixture.file("#".repeat(Yaml.LARGEST_DOCUMENT + 1)).assertRefused(FILE + ": is not YAML as it is used here:"
        + " larger than 1MiB; mend line 1, column 1 (" + FILE + ":1)");
  }

  @Test
  void bytesThatAreNotTextAreRefused() throws Exception {
    Path folder = Files.createDirectories(home.resolve("config"));
    Files.write(folder.resolve(ConfigurationSource.FILE_NAME), new byte[] {'a', ':', ' ', (byte) 0xff, '\n'});
    InvalidConfiguration refused = assertThrows(InvalidConfiguration.class, fixture::load);
    assertEquals(1, refused.problems().size());
    assertTrue(refused.getMessage().startsWith(FILE + ": is not YAML as it is used here: "), refused.getMessage());
  }

  @Test
  void aKeyMayBeGivenOnlyOnce() {
    fixture.file("status:\n  port: 1\n  port: 2\n").assertRefused(
        "status.port: is given twice; remove one, the first is at " + FILE + ":2 (" + FILE + ":3)");
  }

  @Test
  void theFileIsAMapOfGroups() {
    fixture.file("hello\n").assertRefused("the configuration: \"hello\" is not a group of settings; write each as"
        + " key: value on a line of its own (" + FILE + ":1)");
    fixture.file("status: 5\n").assertRefused("status: \"5\" is not a group of settings; write each as key: value on a"
        + " line of its own (" + FILE + ":1)");
    fixture.file("status.port: 5\n").assertRefused("status.port: is not one key; write one word, and what belongs to"
        + " it indented below (" + FILE + ":1)");
    fixture.file("status:\n  port:\n").assertRefused("status.port: \"\" is no value; write one (port number, 0 for any"
        + " free port), or put # before the key (" + FILE + ":2)");
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestOne() {
    fixture.file("sesions:\n  idle-timeout: 5m\n").assertRefused(
        "sesions: there is no such setting; did you mean sessions? (" + FILE + ":1)");
    fixture.file("").set("listeners.sftp-1.prot=22").set("weather=fine").assertRefused(
        "listeners.sftp-1.prot: there is no such setting; did you mean listeners.sftp-1.port? (--set)",
        "weather: there is no such setting; remove it, \"stationmaster config\" lists all there are (--set)");
  }

  @Test
  void anOverrideNeedsAValue() {
    fixture.set("status.port").assertRefused("--set status.port: has no value; write --set KEY=VALUE");
  }

  @Test
  void anOverrideOfAnUnknownListenerIsRefusedWithTheNearestOne() {
    fixture.set("listeners.sftp1.port=2222").set("listeners.a b.port=1").environment(
        "STATIONMASTER_LISTENERS_SFTP1_PORT", "2222").assertRefused(
        "listeners.sftp1: there is no listener sftp1; did you mean sftp-1? To add one, set listeners.sftp1.protocol,"
            + " too (--set)",
        "listeners.a b: \"a b\" is no name for a listener; use letters, digits, - and _ (--set)",
        "STATIONMASTER_LISTENERS_SFTP1_PORT: there is no such setting; did you mean"
            + " STATIONMASTER_LISTENERS_SFTP_1_PORT? (environment)");
  }

  @Test
  void aVariableThatCanMeanTwoSettingsIsRefusedWithBoth() {
    fixture.file("listeners:\n  a-b: {protocol: sftp, port: 1}\n  a_b: {protocol: sftp, port: 2}\n")
        .environment("STATIONMASTER_LISTENERS_A_B_PORT", "3").assertRefused("STATIONMASTER_LISTENERS_A_B_PORT: can mean"
            + " listeners.a-b.port or listeners.a_b.port; use --set or the file, or rename a listener (environment)");
    fixture = new ConfigurationFixture(home);
    fixture.file("listeners:\n  x: {protocol: ftp, port: 1}\n  x-passive: {protocol: sftp, port: 2}\n")
        .environment("STATIONMASTER_LISTENERS_X_PASSIVE_ADDRESS", "10.0.0.1").assertRefused(
            "STATIONMASTER_LISTENERS_X_PASSIVE_ADDRESS: can mean listeners.x-passive.address or"
            + " listeners.x.passive-address; use --set or the file, or rename a listener (environment)");
  }

  @Test
  void aRemovedKeyIsRefusedByNameWithWhatToWriteInstead() {
    SettingsTable table = new SettingsTable(Settings.TABLE.settings(), Settings.TABLE.groups(),
        Settings.TABLE.namedGroups(),
        Map.of("ftp.old", "use ftp.data-timeout", "listeners.*.banner", "remove it"));
    fixture.file("ftp:\n  old: 1\n").set("listeners.ftp-1.banner=hello").environment("STATIONMASTER_FTP_OLD", "2");
    assertEquals(List.of(
        "ftp.old: is no longer a setting; use ftp.data-timeout (" + FILE + ":2)",
        "listeners.ftp-1.banner: is no longer a setting; remove it (--set)",
        "ftp.old: is no longer a setting; use ftp.data-timeout (STATIONMASTER_FTP_OLD)"),
        assertThrows(InvalidConfiguration.class, () -> fixture.load(table)).problems());
  }

  @Test
  void twoListenersCannotHaveOnePort() {
    fixture.set("listeners.ftp-1.port=22").assertRefused("listeners.ftp-1.port: \"22\" is also the port of listener"
        + " sftp-1 on the same address; choose another port (--set)");
    fixture = new ConfigurationFixture(home).set("listeners.sftp-1.port=21");
    fixture.assertRefused("listeners.sftp-1.port: \"21\" is also the port of listener ftp-1 on the same address; choose"
        + " another port (--set)");
    fixture = new ConfigurationFixture(home).set("listeners.sftp-1.port=8990");
    fixture.assertRefused("listeners.sftp-1.port: \"8990\" is also the port of status on the same address; choose"
        + " another port (--set)");
  }

  @Test
  void onePortOnTwoAddressesAndAnyFreePortAreNoClash() throws Exception {
    fixture.set("listeners={a: {protocol: sftp, address: 10.0.0.1}, b: {protocol: sftp, address: 10.0.0.2},"
        + " c: {protocol: ftp, port: 0}, d: {protocol: ftp, port: 0}, e: {protocol: ftps, port: 22, enabled: false}}");
    assertEquals(4, fixture.load().configuration().listeners().size());
    fixture.set("listeners={a: {protocol: sftp, address: 0.0.0.0}, b: {protocol: sftp, address: \"::1\"}}");
    assertEquals(2, fixture.load().configuration().listeners().size());
    fixture.set("listeners={a: {protocol: sftp, address: localhost}, b: {protocol: sftp, address: \"::1\"}}");
    fixture.assertRefused("listeners.b.port: \"22\" is also the port of listener a on the same address; choose another"
        + " port (default)");
  }

  @Test
  void noPortMayLieInAPassiveRange() {
    fixture.set("listeners.sftp-1.port=45022").assertRefused(
        "listeners.sftp-1.port: \"45022\" lies within ftp.passive-ports 45001-45999; choose a port outside (--set)");
    fixture = new ConfigurationFixture(home).set("ftp.passive-ports=8000-9000");
    fixture.assertRefused("ftp.passive-ports: \"8000-9000\" contains the port 8990 of status; choose ports without it,"
        + " e.g. 45001-45999 (--set)");
    fixture = new ConfigurationFixture(home).set("listeners.ftps-1.passive-ports=900-999");
    fixture.assertRefused("listeners.ftps-1.passive-ports: \"900-999\" contains the port 990 of listener ftps-1; choose"
        + " ports without it, e.g. 45001-45999 (--set)");
  }

  @Test
  void oneListenerMustBeEnabled() {
    fixture.set("listeners={a: {protocol: sftp, enabled: false}}").assertRefused(
        "listeners.a.enabled: \"false\" leaves no listener enabled; set it to true for one listener (--set)");
    fixture.set("listeners={}").assertRefused(
        "listeners: there is none; name one, e.g. {sftp-1: {protocol: sftp, port: 22}}");
  }

  @Test
  void aListenerSaysWhatItSpeaks() {
    fixture.file("listeners:\n  a:\n  b: {port: 1}\n  c d: {protocol: sftp}\n").assertRefused(
        "listeners.c d: \"c d\" is no name for a listener; use letters, digits, - and _ (" + FILE + ":4)",
        "listeners.a.protocol: is missing; write sftp, ftp or ftps (" + FILE + ":2)",
        "listeners.b.protocol: is missing; write sftp, ftp or ftps (" + FILE + ":3)");
  }

  @Test
  void ftpCannotOfferPublicKeys() {
    fixture.set("listeners.ftp-1.authentication-methods=publickey,password").assertRefused(
        "listeners.ftp-1.authentication-methods: \"[publickey, password]\" has publickey, which ftp does not know;"
            + " write [password] (--set)");
  }

  @Test
  void settingsOfFtpDoNotGoWithSftp() {
    fixture.set("listeners.sftp-1.passive-ports=1-2").assertRefused(
        "listeners.sftp-1.passive-ports: \"1-2\" does not go with protocol sftp; remove it (--set)");
  }

  @Test
  void certificateAndKeyGoTogether() throws Exception {
    Files.writeString(home.resolve("server.pem"), "text before\n-----BEGIN CERTIFICATE-----\n");
    Files.write(home.resolve("server.p12"), new byte[] {0x30, (byte) 0x82});
    Path pem = home.resolve("server.pem");
    fixture.set("tls.certificate=server.pem").assertRefused("tls.certificate: \"" + pem + "\" has no key; set tls.key"
        + " to the file of its private key (--set)");
    fixture = new ConfigurationFixture(home).set("tls.key=server.pem");
    fixture.assertRefused("tls.key: \"" + pem + "\" has no certificate; set tls.certificate, or remove the key"
        + " (--set)");
    fixture.set("tls.certificate=server.p12").assertRefused("tls.key: \"" + pem + "\" is not used, because"
        + " tls.certificate is not PEM and brings its own key; remove it (--set)");
    fixture.set("tls.key=").load();
    fixture.set("tls.certificate=server.pem").set("tls.key=server.pem").load();
  }

  @Test
  void keyFilesMustBeReadable() {
    String sentence = "does not exist; check the path (a relative one starts at " + home + ") (" + FILE + ":";
    fixture.file("ssh:\n  host-keys:\n    - a\n    - b\n  passphrase-file: c\ntls:\n  passphrase-file: d\n")
        .assertRefused("ssh.host-keys: \"a\" " + sentence + "3)", "ssh.host-keys: \"b\" " + sentence + "4)",
            "ssh.passphrase-file: \"c\" " + sentence + "5)", "tls.passphrase-file: \"d\" " + sentence + "7)");
  }

  @Test
  void aPassphraseHasOnePlace() throws Exception {
    Files.writeString(home.resolve("phrase"), "secret");
    fixture.set("ssh.passphrase-file=phrase").set("ssh.passphrase-environment=SSH_PHRASE").assertRefused(
        "ssh.passphrase-environment: \"SSH_PHRASE\" is a second place for the same passphrase; keep it or"
            + " ssh.passphrase-file (--set)");
    assertEquals(new Passphrase.FromEnvironment("SSH_PHRASE"),
        fixture.set("ssh.passphrase-file=").load().configuration().ssh().passphrase());
  }

  @Test
  void anAppendCannotBeRecognisedForLongerThanArrivalsAreRemembered() {
    fixture.set("storage.append-dedupe-window=60d").assertRefused("storage.append-dedupe-window: \"60d\" is longer than"
        + " arrivals are remembered (storage.keep-arrivals 30d); shorten it or lengthen that (--set)");
  }

  @Test
  void hashesMustFitIntoTheirMemory() {
    fixture.set("passwords.hashing-memory=16MiB").assertRefused("passwords.hashing-memory: \"16MiB\" is less than one"
        + " hash takes (passwords.argon2-memory 19MiB); make it larger (--set)");
    fixture = new ConfigurationFixture(home).set("passwords.argon2-memory=64KiB").set("passwords.argon2-parallelism=9");
    fixture.assertRefused("passwords.argon2-parallelism: \"9\" needs 72KiB or more of passwords.argon2-memory, which is"
        + " 64KiB; use fewer lanes (--set)");
  }

  @Test
  void theFileCannotSayThatItIsElsewhere() {
    fixture.file("paths:\n  config: etc\n").assertRefused("paths.config: \"" + home.resolve("etc") + "\" is not the"
        + " folder of this file; set it with --set or STATIONMASTER_PATHS_CONFIG (" + FILE + ":2)");
  }

  @Test
  void aSecretIsNotQuoted() {
    Setting<?> secret = Setting.reloadable("status.secret", ValueTypes.number(1, 9), "1", "A test.").secret();
    List<Setting<?>> settings = new ArrayList<>(Settings.TABLE.settings());
    settings.add(secret);
    SettingsTable table = new SettingsTable(settings, Settings.TABLE.groups(), Settings.TABLE.namedGroups(),
        Map.of());
    fixture.set("status.secret=hunter2");
    assertEquals("status.secret: \"********\" is not a whole number from 1 to 9; write one (--set)",
        assertThrows(InvalidConfiguration.class, () -> fixture.load(table)).getMessage());
  }

  @Test
  void whoIsToldOfArrivalsIsCheckedBeforeAnybodyIs() {
    fixture.file("""
        events:
          outputs:
            log-file: {type: file}
            a: {type: webhook, batch-size: 0}
            b: {type: webhook, url: "ftp://example.org/"}
            d: {type: command}
            e: {type: command, command: [ingest], concurrency: 0}
            f: {type: journal, keep-days: 0, url: "http://example.org/"}
            g: {type: webhook, url: "https://user:hunter2@example.org/", timeout: 0s, retry-longest: 1ms}
        """).assertRefused(
        "events.outputs.a.url: is missing; write address of the web, http or https (config/stationmaster.yaml:4)",
        "events.outputs.a.batch-size: \"0\" is not a whole number from 1 to 1000; write one"
            + " (config/stationmaster.yaml:4)",
        "events.outputs.b.url: \"ftp://example.org/\" is not an address of http or https; write e.g."
            + " https://ingest.example.org/events (config/stationmaster.yaml:5)",
        "events.outputs.d.command: is missing; write list of: program by its path, and its arguments"
            + " (config/stationmaster.yaml:6)",
        "events.outputs.e.command: \"[ingest]\" does not begin with the path of a program; write e.g."
            + " [/usr/local/bin/ingest, \"{real_path}\"] (config/stationmaster.yaml:7)",
        "events.outputs.e.concurrency: \"0\" is not a whole number from 1 to 256; write one"
            + " (config/stationmaster.yaml:7)",
        "events.outputs.f.keep-days: \"0\" is not a whole number from 1 to 10000; write one"
            + " (config/stationmaster.yaml:8)",
        "events.outputs.f.url: \"http://example.org/\" does not go with type journal; remove it"
            + " (config/stationmaster.yaml:8)",
        "events.outputs.g.url: \"https://user:********@example.org/\" has a password in it, which everybody who sees"
            + " the configuration could read; write the header Authorization into a file (headers-file)"
            + " (config/stationmaster.yaml:9)",
        "events.outputs.g.timeout: \"0s\" is too short; write at least 1ms (config/stationmaster.yaml:9)");
  }

  @Test
  void outputsOfEventsAreCheckedAsListenersAre() {
    fixture.set("events.outputs.consol.enabled=false").set("events.outputs.b@d.type=file").assertRefused(
        "events.outputs.consol: there is no output consol; did you mean console? To add one, set"
            + " events.outputs.consol.type, too (--set)",
        "events.outputs.b@d: \"b@d\" is no name for an output; use letters, digits, - and _ (--set)");
    fixture = new ConfigurationFixture(home);
    fixture.file("events:\n  outputs:\n    a: {type: file}\n    b: {type: file}\n    c: {path: x}\n"
        + "    d: {type: console, keep-days: 3}\n  keep-days: 4\n").assertRefused(
        "events.keep-days: is no longer a setting; set events.outputs.log-file.keep-days"
            + " (config/stationmaster.yaml:7)",
        "events.outputs.c.type: is missing; write file, console, syslog, journal, webhook or command"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.d.keep-days: \"3\" does not go with type console; remove it (config/stationmaster.yaml:6)",
        "events.outputs.b.path: \"\" is also the file of output a; write another path (default)");
  }

  @Test
  void whatAnOutputShowsIsChecked() {
    fixture.file("""
        events:
          outputs:
            a:
              type: console
              include: [{ids: [1, 10079-10070], groups: [failures]}, {accounts: [], weather: fine}, {}]
              exclude: failure
            b:
              type: console
              include: {networks: 10.20.30.40/16, paths: [raw, "/x"]}
              template: "{id} {}"
            c: {type: console, format: template}
            d: {type: console, template: "{id}"}
        """).assertRefused(
        "events.outputs.a.include: \"1\" is no number of an event; write e.g. 30068, or a range, 10070-10079"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.a.include: \"10079-10070\" is empty; write the lower number first, 10070-10079"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.a.include: \"failures\" is no group of events; there are administration, authenticated,"
            + " authentication, client-side, component-activation, failure, failure-critical, failure-high,"
            + " file-operation, ftp, informational, operation-append, operation-create-folder, operation-delete,"
            + " operation-read, operation-rename, operation-write, operational, process, session, ssh, success"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.a.include: \"[]\" is empty, so nothing would fit; name something, or remove the key"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.a.include: \"weather\" is no key of a rule; use ids, groups, accounts, components, networks"
            + " and paths (config/stationmaster.yaml:5)",
        "events.outputs.a.include: \"{}\" says nothing; write e.g. [{groups: [failure], accounts: [\"pole-*\"]}, {ids:"
            + " [30068, 10070-10079]}] (config/stationmaster.yaml:5)",
        "events.outputs.a.exclude: \"failure\" is not a list of rules; write e.g. [{groups: [failure], accounts:"
            + " [\"pole-*\"]}, {ids: [30068, 10070-10079]}] (config/stationmaster.yaml:6)",
        "events.outputs.b.include: \"10.20.30.40/16\" has bits behind its prefix; shorten the address, or write /32"
            + " for this address alone (config/stationmaster.yaml:9)",
        "events.outputs.b.include: \"raw\" fits no path, which starts with a slash; write e.g. \"/raw/*.dat\" or"
            + " \"**/*.dat\" (config/stationmaster.yaml:9)",
        "events.outputs.b.template: \"{id} {}\" has braces without a name in them; write e.g. \"{iso_time} {id}"
            + " {message}\" (config/stationmaster.yaml:10)",
        "events.outputs.c.format: \"template\" has no template; set events.outputs.c.template, e.g. to \"{iso_time}"
            + " {id} {message}\" (config/stationmaster.yaml:11)",
        "events.outputs.d.template: \"{id}\" is not used; set events.outputs.d.format to template, or remove it"
            + " (config/stationmaster.yaml:12)");
  }

  @Test
  void anOutputForSyslogKnowsItsServer() {
    fixture.file("""
        events:
          outputs:
            a: {type: syslog, transport: tcp}
            b: {type: syslog, server: logs.example.org}
            c: {type: syslog, transport: tls, server: "logs:0", facility: local8, app-name: "a b"}
            d: {type: syslog, transport: udp, server: "[::1]:70000", structured-data: mine}
        """).assertRefused(
        "events.outputs.c.server: \"logs:0\" is no server; write e.g. logs.example.org, logs.example.org:514 or"
            + " [2001:db8::7]:514 (config/stationmaster.yaml:5)",
        "events.outputs.c.facility: \"local8\" is no facility of syslog; write daemon, ftp, local0 to local7, user or"
            + " auth (config/stationmaster.yaml:5)",
        "events.outputs.c.app-name: \"a b\" is no name for syslog; use up to 48 letters, digits, - and _"
            + " (config/stationmaster.yaml:5)",
        "events.outputs.d.server: \"[::1]:70000\" is no server; write e.g. logs.example.org, logs.example.org:514 or"
            + " [2001:db8::7]:514 (config/stationmaster.yaml:6)",
        "events.outputs.d.structured-data: \"mine\" is no name of structured data; write NAME@NUMBER with the number"
            + " of your enterprise, up to 32 characters (config/stationmaster.yaml:6)",
        "events.outputs.a.transport: \"tcp\" needs a server; set events.outputs.a.server, e.g. to logs.example.org"
            + " (config/stationmaster.yaml:3)",
        "events.outputs.b.server: \"logs.example.org\" is not used with transport local; set"
            + " events.outputs.b.transport to udp, tcp or tls, or remove it (config/stationmaster.yaml:4)");
  }
}
