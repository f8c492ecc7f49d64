package org.stationmaster.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.PasswordRuleSettings;
import org.stationmaster.config.PasswordSettings;

class PasswordChangesTest {
  private static final String NAME = "pole-7";
  private static final String FIRST = "first heron, 42 moss";

  @TempDir
  Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  private Accounts accounts;

  @BeforeEach
  void open() throws Exception {
    accounts = accounts(new PasswordRuleSettings(12, 3, 2, Duration.ofDays(30)));
    accounts.add(NAME, AccountSettings.of(Profile.LOGGER).withDescription("Kingfisher at the weir"), FIRST);
  }

  private Accounts accounts(PasswordRuleSettings rules) throws AccountStoreException {
    return new Accounts(folder.resolve("stationmaster.db"), new PasswordSettings(new DataSize(64 * 1024), 1, 1,
        new DataSize(1 << 20), Duration.ofMinutes(10), 100, rules), now::get);
  }

  @AfterEach
  void close() {
    accounts.close();
  }

  private static String nth(int number) {
    return "the river rises to mark " + number;
  }

  @Test
  void ofTwoChangesAtOnceOneWinsAndTheOtherIsTold() throws Exception {
    try (ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<String>> changes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String replacement = nth(i);
        changes.add(sessions.submit(() -> {
          start.await();
          accounts.changePassword(NAME, FIRST, replacement);
          return replacement;
        }));
      }
      start.countDown();
      List<String> winners = new ArrayList<>();
      for (Future<String> change : changes) {
        try {
          winners.add(change.get());
        } catch (ExecutionException e) {
          assertTrue(e.getCause() instanceof AccountRefused.Invalid, e.toString());
        }
      }
      assertEquals(1, winners.size(), winners.toString());
      assertTrue(accounts.check(NAME, winners.getFirst()).isRight());
      assertFalse(accounts.check(NAME, FIRST).isRight());
    }
  }

  @Test
  void aRememberedPasswordIsForgottenWithTheChange() throws Exception {
    assertTrue(accounts.check(NAME, FIRST).isRight());
    accounts.changePassword(NAME, FIRST, nth(1));
    assertFalse(accounts.check(NAME, FIRST).isRight());
    assertTrue(accounts.check(NAME, nth(1)).isRight());
  }

  @Test
  void asManyFormerPasswordsAreKeptAsTheSettingSays() throws Exception {
    accounts.changePassword(NAME, FIRST, nth(1));
    accounts.setPassword(NAME, nth(2));
    accounts.changePassword(NAME, nth(2), nth(3));
    for (int former = 1; former <= 2; former++) {
      String replacement = nth(former);
      assertThrows(AccountRefused.Invalid.class, () -> accounts.changePassword(NAME, nth(3), replacement));
    }
    accounts.changePassword(NAME, nth(3), FIRST);
  }

  @Test
  void aPasswordExpiresByAgeAndByDateUntilItIsChanged() throws Exception {
    assertFalse(isExpired());
    now.updateAndGet(time -> time.plus(Duration.ofDays(30)));
    assertTrue(isExpired());
    accounts.changePassword(NAME, FIRST, nth(1));
    assertFalse(isExpired());
    accounts.update(NAME, settings -> settings.withOptions(settings.options().with(AccountOption.PASSWORD_EXPIRES,
        now.get().toString())));
    assertTrue(isExpired());
    accounts.changePassword(NAME, nth(1), nth(2));
    assertFalse(isExpired());
    accounts.setExpiredPassword(NAME, nth(3));
    assertTrue(isExpired());
    accounts.setPassword(NAME, nth(4));
    assertFalse(isExpired());
  }

  private boolean isExpired() throws Exception {
    return accounts.isPasswordExpired(accounts.find(NAME).orElseThrow());
  }

  @Test
  void theAgeOfAPasswordIsCarriedToAnotherServer() throws Exception {
    Optional<Instant> changed = accounts.find(NAME).orElseThrow().passwordChanged();
    assertEquals(Optional.of(now.get()), changed);
    String yaml = accounts.export();
    now.updateAndGet(time -> time.plus(Duration.ofDays(29)));
    accounts.importFrom(yaml, true, "operator");
    assertEquals(changed, accounts.find(NAME).orElseThrow().passwordChanged());
  }

  @Test
  void theNameAndWhatIsSaidOfTheStationAreEasyToGuess() throws Exception {
    assertTrue(accounts.objection(NAME, "Kingfisher at the weir", "kingfisher-weir").isPresent());
    assertTrue(accounts.objection("gauge-kx81qz", "", "gauge-kx81qz").isPresent());
    assertEquals(Optional.empty(), accounts.objection(NAME, "", "kx81qz-Lrpw7"));
  }

  @Test
  void theLongestPasswordIsJudgedInABoundedTime() {
    for (String unit : List.of("4@8({[</369&#!1/|0$5+7%2", "a", "password1", "\u00e9")) {
      String password = unit.repeat(1024 / unit.getBytes(StandardCharsets.UTF_8).length);
      assertTimeoutPreemptively(Duration.ofSeconds(60), () -> accounts.objection(NAME, "", password));
    }
  }
}
