package org.stationmaster.durability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A logger that uploads, appends, overwrites and renames without a pause, and keeps book of what its folder must hold:
 * what was acknowledged, and of the one operation that was under way when the server died either all or nothing.
 */
final class Station {
  private static final int SMALL = 6_000;
  private static final int LARGE = 2_000_000;
  private static final int NAMES = 6;
  /** An append to a longer file would make the storm slow. */
  private static final int LONG = 400_000;

  private final String account;
  private final Wire.Kind kind;
  private final Random random;
  private final Tally tally;
  /** By path below the home. */
  private Map<String, byte[]> files = new TreeMap<>();
  /** As the files are if the operation that is under way has happened. */
  private Map<String, byte[]> next = files;
  private String doing = "nothing";
  /** What the journal must say since the last look, and what more if the operation under way has happened. */
  private final List<String> arrived = new ArrayList<>();
  private Optional<String> arriving = Optional.empty();
  private int operations;
  private volatile long acknowledged;

  Station(String account, Wire.Kind kind, long seed, Tally tally) {
    this.account = account;
    this.kind = kind;
    this.random = new Random(seed);
    this.tally = tally;
  }

  String account() {
    return account;
  }

  /**
   * Works until the server is killed.
   *
   * @throws AssertionError when something fails before that
   */
  void work(ServerProcess server, Path home) {
    try (Wire wire = kind.connect(server, home, account)) {
      while (!server.isKilled()) {
        step(wire);
      }
    } catch (Exception | AssertionError e) {
      if (!server.isKilled()) {
        throw new AssertionError(account + " over " + kind + ", " + doing + ": " + e, e);
      }
    }
  }

  private void step(Wire wire) throws IOException {
    next = new TreeMap<>(files);
    operations++;
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> store(wire, anyName(), random.nextInt(12) == 0 ? LARGE : SMALL);
      case 4, 5, 6 -> append(wire, anyName());
      // As loggers do that want nobody to see a file before it is whole.
      case 7 -> store(wire, "under-way.tmp", SMALL);
      default -> rename(wire, anyName());
    }
    files = next;
    arriving.ifPresent(arrived::add);
    arriving = Optional.empty();
    doing = "nothing";
    acknowledged++;
  }

  /** How many operations the server has acknowledged. */
  long acknowledged() {
    return acknowledged;
  }

  /** In the home, in a folder, or in a folder that is new. */
  private String anyName() {
    String name = "f" + random.nextInt(NAMES);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> "folder/" + name;
      case 3 -> "day-" + operations / 20 % 10 + "/" + name;
      default -> name;
    };
  }

  private void store(Wire wire, String name, int limit) throws IOException {
    byte[] content = content(name, limit);
    doing = "store " + name + ", " + content.length + " bytes";
    next.put(name, content);
    arriving = Optional.of(ArrivalTable.line("upload", "/" + name, content.length));
    wire.store("/" + name, content);
    tally.count(kind, files.containsKey(name) ? "overwrites" : "uploads");
  }

  private void append(Wire wire, String name) throws IOException {
    byte[] former = files.getOrDefault(name, new byte[0]);
    if (former.length > LONG) {
      store(wire, name, SMALL);
      return;
    }
    byte[] more = content(name, SMALL);
    doing = "append " + more.length + " bytes to " + name + ", " + former.length + " bytes";
    byte[] whole = Arrays.copyOf(former, former.length + more.length);
    System.arraycopy(more, 0, whole, former.length, more.length);
    next.put(name, whole);
    arriving = Optional.of(ArrivalTable.line("append", "/" + name, whole.length));
    wire.append("/" + name, more);
    tally.count(kind, "appends");
  }

  private void rename(Wire wire, String to) throws IOException {
    List<String> names = List.copyOf(files.keySet());
    boolean isFolderThere = to.indexOf('/') < 0
        || names.stream().anyMatch(name -> name.startsWith(to.substring(0, to.indexOf('/') + 1)));
    if (names.isEmpty() || !isFolderThere) {
      store(wire, to, SMALL);
      return;
    }
    String from = files.containsKey("under-way.tmp") ? "under-way.tmp" : names.get(random.nextInt(names.size()));
    doing = "rename " + from + " to " + to;
    next.put(to, next.remove(from));
    wire.rename("/" + from, "/" + to);
    tally.count(kind, "renames");
  }

  /** Bytes that no other operation sends. */
  private byte[] content(String name, int limit) {
    byte[] content = new byte[64 + random.nextInt(limit)];
    random.nextBytes(content);
    byte[] head = (account + " " + operations + " " + name + "\n").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(head, 0, content, 0, Math.min(head.length, content.length));
    return content;
  }

  /**
   * Compares the folder and the journal with the book, and takes the folder as it is.
   *
   * @param journal the arrivals since the last look
   * @return what is wrong
   */
  List<String> check(Path folder, List<String> journal) throws IOException {
    Map<String, byte[]> found = read(folder);
    List<String> before = differences(found, files);
    List<String> after = differences(found, next);
    List<String> all = new ArrayList<>(arrived);
    arriving.ifPresent(all::add);
    if (!journal.equals(arrived)) {
      before.add("  the journal has " + journal + ", not " + arrived);
    }
    if (!journal.equals(all)) {
      after.add("  the journal has " + journal + ", not " + all);
    }
    List<String> problems = new ArrayList<>();
    if (!before.isEmpty() && !after.isEmpty()) {
      problems.add(account + " over " + kind + ": " + doing + " was under way. Had it not happened:");
      problems.addAll(before);
      problems.add("Had it happened:");
      problems.addAll(after);
    }
    files = found;
    next = found;
    arrived.clear();
    arriving = Optional.empty();
    doing = "nothing";
    return problems;
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          found.put(folder.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return found;
  }

  private static List<String> differences(Map<String, byte[]> found, Map<String, byte[]> expected) {
    List<String> differences = new ArrayList<>();
    expected.forEach((name, content) -> {
      byte[] there = found.get(name);
      if (there == null) {
        differences.add("  " + name + " is missing, " + content.length + " bytes");
      } else if (!Arrays.equals(there, content)) {
        differences.add("  " + name + " has " + there.length + " bytes instead of " + content.length
            + ", they differ from byte " + Arrays.mismatch(there, content));
      }
    });
    found.keySet().stream().filter(name -> !expected.containsKey(name))
        .forEach(name -> differences.add("  " + name + " should not be there"));
    return differences;
  }
}
