package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Inputs of what reads what an operator writes. */
public final class ConfigurationFuzz {
  /** Longer ones take long, and operators write no such. */
  private static final int LONGEST_PATTERN = 1024;

  /** Prepared with the first input. */
  private static final class Lazily {
    static final Path HOME = home();

    private static Path home() {
      try {
        Path memory = Path.of("/dev/shm");
        Path home = Files.isWritable(memory) ? Files.createTempDirectory(memory, "stationmaster")
            : Files.createTempDirectory("stationmaster");
        Path file = Files.createDirectory(home.resolve("config")).resolve(ConfigurationSource.FILE_NAME);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
          for (Path each : List.of(file, file.getParent(), home)) {
            each.toFile().delete();
          }
        }));
        return home;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private ConfigurationFuzz() {
  }

  /** The file of the settings: it serves, or every problem is a sentence. */
  public static void configuration(byte[] input) throws IOException {
    Files.write(Lazily.HOME.resolve("config").resolve(ConfigurationSource.FILE_NAME), input);
    try {
      new ConfigurationSource(Lazily.HOME, List.of(), Map.of()).load();
    } catch (InvalidConfiguration e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  /** A line with a pattern, and lines that it may fit: it takes bounded time and means what the manual says. */
  public static void patterns(byte[] input) {
    String[] lines = new String(input, StandardCharsets.UTF_8).split("\n");
    String pattern = lines[0].length() > LONGEST_PATTERN ? lines[0].substring(0, LONGEST_PATTERN) : lines[0];
    Glob glob = Glob.of(pattern);
    if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
      assertTrue(glob.matches(pattern));
    }
    for (String line : lines) {
      if (line.length() <= LONGEST_PATTERN) {
        assertEquals(isFit(pattern, line), glob.matches(line));
      }
    }
    networks(lines);
    try {
      UploadName name = new UploadName(pattern);
      String published = name.of("day.dat", "pole-7", Instant.EPOCH);
      assertFalse(published.isEmpty() || published.equals(".") || published.equals("..") || published.contains("/"));
    } catch (IllegalArgumentException expected) {
      // As declared.
    }
    try {
      FtpDialect dialect = FtpDialect.parse(pattern);
      assertEquals(dialect, FtpDialect.parse(dialect.write()));
    } catch (IllegalArgumentException expected) {
      // As declared.
    }
  }

  /** Which beginnings of the text the beginnings of the pattern fit, one by one. */
  private static boolean isFit(String pattern, String text) {
    boolean[] fits = new boolean[text.length() + 1];
    boolean[] next = new boolean[fits.length];
    fits[0] = true;
    for (int at = 0; at < pattern.length(); at++) {
      boolean isStar = pattern.charAt(at) == '*';
      boolean isAny = isStar && pattern.startsWith("**", at);
      for (int i = 0; i < fits.length; i++) {
        char before = i == 0 ? '/' : text.charAt(i - 1);
        next[i] = isStar ? fits[i] || i > 0 && next[i - 1] && (isAny || before != '/')
            : i > 0 && fits[i - 1] && (pattern.charAt(at) == '?' ? before != '/' : pattern.charAt(at) == before);
      }
      boolean[] spare = fits;
      fits = next;
      next = spare;
      at += isAny ? 1 : 0;
    }
    return fits[text.length()];
  }

  private static void networks(String[] lines) {
    for (String line : lines) {
      try {
        Network network = Network.parse(line.strip());
        assertEquals(network, Network.parse(network.toString()));
        assertTrue(network.contains(network.first()));
        assertFalse(network.prefix() > 0 && network.contains(InetAddress.ofLiteral("203.0.113.9"))
            && network.first().getAddress().length == 16);
      } catch (IllegalArgumentException expected) {
        // As declared.
      }
      try {
        SourceRules rules = SourceRules.parse(line);
        assertEquals(rules.toString(), SourceRules.parse(rules.toString()).toString());
      } catch (IllegalArgumentException expected) {
        // As declared.
      }
    }
  }
}
