package org.stationmaster.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of groups for the Diffie-Hellman group exchange in the format of OpenSSH, moduli(5): one group a line with the
 * fields time, type, tests, tries, size, generator, modulus.
 *
 * @param groups what can be used
 * @param flaws the lines that cannot
 */
public record Moduli(List<DhGroup> groups, List<Flaw> flaws) {
  private static final int SAFE_PRIME = 2;
  private static final int COMPOSITE = 1;
  private static final int SMALLEST = 1024;
  private static final int LARGEST = 8192;
  /** What the JDK's Diffie-Hellman can do. */
  private static final int STEP = 64;
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-Fa-f]{1," + LARGEST / 2 + "}");

  /** Copies the lists. */
  public Moduli {
    groups = List.copyOf(groups);
    flaws = List.copyOf(flaws);
  }

  /**
   * A line that is not used.
   *
   * @param line its number, from 1
   * @param details what is wrong with it, as a clause
   */
  public record Flaw(int line, String details) {
  }

  /** What is wrong with a line. */
  private static final class BadLine extends Exception {
    private static final long serialVersionUID = 1;

    BadLine(String details) {
      super(details);
    }
  }

  /** Reads the file. That its primes are prime is believed: testing them would take minutes. */
  public static Moduli read(Path file) throws KeyMaterialException {
    try {
      return parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new KeyMaterialException("cannot be read: " + KeyFiles.reason(e) + " (ssh.moduli)", e).of(file);
    }
  }

  /** The groups of the file {@code config/moduli} as it is shipped. */
  public static Moduli shipped() {
    try (InputStream in = Moduli.class.getResourceAsStream("moduli")) {
      return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Moduli parse(List<String> lines) {
    List<DhGroup> groups = new ArrayList<>();
    List<Flaw> flaws = new ArrayList<>();
    int number = 0;
    for (String line : lines) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        groups.add(parse(BLANKS.split(line.strip())));
      } catch (BadLine e) {
        flaws.add(new Flaw(number, e.getMessage()));
      }
    }
    return new Moduli(groups, flaws);
  }

  private static DhGroup parse(String[] fields) throws BadLine {
    if (fields.length != 7) {
      throw new BadLine("it has " + fields.length + " fields instead of 7: time, type, tests, tries, size, generator, "
          + "modulus");
    }
    if (number(fields[1], "type") != SAFE_PRIME) {
      throw new BadLine("its type is " + fields[1] + "; only safe primes, type 2, can be used");
    }
    int tests = number(fields[2], "tests");
    if ((tests & ~COMPOSITE) == 0 || (tests & COMPOSITE) != 0) {
      throw new BadLine("its modulus has not passed a test of primality (tests " + fields[2] + ")");
    }
    number(fields[3], "tries");
    int bits = number(fields[4], "size") + 1;
    if (bits < SMALLEST || bits > LARGEST || bits % STEP != 0) {
      throw new BadLine("its size is " + fields[4] + ", for a modulus of " + bits + " bits; multiples of " + STEP
          + " from " + SMALLEST + " to " + LARGEST + " can be used");
    }
    BigInteger generator = hexadecimal(fields[5], "generator");
    BigInteger prime = hexadecimal(fields[6], "modulus");
    if (prime.bitLength() != bits) {
      throw new BadLine("its size is " + fields[4] + ", for a modulus of " + bits + " bits, but the modulus has "
          + prime.bitLength());
    }
    // 2q + 1 with q odd.
    if (!prime.testBit(0) || !prime.testBit(1)) {
      throw new BadLine("its modulus is no safe prime");
    }
    if (generator.compareTo(BigInteger.TWO) < 0 || generator.compareTo(prime.subtract(BigInteger.TWO)) > 0) {
      throw new BadLine("its generator " + fields[5] + " is none");
    }
    return new DhGroup(prime, generator);
  }

  private static int number(String text, String name) throws BadLine {
    if (!NUMBER.matcher(text).matches()) {
      throw new BadLine("its " + name + " \"" + shortened(text) + "\" is not a number");
    }
    return Integer.parseInt(text);
  }

  private static BigInteger hexadecimal(String text, String name) throws BadLine {
    if (!HEXADECIMAL.matcher(text).matches()) {
      throw new BadLine("its " + name + " \"" + shortened(text) + "\" is not a hexadecimal number of at most " + LARGEST
          + " bits");
    }
    return new BigInteger(text, 16);
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /** How many groups of which size there are, such as {@code 4 of 2048 bits, 1 of 8192 bits}. */
  public String sizes() {
    return groups.stream().collect(Collectors.groupingBy(DhGroup::bits, TreeMap::new, Collectors.counting()))
        .entrySet().stream().map(size -> size.getValue() + " of " + size.getKey() + " bits")
        .collect(Collectors.joining(", "));
  }
}
