package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;

class AccountsTest {
  static final PasswordSettings SETTINGS = new PasswordSettings(new DataSize(64 * 1024), 1, 1, new DataSize(1 << 20),
      Duration.ofMinutes(10), 100, new PasswordRuleSettings(12, 3, 8, Duration.ZERO));
  private static final String SECRET = "Pöle 7 secret";
  private static final String SHA512_OF_SECRET =
      "$6$abcdefgh$dfSkee.S1RjwAxSdPTNQ1Xkg9T33bV8WQHCAlgzkYSO0MPqrIKSeUfABjJIlsZnfj1m2MaJsxCj39adpLzsMs0";
  private static final String FINGERPRINT = "SHA256:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ";

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final InstantSource clock = now::get;

  @TempDir
  private Path folder;
  private Path file;
  private Accounts accounts;

  @BeforeEach
  void open() throws Exception {
    file = folder.resolve("state/stationmaster.db");
    accounts = new Accounts(file, SETTINGS, clock);
  }

  @AfterEach
  void close() {
    accounts.close();
  }

  static AuthorizedKey key(String fingerprint, Instant added) {
    return new AuthorizedKey("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" + fingerprint.hashCode() + " pole", fingerprint,
        "operator", added, Optional.empty(), Optional.empty());
  }

  private Account add(String name) throws Exception {
    return accounts.add(name, AccountSettings.of(Profile.LOGGER), SECRET);
  }

  @Test
  void whatWasSetIsFound() throws Exception {
    AccountSettings settings = AccountSettings.of(Profile.DROPBOX).withDescription("Pole at the river")
        .withHome(Optional.of(Path.of("/srv/../srv/river"))).withExpires(Optional.of(now.get().plusSeconds(60)))
        .withRequires(Account.Requirement.BOTH)
        .withAuthenticationMethods(Optional.of(Set.of(CredentialType.PASSWORD, CredentialType.PUBLIC_KEY)));
    Account added = accounts.add("pole-7", settings);
    assertEquals(added, accounts.find("pole-7").orElseThrow());
    assertEquals(new Account("pole-7", "Pole at the river", true, Optional.of(now.get().plusSeconds(60)),
        Optional.of(Path.of("/srv/river")), Profile.DROPBOX, Profile.DROPBOX.permissions(), Account.Requirement.BOTH,
        Optional.of(Set.of(CredentialType.PASSWORD, CredentialType.PUBLIC_KEY)),
        AccountOptionValues.NONE, false, Optional.empty(), List.of(), now.get(),
        Optional.empty()), added);
    assertFalse(added.isExpired(now.get()));
    assertTrue(added.isExpired(now.get().plusSeconds(60)));
  }

