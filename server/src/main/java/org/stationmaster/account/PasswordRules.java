package org.stationmaster.account;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.stationmaster.config.PasswordRuleSettings;

/** What a password must be like that its owner chooses. An operator is told the same and may do otherwise. */
final class PasswordRules {
  /**
   * So much of a password is judged: what is hard to guess so far stays so with more behind it, and the estimate takes
   * seconds for some hundred characters that can be read as others.
   */
  private static final int JUDGED = 32;
  /** Java's own way asks name servers, which may take long. */
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String BETWEEN_WORDS = "[^\\p{L}\\p{N}]+";

  private final PasswordRuleSettings settings;

  /** Reads its dictionaries when it is needed first, which takes some hundred milliseconds. */
  private static final class Estimate {
    static final Zxcvbn ZXCVBN = new Zxcvbn();
  }

  PasswordRules(PasswordRuleSettings settings) {
    this.settings = settings;
  }

  /** Why the account should not have that password, as a sentence; takes some of a processor's time. */
  Optional<String> objection(String account, String description, String password) {
    try {
      Password.checked(password);
    } catch (AccountRefused.Invalid e) {
      return Optional.of(e.getMessage());
    }
    if (password.codePoints().anyMatch(Character::isISOControl)) {
      return Optional.of("The password holds control characters; loggers cannot send them.");
    }
    int length = password.codePointCount(0, password.length());
    if (length < settings.minimumLength()) {
      return Optional.of("The password has " + length + " characters; at least " + settings.minimumLength()
          + " are needed.");
    }
    if (strength(account, description, password) < settings.minimumStrength()) {
      return Optional.of("The password is too easy to guess; take several unusual words, or random letters and "
          + "digits.");
    }
    return Optional.empty();
  }

  private int strength(String account, String description, String password) {
    if (settings.minimumStrength() == 0) {
      return 0;
    }
    return Estimate.ZXCVBN.measure(password.substring(0, Math.min(JUDGED, password.length())),
        easyWords(account, description)).getScore();
  }

  /** What whoever guesses tries first here. */
  private static List<String> easyWords(String account, String description) {
    List<String> words = new ArrayList<>(List.of(account, "stationmaster", "station", "logger", "datalogger",
        "campbell"));
    Stream.of(account, description, hostName()).flatMap(text -> Stream.of(text.split(BETWEEN_WORDS)))
        .filter(word -> word.length() > 2).forEach(words::add);
    return words;
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME);
    } catch (IOException e) {
      // Another system than Linux.
      return "";
    }
  }
}
