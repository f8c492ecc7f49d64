package org.stationmaster.config;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which an upload is published: text with {@code ${name}} (as sent), {@code ${stem}} and
 * {@code ${extension}} (its parts; the extension has its dot), {@code ${account}}, {@code ${date}} and {@code ${time}}
 * (UTC, ISO 8601 basic: {@code 20180227} and {@code 172853Z}) and {@code ${uuid}} (random).
 *
 * @param template what the administrator wrote
 */
public record UploadName(String template) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}]*)}");
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of("name", "stem", "extension", "account", "date", "time", "uuid"));
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * Checks the template.
   *
   * @throws IllegalArgumentException with what is wrong with it, and after a semicolon the remedy
   */
  public UploadName {
    PLACEHOLDER.matcher(template).results().map(found -> found.group(1)).filter(key -> !KNOWN.contains(key))
        .findFirst().ifPresent(key -> {
          throw new IllegalArgumentException("has the unknown placeholder ${" + key + "}; there are ${"
              + String.join("}, ${", KNOWN) + "}");
        });
    String fixed = PLACEHOLDER.matcher(template).replaceAll("x");
    if (fixed.isBlank() || fixed.equals(".") || fixed.equals("..")) {
      throw new IllegalArgumentException("is no name; write e.g. ${stem}-${date}T${time}${extension}");
    }
    if (fixed.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("has a slash, a backslash or a control character; write one file name, "
          + "without folders");
    }
    if (fixed.contains("${")) {
      throw new IllegalArgumentException("opens a placeholder that it does not close; write e.g. ${name}");
    }
  }

  /** The name for a file that {@code account} sent as {@code name} and that is published at {@code now}. */
  public String of(String name, String account, Instant now) {
    int dot = name.lastIndexOf('.');
    // A leading dot hides a file, it begins no extension.
    int end = dot > 0 ? dot : name.length();
    return PLACEHOLDER.matcher(template).replaceAll(found -> Matcher.quoteReplacement(switch (found.group(1)) {
      case "name" -> name;
      case "stem" -> name.substring(0, end);
      case "extension" -> name.substring(end);
      case "account" -> account;
      case "date" -> DATE.format(now);
      case "time" -> TIME.format(now);
      case "uuid" -> UUID.randomUUID().toString();
      default -> throw new IllegalStateException(found.group(1));
    }));
  }

  @Override
  public String toString() {
    return template;
  }
}
