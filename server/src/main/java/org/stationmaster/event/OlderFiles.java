package org.stationmaster.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stationmaster.config.FileOutputSettings.Rotation;

/**
 * The older files beside one that is being written: {@code events.log.2018-02-27.0}, with {@code .gz} if compressed.
 * The numbers of a day count up.
 */
final class OlderFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OlderFiles.class);
  static final String COMPRESSED = ".gz";

  private final Path current;
  private final Rotation rotation;
  private final ZoneId zone;
  private final Pattern name;
  private final ReentrantLock tidying = new ReentrantLock();

  OlderFiles(Path current, Rotation rotation, ZoneId zone) {
    this.current = current.toAbsolutePath();
    this.rotation = rotation;
    this.zone = zone;
    this.name = Pattern.compile(Pattern.quote(current.getFileName().toString())
        + "\\.(\\d{4}-\\d\\d-\\d\\d)\\.(\\d{1,9})(\\.gz)?");
  }

  /** One of them. */
  private record Older(Path path, LocalDate day, int number, boolean isCompressed) {
  }

  /** Makes the current file one of them, and sees to it that there are not too many. */
  void takeIn(LocalDate day) throws IOException {
    int number = list().stream().filter(older -> older.day().equals(day)).mapToInt(Older::number).max().orElse(-1) + 1;
    Files.move(current, current.resolveSibling(current.getFileName() + "." + day + "." + number));
    Thread.ofVirtual().name("events-older-files").start(this::tidy);
  }

  /** The oldest first. */
  List<Path> paths() throws IOException {
    return list().reversed().stream().map(Older::path).toList();
  }

  /** The youngest first. */
  private List<Older> list() throws IOException {
    List<Older> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(current.getParent())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher parts = name.matcher(file.getFileName().toString());
        if (parts.matches()) {
          all.add(new Older(file, LocalDate.parse(parts.group(1)), Integer.parseInt(parts.group(2)),
              parts.group(3) != null));
        }
      }
    }
    all.sort(Comparator.comparing(Older::day).thenComparing(Older::number).reversed());
    return all;
  }

  /** Compresses and removes; what fails is tried again with the next file. */
  private void tidy() {
    tidying.lock();
    try {
      LocalDate oldest = LocalDate.now(zone).minusDays(rotation.keepDays());
      long size = 0;
      int count = 0;
      for (Older older : list()) {
        size += Files.size(older.path());
        if (++count > rotation.keepFiles() || size > rotation.keepSize().bytes() || older.day().isBefore(oldest)) {
          Files.deleteIfExists(older.path());
        } else if (rotation.compress() && !older.isCompressed()) {
          compress(older.path());
        }
      }
    } catch (IOException e) {
      LOG.warn("The older files of {} could not be tidied up: {}", current, e.toString());
    } finally {
      tidying.unlock();
    }
  }

  /** Under its final name it is always whole. */
  private static void compress(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + COMPRESSED + ".part");
    Files.deleteIfExists(unfinished);
    Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished), 64 * 1024)) {
      in.transferTo(out);
    }
    Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(file));
    Files.setLastModifiedTime(unfinished, Files.getLastModifiedTime(file));
    Files.move(unfinished, file.resolveSibling(file.getFileName() + COMPRESSED), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(file);
  }
}
