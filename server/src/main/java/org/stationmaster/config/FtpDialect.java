package org.stationmaster.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which liberties an account's FTP sessions have. Field loggers need them all; without one, the server does what the
 * RFCs say. Written as {@code logger} (all), {@code rfc} (none), or one of them with exceptions:
 * {@code logger,-rename-replaces}, {@code rfc,+make-folders}.
 *
 * @param rules the liberties
 */
public record FtpDialect(Set<Rule> rules) {
  /** Every liberty. */
  public static final FtpDialect LOGGER = new FtpDialect(EnumSet.allOf(Rule.class));
  /** None. */
  public static final FtpDialect RFC = new FtpDialect(Set.of());

  /** Copies the rules. */
  public FtpDialect {
    EnumSet<Rule> copy = EnumSet.noneOf(Rule.class);
    copy.addAll(rules);
    rules = Collections.unmodifiableSet(copy);
  }

  /** One liberty. */
  public enum Rule {
    /**
     * Files are stored and sent byte for byte in TYPE A too, because loggers send binary files without TYPE I. Without
     * it line ends are CRLF on the wire and LF on disk (RFC 959 section 3.1.1.1).
     */
    ASCII_AS_IS,
    /** SIZE says the size on disk in TYPE A too. Without it SIZE wants TYPE I (RFC 3659 section 4). */
    SIZE_IN_ASCII,
    /** Uploads and MKD make the folders that are missing. Without it they are refused. */
    MAKE_FOLDERS,
    /** MKD of a folder that exists is a success. Without it it is refused. */
    MKD_EXISTING,
    /** RNTO replaces the file that has the name. Without it it is refused (RFC 959 section 4.2, 553). */
    RENAME_REPLACES,
    /**
     * LIST and NLST of what does not exist are empty and a success: loggers ask in this way whether their file is
     * there. Without it they are refused (RFC 959 section 4.2, 450).
     */
    LIST_MISSING,
    /** A backslash separates folders like a slash. Without it it is part of a name. */
    BACKSLASH,
    /** Doubled slashes and slashes behind the name of a file mean nothing. Without it such paths are refused. */
    EXTRA_SLASHES;

    /** Its name in commands and files: {@code rename-replaces}. */
    public String setting() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Rule named(String setting) {
      return Arrays.stream(values()).filter(rule -> rule.setting().equals(setting)).findFirst()
          .orElseThrow(() -> new IllegalArgumentException("has the unknown rule \"" + setting + "\"; the rules are "
              + Arrays.stream(values()).map(Rule::setting).collect(Collectors.joining(", "))));
    }
  }

  /** Whether it has a liberty. */
  public boolean allows(Rule rule) {
    return rules.contains(rule);
  }

  /**
   * Reads {@link #write()}.
   *
   * @throws IllegalArgumentException with a clause for a person
   */
  public static FtpDialect parse(String text) {
    String[] words = text.split(",", -1);
    EnumSet<Rule> rules = EnumSet.noneOf(Rule.class);
    rules.addAll(named(words[0].strip()).orElseThrow(() -> new IllegalArgumentException(
        "does not begin with logger or rfc; write e.g. logger, or logger,-rename-replaces")).rules());
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      String change = word.strip();
      if (change.startsWith("+")) {
        rules.add(Rule.named(change.substring(1)));
      } else if (change.startsWith("-")) {
        rules.remove(Rule.named(change.substring(1)));
      } else {
        throw new IllegalArgumentException("has \"" + change + "\" without a sign; write +rule to switch a rule on and "
            + "-rule to switch it off");
      }
    }
    return new FtpDialect(rules);
  }

  private static Optional<FtpDialect> named(String name) {
    return switch (name) {
      case "logger" -> Optional.of(LOGGER);
      case "rfc" -> Optional.of(RFC);
      default -> Optional.empty();
    };
  }

  /** As text, in as few words as it takes. */
  public String write() {
    boolean isMostlyLogger = 2 * rules.size() >= Rule.values().length;
    return Arrays.stream(Rule.values()).filter(rule -> allows(rule) != isMostlyLogger)
        .map(rule -> (isMostlyLogger ? ",-" : ",+") + rule.setting())
        .collect(Collectors.joining("", isMostlyLogger ? "logger" : "rfc", ""));
  }
}