  @Test
  void permissionsOfItsOwnMakeAnAccountCustom() throws Exception {
    add("pole-7");
    Account account = accounts.update("pole-7", settings -> settings.withPermissions(
        Permissions.parse(List.of("allow-list", "/${USER}/*, allow-write"))));
    assertEquals(Profile.CUSTOM, account.profile());
    assertTrue(accounts.find("pole-7").orElseThrow().permissions().allows(Permission.WRITE, "/pole-7/a"));
    accounts.update("pole-7", settings -> settings.withDescription("same permissions"));
    assertTrue(accounts.export().contains("/${USER}/*, allow-write"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".hidden", "..", "a/b", "a\\b", "a b", "pöle", "a\n", "a:b", "a@b", "*",
      "12345678901234567890123456789012345678901234567890123456789012345"})
  void namesThatCannotBeFoldersEverywhereAreRefused(String name) throws Exception {
    assertThrows(AccountRefused.Invalid.class, () -> accounts.add(name, AccountSettings.of(Profile.LOGGER)));
    assertTrue(accounts.list().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c-9", "-x", "_", "anonymous", "ftp",
      "1234567890123456789012345678901234567890123456789012345678901234"})
  void otherNamesAreTaken(String name) throws Exception {
    accounts.add(name, AccountSettings.of(Profile.LOGGER));
    assertEquals(name, accounts.find(name).orElseThrow().name());
  }

  @Test
  void aNameThatDiffersOnlyInCaseIsRefusedAndDoesNotLogIn() throws Exception {
    add("Pole-7");
    AccountRefused.Exists refused = assertThrows(AccountRefused.Exists.class, () -> add("pole-7"));
    assertTrue(refused.getMessage().contains("\"Pole-7\""));
    assertThrows(AccountRefused.Exists.class, () -> add("Pole-7"));
    assertTrue(accounts.find("pole-7").isEmpty());
    assertFalse(accounts.check("pole-7", SECRET).isRight());
  }

  @Test
  void whatIsNotThereCannotBeChanged() {
    assertThrows(AccountRefused.NotFound.class, () -> accounts.update("x", settings -> settings));
    assertThrows(AccountRefused.NotFound.class, () -> accounts.remove("x"));
    assertThrows(AccountRefused.NotFound.class, () -> accounts.setPassword("x", SECRET));
    assertThrows(AccountRefused.NotFound.class, () -> accounts.addKey("x", key(FINGERPRINT, now.get())));
    assertThrows(AccountRefused.NotFound.class, () -> accounts.removeKey("x", FINGERPRINT));
  }

  @Test
  void onlyTheRightPasswordIsRight() throws Exception {
    add("pole-7");
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertFalse(accounts.check("pole-7", "Pole 7 secret").isRight());
    assertFalse(accounts.check("pole-7", "").isRight());
    assertFalse(accounts.check("pole-7", SECRET + "\0").isRight());
    assertFalse(accounts.check("pole-7", "x".repeat(100_000)).isRight());
    assertFalse(accounts.check("pole-8", SECRET).isRight());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " x", "x ", "x\t", "x\0y", "x\n"})
  void passwordsThatALoggerCannotSendAreRefused(String password) throws Exception {
    add("pole-7");
    assertThrows(AccountRefused.Invalid.class, () -> accounts.setPassword("pole-7", password));
    assertThrows(AccountRefused.Invalid.class, () -> accounts.setPassword("pole-7", "ä".repeat(513)));
    accounts.setPassword("pole-7", "ä".repeat(512));
    assertTrue(accounts.check("pole-7", "ä".repeat(512)).isRight());
  }

  @Test
  void anUnknownNameAndAnAccountWithoutPasswordCostAHashToo() throws Exception {
    accounts.add("keys-only", AccountSettings.of(Profile.LOGGER));
    long before = accounts.hashesComputed();
    assertFalse(accounts.check("nobody", SECRET).isRight());
    assertEquals(before + 1, accounts.hashesComputed());
    assertFalse(accounts.check("keys-only", SECRET).isRight());
    assertEquals(before + 2, accounts.hashesComputed());
    assertFalse(accounts.check("nobody", SECRET).isRight());
    assertEquals(before + 3, accounts.hashesComputed());
    assertFalse(accounts.check("nobody", "x".repeat(2000)).isRight());
    assertEquals(before + 4, accounts.hashesComputed());
  }

