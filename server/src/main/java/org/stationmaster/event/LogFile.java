package org.stationmaster.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.config.FileOutputSettings;
import org.stationmaster.config.FileOutputSettings.Rotation;

/**
 * Events in a file: one line an event, a new file every day and whenever one is full. If another program renames,
 * removes or empties the file, that is noticed, and the next event goes to a file of that name again. Opened when it
 * is needed, so that a pipe that nobody reads holds up nobody.
 */
public final class LogFile implements EventOutput {
  private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

  private final Path path;
  private final FileAttribute<?> mode;
  private final Rotation rotation;
  private final OlderFiles older;
  private final ZoneId zone = ZoneId.systemDefault();
  private final EventLayout layout;
  private final StringBuilder taken = new StringBuilder();
  /** What is on its way to the file. */
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private Optional<FileChannel> file = Optional.empty();
  private Object identity = "";
  private boolean isRegular;
  private long size;
  private Instant endOfDay = Instant.MAX;
  private LocalDate day = LocalDate.EPOCH;
  private long lookedAt;

  /**
   * Opens it for appending.
   *
   * @throws IOException when it cannot be written, with a sentence for the operator
   */
  public LogFile(FileOutputSettings settings) throws IOException {
    this.path = settings.path();
    this.mode = PosixFilePermissions.asFileAttribute(settings.mode());
    this.rotation = settings.rotation();
    this.older = new OlderFiles(path, rotation, zone);
    this.layout = EventLayout.of(settings.name(), settings.layout(), zone);
    try {
      boolean hasReaders = settings.mode().contains(PosixFilePermission.GROUP_READ);
      Files.createDirectories(path.toAbsolutePath().getParent(), PosixFilePermissions.asFileAttribute(
          PosixFilePermissions.fromString(hasReaders ? "rwxr-x---" : "rwx------")));
      if (Files.notExists(path) || Files.isRegularFile(path)) {
        open();
      }
    } catch (IOException e) {
      throw new IOException("events cannot be written to " + path + ": " + e + " (events.outputs." + settings.name()
          + ".path)", e);
    }
  }

  @Override
  public void write(Event event) {
    if (layout.append(taken, event)) {
      taken.append(layout.lineEnd());
    }
  }

  @Override
  public void reopen() {
    close();
  }

  @Override
  public void flush() throws IOException {
    try {
      if (bytes.hasRemaining() || !taken.isEmpty()) {
        prepareFile();
      }
      drain();
      bytes = ByteBuffer.wrap(taken.toString().getBytes(StandardCharsets.UTF_8));
      taken.setLength(0);
      drain();
    } catch (IOException e) {
      // What is left is kept, and goes on in a file that is opened anew: after a stale handle the old one stays bad.
      close();
      throw e;
    }
  }

  private void drain() throws IOException {
    while (bytes.hasRemaining()) {
      size += file.orElseThrow().write(bytes);
    }
  }

  /** Sees to it that the file that is open is the one to write to. */
  private void prepareFile() throws IOException {
    if (file.isPresent() && isRegular) {
      long now = System.nanoTime();
      if (now - lookedAt > LOOK_AGAIN) {
        lookedAt = now;
        look();
      }
    }
    if (file.isPresent() && isDue()) {
      close();
      older.takeIn(day);
    }
    if (file.isEmpty()) {
      open();
    }
  }

  private boolean isDue() {
    return isRegular && !rotation.external() && size > 0
        && (size >= rotation.fileSize().bytes() || rotation.daily() && !Instant.now().isBefore(endOfDay));
  }

  /** Another program may have renamed, removed or emptied it. */
  private void look() throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      size = attributes.size();
      if (!Objects.equals(attributes.fileKey(), identity)) {
        close();
      } else if (size == 0) {
        writeHeader();
      }
    } catch (NoSuchFileException e) {
      close();
    }
  }

  private void open() throws IOException {
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    FileChannel channel = FileChannel.open(path, options, mode);
    file = Optional.of(channel);
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    identity = attributes.fileKey();
    isRegular = attributes.isRegularFile();
    size = isRegular ? attributes.size() : 0;
    lookedAt = System.nanoTime();
    // A file that an earlier run has begun belongs to the day of its last line.
    day = size > 0 ? LocalDate.ofInstant(attributes.lastModifiedTime().toInstant(), zone) : LocalDate.now(zone);
    endOfDay = day.plusDays(1).atStartOfDay(zone).toInstant();
    if (size == 0) {
      writeHeader();
    }
    if (isDue()) {
      close();
      older.takeIn(day);
      open();
    }
  }

  private void writeHeader() throws IOException {
    ByteBuffer header = ByteBuffer.wrap(layout.header().getBytes(StandardCharsets.UTF_8));
    while (header.hasRemaining()) {
      size += file.orElseThrow().write(header);
    }
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException expected) {
      // Nothing waits in it, and it is not used again.
    }
    file = Optional.empty();
  }
}
