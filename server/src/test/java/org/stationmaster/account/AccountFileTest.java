package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.CredentialType;

class AccountFileTest {
  @TempDir
  private Path folder;
  private Accounts accounts;

  @BeforeEach
  void open() throws Exception {
    accounts = new Accounts(folder.resolve("stationmaster.db"), AccountsTest.SETTINGS);
  }

  @AfterEach
  void close() {
    accounts.close();
  }

  @Test
  void anExportMakesTheSameAccountsElsewhere() throws Exception {
    accounts.add("pole-7", AccountSettings.of(Profile.LOGGER).withDescription("River: \"north\" # 7"), "secret");
    accounts.add("null", AccountSettings.of(Profile.LOGGER).withEnabled(false)
        .withPermissions(Permissions.parse(List.of("allow-list", "/${USER}/*, allow-write, allow-read")))
        .withExpires(Optional.of(Instant.parse("2027-01-01T00:00:00.123Z")))
        .withHome(Optional.of(Path.of("/srv/null"))).withRequires(Account.Requirement.KEY)
        .withAuthenticationMethods(Optional.of(Set.of(CredentialType.PUBLIC_KEY))));
    accounts.loggedIn("pole-7", Optional.empty());
    accounts.writeLogins();
    String yaml = accounts.export();
    try (Accounts other = new Accounts(folder.resolve("other.db"), AccountsTest.SETTINGS)) {
      assertEquals(List.of("null", "pole-7"), other.importFrom(yaml, false, "operator"));
      assertEquals(accounts.list(), other.list());
      assertEquals(yaml, other.export());
      assertTrue(other.check("pole-7", "secret").isRight());
    }
  }

  @Test
  void aFileThatIsNestedTooDeeplyIsRefusedInASentence() {
    AccountRefused.UnusableFile refused = assertThrows(AccountRefused.UnusableFile.class,
        () -> accounts.importFrom("accounts: " + "[".repeat(20_000) + "]".repeat(20_000), false, "operator"));
    assertTrue(refused.getMessage().contains("line 1: this is not YAML as it is used here: nested more than 20 levels"),
        refused.getMessage());
  }

  @Test
  void aFileWrittenByHandMayBeShortAndHoldPasswords() throws Exception {
    accounts.importFrom("""
        accounts:
          pole-7:
            password: river 7
          pole-8: {}
          pole-9:
            expires: 2027-01-31
            profile: dropbox
        """, false, "operator");
    assertTrue(accounts.check("pole-7", "river 7").isRight());
    assertEquals(Profile.LOGGER, accounts.find("pole-8").orElseThrow().profile());
    assertEquals(Expiry.parse("2027-01-31", ZoneId.systemDefault()),
        accounts.find("pole-9").orElseThrow().expires().orElseThrow());
  }

  /** Each account took longer than the one before it, which for so many came to minutes. */
  @Test
  @Timeout(60)
  void aHundredThousandAccountsAreReadAsQuicklyEachAsOne() throws Exception {
    StringBuilder yaml = new StringBuilder("accounts:\n");
    for (int number = 0; number < 100_000; number++) {
      yaml.append("  pole-").append(number).append(": {}\n");
    }
    AccountFile file = AccountFile.read(yaml.toString(), key -> {
      throw new AssertionError(key);
    }, Instant.EPOCH);
    assertEquals(100_000, file.entries().size());
  }

  @Test
  void whatExistsIsRefusedUnlessItIsToBeReplaced() throws Exception {
    accounts.add("pole-7", AccountSettings.of(Profile.LOGGER), "old");
    String yaml = """
        accounts:
          pole-6: {}
          pole-7:
            password: new
        """;
    AccountRefused.UnusableFile refused = assertThrows(AccountRefused.UnusableFile.class,
        () -> accounts.importFrom(yaml, false, "operator"));
    assertEquals(1, refused.problems().size());
    assertTrue(refused.problems().getFirst().startsWith("line 3: "), refused.getMessage());
    assertTrue(accounts.find("pole-6").isEmpty(), "all or none");
    accounts.importFrom(yaml, true, "operator");
    assertTrue(accounts.check("pole-7", "new").isRight());
    assertTrue(accounts.find("pole-6").isPresent());
  }

  @Test
  void everyProblemIsNamedWithItsLine() {
    AccountRefused.UnusableFile refused = assertThrows(AccountRefused.UnusableFile.class,
        () -> accounts.importFrom("""
            accounts:
              .hidden: {}
              pole-1:
                profile: loger
              pole-2:
                password: x
                password-hash: $1$abc$def
              pole-3:
                colour: blue
                enabled: maybe
              POLE-3: {}
              pole-4:
                permissions: [allow-raed]
                expires: tomorrow
              pole-5:
                home-folder: relative
            """, false, "operator"));
    List<Integer> lines = refused.problems().stream()
        .map(problem -> Integer.parseInt(problem.substring(5, problem.indexOf(':')))).sorted().toList();
    assertEquals(List.of(2, 4, 6, 7, 9, 10, 11, 13, 14, 16), lines, refused.getMessage());
  }

  @Test
  void whatIsNoAccountFileIsRefusedInWords() {
    for (String text : List.of("", "- a", "accounts: [a]", "accounts", "stations: {}", "accounts: {a: &a {keys: *a}}",
        "a: b: c", "\u0000")) {
      assertThrows(AccountRefused.UnusableFile.class, () -> accounts.importFrom(text, false, "operator"), text);
    }
  }

  @Test
  void datesAreReadAsOperatorsWriteThem() {
    ZoneId zone = ZoneId.of("Europe/Berlin");
    assertEquals(Instant.parse("2027-01-31T23:00:00Z"), Expiry.parse("2027-01-31", zone));
    assertEquals(Instant.parse("2027-01-31T11:00:00Z"), Expiry.parse("2027-01-31T12:00", zone));
    assertEquals(Instant.parse("2027-01-31T12:00:00Z"), Expiry.parse("2027-01-31T12:00:00Z", zone));
    assertEquals(Instant.parse("2027-01-31T10:00:00Z"), Expiry.parse("2027-01-31T12:00:00+02:00", zone));
    assertThrows(IllegalArgumentException.class, () -> Expiry.parse("31.1.2027", zone));
  }
}