  @Test
  void aLoginIsRememberedForAWhile() throws Exception {
    add("pole-7");
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    long before = accounts.hashesComputed();
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertEquals(before, accounts.hashesComputed());
    assertFalse(accounts.check("pole-7", "wrong").isRight());
    assertEquals(before + 1, accounts.hashesComputed());
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(10)));
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertEquals(before + 2, accounts.hashesComputed());
  }

  @Test
  void aClockThatIsSetBackForgets() throws Exception {
    add("pole-7");
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    long before = accounts.hashesComputed();
    now.updateAndGet(time -> time.minus(Duration.ofDays(1)));
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertEquals(before + 1, accounts.hashesComputed());
  }

  @Test
  void anyChangeOfTheAccountForgetsItsLogin() throws Exception {
    add("pole-7");
    List<Callable<Object>> changes = List.of(
        () -> accounts.update("pole-7", settings -> settings.withEnabled(false)),
        () -> accounts.update("pole-7", settings -> settings.withEnabled(true)),
        () -> accounts.addKey("pole-7", key(FINGERPRINT, now.get())));
    for (Callable<Object> change : changes) {
      assertTrue(accounts.check("pole-7", SECRET).isRight());
      long before = accounts.hashesComputed();
      change.call();
      assertTrue(accounts.check("pole-7", SECRET).isRight());
      assertEquals(before + 1, accounts.hashesComputed());
    }
    accounts.setPassword("pole-7", "another");
    assertFalse(accounts.check("pole-7", SECRET).isRight());
    assertTrue(accounts.check("pole-7", "another").isRight());
    accounts.remove("pole-7");
    assertFalse(accounts.check("pole-7", "another").isRight());
  }

  @Test
  void theMemoryHasABound() throws Exception {
    CredentialMemory memory = new CredentialMemory(SETTINGS, clock);
    for (int i = 0; i < 250; i++) {
      memory.remember("pole-" + i, new byte[] {(byte) i});
      assertTrue(memory.holds("pole-0", new byte[] {0}), "it is used all the time");
    }
    assertEquals(100, memory.size());
    assertFalse(memory.holds("pole-1", new byte[] {1}));
    assertFalse(memory.holds("pole-249", new byte[] {1}));
  }

  @Test
  void equalChecksAtTheSameTimeShareOneComputation() throws Exception {
    PasswordSettings slow = new PasswordSettings(new DataSize(32 << 20), 6, 1, new DataSize(32 << 20),
        Duration.ofMinutes(1), 100, SETTINGS.rules());
    try (Accounts patient = new Accounts(folder.resolve("slow.db"), slow, clock);
        ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
      patient.add("pole-7", AccountSettings.of(Profile.LOGGER), SECRET);
      for (String password : List.of(SECRET, "wrong")) {
        long before = patient.hashesComputed();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          answers.add(sessions.submit(() -> {
            start.await();
            return patient.check("pole-7", password).isRight();
          }));
        }
        start.countDown();
        for (Future<Boolean> answer : answers) {
          assertEquals(password.equals(SECRET), answer.get());
        }
        assertTrue(patient.hashesComputed() - before < 100,
            () -> "1000 equal checks took " + (patient.hashesComputed() - before) + " hashes");
      }
    }
  }

  @Test
  void aHashOfAnotherKindIsReplacedAtTheFirstLogin() throws Exception {
    accounts.add("pole-7", AccountSettings.of(Profile.LOGGER));
    accounts.setPasswordHash("pole-7", SHA512_OF_SECRET);
    assertFalse(accounts.check("pole-7", "wrong").isRight());
    assertEquals(SHA512_OF_SECRET, storedHash("pole-7"));
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    String replaced = storedHash("pole-7");
    assertTrue(replaced.startsWith("$argon2id$v=19$m=64,t=1,p=1$"), replaced);
    long before = accounts.hashesComputed();
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertEquals(before, accounts.hashesComputed(), "remembered under the new hash");
    assertThrows(AccountRefused.Invalid.class, () -> accounts.setPasswordHash("pole-7", "$1$abc$def"));
  }

  @Test
  void otherParametersAreTakenOverAtTheNextLogin() throws Exception {
    add("pole-7");
    accounts.close();
    PasswordSettings stronger = new PasswordSettings(new DataSize(128 * 1024), 2, 1, new DataSize(1 << 20),
        Duration.ZERO, 100, SETTINGS.rules());
    accounts = new Accounts(file, stronger, clock);
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    assertTrue(storedHash("pole-7").startsWith("$argon2id$v=19$m=128,t=2,p=1$"));
    assertTrue(accounts.check("pole-7", SECRET).isRight());
  }

  private String storedHash(String name) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT password_hash FROM account WHERE name = '" + name + "'")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void keysOpenTheirAccountUntilTheyExpire() throws Exception {
    add("pole-7");
    add("pole-8");
    AuthorizedKey limited = new AuthorizedKey("ssh-rsa AAAA", FINGERPRINT, "operator", now.get(),
        Optional.of(now.get().plusSeconds(10)), Optional.empty());
    accounts.addKey("pole-7", limited);
    assertThrows(AccountRefused.Exists.class, () -> accounts.addKey("pole-7", limited));
    assertEquals(Optional.of(limited), keyOf("pole-7"));
    assertTrue(keyOf("pole-8").isEmpty());
    assertTrue(keyOf("nobody").isEmpty());
    assertEquals(List.of("pole-7"), accounts.accountsWithKey(FINGERPRINT));
    now.updateAndGet(time -> time.plusSeconds(10));
    assertTrue(keyOf("pole-7").isEmpty());
    accounts.removeKey("pole-7", FINGERPRINT);
    assertThrows(AccountRefused.NotFound.class, () -> accounts.removeKey("pole-7", FINGERPRINT));
    assertTrue(accounts.find("pole-7").orElseThrow().keys().isEmpty());
  }

  @Test
  void keysGoWithTheirAccount() throws Exception {
    add("pole-7");
    accounts.addKey("pole-7", key(FINGERPRINT, now.get()));
    accounts.remove("pole-7");
    assertTrue(accounts.accountsWithKey(FINGERPRINT).isEmpty());
  }

  @Test
  void theLastLoginIsWrittenLaterAndNeverLost() throws Exception {
    add("pole-7");
    accounts.addKey("pole-7", key(FINGERPRINT, now.get()));
    Instant first = now.get();
    accounts.loggedIn("pole-7", Optional.of(FINGERPRINT));
    accounts.writeLogins();
    now.updateAndGet(time -> time.plusSeconds(5));
    accounts.loggedIn("pole-7", Optional.empty());
    accounts.loggedIn("gone", Optional.empty());
    accounts.close();
    accounts = new Accounts(file, SETTINGS, clock);
    Account account = accounts.find("pole-7").orElseThrow();
    assertEquals(Optional.of(first.plusSeconds(5)), account.lastLogin());
    assertEquals(Optional.of(first), account.keys().getFirst().lastUsed());
  }

  @Test
  void aChangeByAnotherProgramIsSeenAtTheNextLogin() throws Exception {
    add("pole-7");
    assertTrue(accounts.check("pole-7", SECRET).isRight());
    try (Accounts commandLine = new Accounts(file, SETTINGS, clock)) {
      commandLine.setPassword("pole-7", "another");
      commandLine.update("pole-7", settings -> settings.withEnabled(false));
      commandLine.add("pole-8", AccountSettings.of(Profile.FULL));
    }
    assertFalse(accounts.check("pole-7", SECRET).isRight());
    assertTrue(accounts.check("pole-7", "another").isRight());
    assertFalse(accounts.find("pole-7").orElseThrow().enabled());
    assertEquals(List.of("pole-7", "pole-8"), accounts.list().stream().map(Account::name).toList());
  }

  @RepeatedTest(20)
  void twoProgramsMayMakeAndUseTheDatabaseAtOnce() throws Exception {
    Path shared = folder.resolve("shared/stationmaster.db");
    try (ExecutorService programs = Executors.newFixedThreadPool(4)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int program = 0; program < 4; program++) {
        String prefix = "p" + program + "-";
        all.add(programs.submit(() -> {
          try (Accounts own = new Accounts(shared, SETTINGS, clock)) {
            for (int i = 0; i < 10; i++) {
              own.add(prefix + i, AccountSettings.of(Profile.LOGGER));
              own.loggedIn(prefix + i, Optional.empty());
            }
          }
          return null;
        }));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
    try (Accounts afterwards = new Accounts(shared, SETTINGS, clock)) {
      assertEquals(40, afterwards.list().size());
      assertTrue(afterwards.list().stream().allMatch(account -> account.lastLogin().isPresent()));
    }
  }

  @Test
  void onlyTheOwnerReadsTheDatabase() throws Exception {
    add("pole-7");
    try (Stream<Path> files = Files.list(file.getParent())) {
      List<Path> made = files.filter(path -> path.getFileName().toString().startsWith("stationmaster.db")).toList();
      assertTrue(made.size() >= 3, "with its write-ahead log: " + made);
      for (Path path : made) {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), path.toString());
      }
    }
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
  }

  @Test
  void aDatabaseThatIsOpenToOthersIsNarrowed() throws Exception {
    accounts.close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    accounts = new Accounts(file, SETTINGS, clock);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void aDatabaseOfALaterVersionIsLeftAlone() throws Exception {
    accounts.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE flyway_schema_history SET version = '999'");
    }
    AccountStoreException refused = assertThrows(AccountStoreException.class,
        () -> new Accounts(file, SETTINGS, clock).close());
    assertTrue(refused.getMessage().contains("later version"), refused.getMessage());
  }

  @Test
  void aFileThatIsNoDatabaseIsNotTouched() throws Exception {
    Path other = folder.resolve("other.db");
    Files.writeString(other, "not a database".repeat(100));
    assertThrows(AccountStoreException.class, () -> new Accounts(other, SETTINGS, clock).close());
    assertEquals("not a database".repeat(100), Files.readString(other));
  }

  private Optional<AuthorizedKey> keyOf(String name) throws AccountStoreException {
    return accounts.find(name).flatMap(account -> account.key(FINGERPRINT, clock.instant()));
  }
}
