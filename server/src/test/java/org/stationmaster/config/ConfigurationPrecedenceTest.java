package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationPrecedenceTest {
  @TempDir
  private Path home;
  private ConfigurationFixture fixture;

  @BeforeEach
  void begin() {
    fixture = new ConfigurationFixture(home);
  }

  @Test
  void commandLineGoesBeforeEnvironmentBeforeFileBeforeDefault() throws Exception {
    assertEquals("8990", fixture.value("status.port"));
    assertEquals("default", fixture.origin("status.port"));
    fixture.file("# first line\nstatus:\n  port: 8991\n");
    assertEquals("8991", fixture.value("status.port"));
    assertEquals("config/stationmaster.yaml:3", fixture.origin("status.port"));
    fixture.environment("STATIONMASTER_STATUS_PORT", "8992");
    assertEquals("8992", fixture.value("status.port"));
    assertEquals("STATIONMASTER_STATUS_PORT", fixture.origin("status.port"));
    fixture.set("status.port=8993");
    assertEquals("8993", fixture.value("status.port"));
    assertEquals("--set", fixture.origin("status.port"));
    fixture.set("status.port=8994");
    assertEquals("8994", fixture.value("status.port"));
  }

  @Test
  void theListenersOfTheFileReplaceTheDefaultOnes() throws Exception {
    fixture.file("listeners:\n  old-loggers: {protocol: ftp, port: 2121, tls: {explicit: required-for-data},"
        + " passive-ports: 46000-46009}\n");
    ListenerSettings only = fixture.load().configuration().listeners().getFirst();
    FtpListenerSettings ftp = assertInstanceOf(FtpListenerSettings.class, only);
    assertEquals(1, fixture.load().configuration().listeners().size());
    assertEquals("old-loggers", ftp.name());
    assertEquals(FtpTlsSettings.Use.REQUIRED_FOR_DATA, ftp.tls().use());
    assertEquals(new PortRange(46000, 46009), ftp.passive().ports());
  }

  @Test
  void anOverrideIsMergedIntoTheListenerOfThatName() throws Exception {
    fixture.file("listeners:\n  a_b: {protocol: sftp, port: 2201}\n  c-d: {protocol: sftp, port: 2202}\n")
        .environment("STATIONMASTER_LISTENERS_A_B_PORT", "2301").set("listeners.c-d.port=2302");
    List<ListenerSettings> listeners = fixture.load().configuration().listeners();
    assertEquals(List.of(2301, 2302), listeners.stream().map(ListenerSettings::port).toList());
  }

  @Test
  void overridesReachTheDefaultListeners() throws Exception {
    fixture.set("listeners.sftp-1.port=2222").set("listeners.ftps-1.enabled=false")
        .environment("STATIONMASTER_LISTENERS_FTP_1_PORT", "2121");
    assertEquals(List.of(2222, 2121),
        fixture.load().configuration().listeners().stream().map(ListenerSettings::port).toList());
  }

  @Test
  void theCommandLineAddsAListenerThatSaysWhatItSpeaks() throws Exception {
    fixture.set("listeners.sftp-2.protocol=sftp").set("listeners.sftp-2.port=2222")
        .environment("STATIONMASTER_LISTENERS_SFTP_2_ADDRESS", "127.0.0.1");
    ListenerSettings last = fixture.load().configuration().listeners().getLast();
    assertEquals("sftp-2", last.name());
    assertEquals("127.0.0.1", last.address());
  }

  @Test
  void listenersAsAWholeReplaceThoseOfALowerSource() throws Exception {
    fixture.file("listeners:\n  a: {protocol: sftp, port: 2201}\n")
        .environment("STATIONMASTER_LISTENERS", "{b: {protocol: sftp, port: 2202}}")
        .environment("STATIONMASTER_LISTENERS_B_PORT", "2203");
    assertEquals("2203", fixture.value("listeners.b.port"));
    assertEquals(1, fixture.load().configuration().listeners().size());
    fixture = new ConfigurationFixture(home).set("listeners={c: {protocol: ftps}}");
    assertEquals("990", fixture.value("listeners.c.port"));
    assertEquals(1, fixture.load().configuration().listeners().size());
  }

  @Test
  void outputsOfEventsHaveNamesAsListenersHave() throws Exception {
    fixture.file("events:\n  outputs:\n    long: {type: file, path: long.log, keep-days: 1000}\n")
        .environment("STATIONMASTER_EVENTS_OUTPUTS_LONG_FILE_SIZE", "1MiB").set("events.outputs.out.type=console");
    List<OutputSettings> outputs = fixture.load().configuration().events().outputs();
    FileOutputSettings file = assertInstanceOf(FileOutputSettings.class, outputs.getFirst());
    assertEquals(home.resolve("long.log"), file.path());
    assertEquals(1000, file.rotation().keepDays());
    assertEquals(new DataSize(1 << 20), file.rotation().fileSize());
    assertEquals("out", assertInstanceOf(ConsoleOutputSettings.class, outputs.getLast()).name());
    fixture.set("events.outputs.out.enabled=false");
    assertEquals(List.of("long"),
        fixture.load().configuration().events().outputs().stream().map(OutputSettings::name).toList());
    EffectiveConfiguration before = fixture.load();
    fixture = new ConfigurationFixture(home).environment("STATIONMASTER_EVENTS_OUTPUTS", "{out: {type: file}}");
    assertEquals("", fixture.value("events.outputs.out.path"));
    assertTrue(before.changesTo(fixture.load()).stream().noneMatch(ChangedSetting::needsRestart));
  }

  @Test
  void listsAreWrittenWithCommasOrAsYaml() throws Exception {
    assertEquals("[a.example.org, 10.0.0.5]", fixture.set("tls.names=a.example.org, 10.0.0.5").value("tls.names"));
    assertEquals("[\"::1\"]", fixture.environment("STATIONMASTER_TLS_NAMES", "ignored").set("tls.names=[\"::1\"]")
        .value("tls.names"));
    assertEquals("[]", fixture.set("tls.names=").value("tls.names"));
    fixture.set("authentication=[{name: a, type: database}, {name: b, type: ldap, active: false}]");
    assertEquals("[{name: a, type: database, active: true}, {name: b, type: ldap, active: false}]",
        fixture.value("authentication"));
  }

  @Test
  void aQuotedOverrideLosesItsQuotesAndAGroupIsWrittenAsYaml() throws Exception {
    assertEquals("0600", fixture.set("storage.file-mode=\"0600\"").value("storage.file-mode"));
    fixture.set("status={enabled: false, port: 1}");
    assertFalse(fixture.load().configuration().status().enabled());
    assertEquals("1", fixture.value("status.port"));
  }

  @Test
  void theOrderOfAuthenticationMethodsIsKept() throws Exception {
    fixture.set("listeners.sftp-1.authentication-methods=password,publickey");
    assertEquals(List.of(CredentialType.PASSWORD, CredentialType.PUBLIC_KEY),
        List.copyOf(fixture.load().configuration().listeners().getFirst().authenticationMethods()));
  }

  @Test
  void ftpListenersShareThePassiveRangeUnlessTheyNameOne() throws Exception {
    fixture.file("ftp: {passive-ports: 46001-46010, passive-address: 203.0.113.7}\n")
        .set("listeners.ftps-1.passive-ports=47001-47010");
    List<FtpListenerSettings> ftp = fixture.load().configuration().listeners().stream()
        .filter(FtpListenerSettings.class::isInstance).map(FtpListenerSettings.class::cast).toList();
    assertEquals(List.of(new PortRange(46001, 46010), new PortRange(47001, 47010)),
        ftp.stream().map(listener -> listener.passive().ports()).toList());
    PassiveAddress told = new PassiveAddress("203.0.113.7");
    assertTrue(ftp.stream().allMatch(listener -> listener.passive().address().equals(told)));
  }

  @Test
  void relativePathsStartAtHome() throws Exception {
    fixture.set("paths.data=../elsewhere").set("paths.logs=/var/log/stationmaster");
    PathSettings paths = fixture.load().configuration().paths();
    assertEquals(home.resolveSibling("elsewhere"), paths.data());
    assertEquals(Path.of("/var/log/stationmaster"), paths.logs());
  }

  @Test
  void theFileIsReadWhereTheConfigFolderIs() throws Exception {
    Path folder = Files.createDirectories(home.resolve("etc"));
    Files.writeString(folder.resolve(ConfigurationSource.FILE_NAME), "status: {port: 1}\npaths: {config: etc}\n");
    assertEquals("8990", fixture.value("status.port"));
    assertEquals("1", fixture.environment("STATIONMASTER_PATHS_CONFIG", "etc").value("status.port"));
    assertEquals("etc/stationmaster.yaml:1", fixture.origin("status.port"));
    fixture.environment("STATIONMASTER_PATHS_CONFIG", "none").set("paths={config: etc}");
    assertEquals("1", fixture.value("status.port"));
  }

  @Test
  void variablesOfTheLauncherAndOfKubernetesAreNoSettings() throws Exception {
    fixture.environment("STATIONMASTER_HOME", "/x").environment("STATIONMASTER_JAVA", "/x")
        .environment("STATIONMASTER_JAVA_OPTIONS", "-Xmx1g")
        .environment("STATIONMASTER_SERVICE_HOST", "10.0.0.1").environment("STATIONMASTER_SERVICE_PORT", "22")
        .environment("STATIONMASTER_SERVICE_PORT_SFTP", "22").environment("STATIONMASTER_PORT", "tcp://10.0.0.1:22")
        .environment("STATIONMASTER_PORT_22_TCP", "tcp://10.0.0.1:22")
        .environment("STATIONMASTER_PORT_22_TCP_ADDR", "10.0.0.1")
        .environment("STATIONMASTER_STATUS_SERVICE_HOST", "10.0.0.2")
        .environment("STATIONMASTER_STATUS_PORT", "tcp://10.0.0.2:8990");
    assertEquals("8990", fixture.value("status.port"));
  }

  @Test
  void changesSayWhetherAReloadIsEnough() throws Exception {
    EffectiveConfiguration before = fixture.load();
    EffectiveConfiguration after = fixture.set("sessions.idle-timeout=10m").set("status.port=8991")
        .set("events.outputs.console.enabled=true")
        .set("listeners.sftp-2={protocol: sftp, port: 2222, address: 127.0.0.1}").load();
    assertEquals(List.of(), before.changesTo(before));
    List<ChangedSetting> changes = before.changesTo(after);
    assertEquals(List.of("listeners.sftp-2.protocol", "listeners.sftp-2.enabled", "listeners.sftp-2.address",
        "listeners.sftp-2.port", "listeners.sftp-2.sources", "listeners.sftp-2.max-connections",
        "listeners.sftp-2.proxy-protocol.from", "listeners.sftp-2.authentication-methods",
        "listeners.sftp-2.algorithms", "listeners.sftp-2.algorithm-rules",
        "listeners.sftp-2.allow-password-without-encryption",
        "sessions.idle-timeout", "status.port"),
        changes.stream().map(ChangedSetting::key).toList());
    assertTrue(changes.getFirst().needsRestart());
    assertEquals(new ChangedSetting("sessions.idle-timeout", Optional.of("5m"), Optional.of("10m"), false),
        changes.get(changes.size() - 2));
    assertEquals(new ChangedSetting("status.port", Optional.of("8990"), Optional.of("8991"), true),
        changes.getLast());
  }

  @Test
  void aSecretIsMaskedWhereverItIsShown() {
    EffectiveSetting secret = new EffectiveSetting("a.password", "hidden", new ValueOrigin.CommandLine(), true, false);
    assertEquals("********", secret.shown());
    assertEquals("a.password = ******** (--set)", secret.toString());
    assertEquals("", new EffectiveSetting("a.password", "", new ValueOrigin.Default(), true, false).shown());
  }
}
