package org.stationmaster.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.Durability;

/** Whether the folder of the accounts keeps what loggers send. */
final class DataCheck {
  private static final int TRIES = 9;
  private static final int BLOCK = 4096;
  private static final Duration SLOW = Duration.ofMillis(50);
  /** No disk is so fast, and no memory of a controller either. */
  private static final Duration IMPOSSIBLE = Duration.ofNanos(5000);
  private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
  private static final Set<String> LAYERED = Set.of("overlay", "overlayfs", "aufs");
  private static final Set<String> NETWORK = Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph",
      "glusterfs");

  private final Path data;
  private final Subject subject;
  private final Findings findings;

  private DataCheck(Subject subject, Findings findings) {
    this.data = subject.configuration().paths().data();
    this.subject = subject;
    this.findings = findings;
  }

  /** Whether files of that kind of file system are on another machine. */
  static boolean isNetwork(String kind) {
    return NETWORK.contains(kind) || kind.startsWith("fuse.");
  }

  static void look(Subject subject, Findings findings) {
    DataCheck check = new DataCheck(subject, findings);
    if (Files.notExists(check.data)) {
      findings.note("There is no folder " + check.data + " yet.", "It is for the files of the accounts.",
          "The first start makes it.");
      return;
    }
    try {
      check.look();
    } catch (IOException e) {
      findings.error("The data folder " + check.data + " cannot be looked at: " + e.getMessage() + ".",
          "Uploads are refused.", "sudo ls -lad " + check.data);
    }
  }

  private void look() throws IOException {
    FileStore store = Files.getFileStore(data);
    kind(store.type());
    space(store);
    staging();
    disk();
    Durability durability = subject.configuration().storage().durability();
    if (durability != Durability.FULL) {
      findings.warning("storage.durability is " + durability + ".", "After a loss of power a file is gone whose OK a"
          + " logger has heard, and the logger has deleted its own.", "Set storage.durability to full.");
    }
  }

  private void kind(String kind) {
    if (MEMORY.contains(kind)) {
      findings.error("The data folder " + data + " is in memory (" + kind + ").", "A restart of this machine loses"
          + " every file whose OK a logger has heard.", "Set paths.data to a folder on a disk.");
    } else if (LAYERED.contains(kind)) {
      findings.warning("The data folder " + data + " is inside of a container's layers (" + kind + ").", "Files go with"
          + " the container, at the next update at the latest.", "Mount a volume there: docker run -v stations:"
          + data + " ...");
    } else if (isNetwork(kind)) {
      findings.warning("The data folder " + data + " is on a network file system (" + kind + ").", "What is on disk"
          + " when a logger hears OK is up to that server, and while it is away, uploads hang.", "Mount it with"
          + " \"sync,hard\" and have the server export it with \"sync\"; or set paths.data to a disk of this machine.");
    } else {
      findings.ok("The data folder " + data + " is on " + kind + ".");
    }
  }

  private void space(FileStore store) throws IOException {
    long floor = subject.configuration().storage().uploads().freeSpaceFloor().bytes();
    long free = store.getUsableSpace();
    String what = "The file system of " + data + " has " + megabytes(free) + " left, and storage.free-space-floor is "
        + new DataSize(floor) + ".";
    if (free < Math.max(floor, 1)) {
      findings.error(what, "All uploads are refused (452 over FTP, \"failure\" over SFTP) until there is more.",
          "df -h " + data + " (make room, or a larger disk, or a lower floor)");
    } else if (free < 2 * floor) {
      findings.warning(what, "Below the floor, all uploads are refused.", "df -h " + data + " (make room in time)");
    } else {
      findings.ok("The file system of " + data + " has " + megabytes(free) + " left.");
    }
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }

  /** Publishing is a rename from there. */
  private void staging() throws IOException {
    Path staging = data.resolve(".stationmaster");
    if (Files.isDirectory(staging) && !Files.getAttribute(staging, "unix:dev").equals(Files.getAttribute(data,
        "unix:dev"))) {
      findings.error("The folder " + staging + ", in which uploads grow, is on another file system than " + data + ".",
          "A file cannot be published from there in one step, so uploads fail at their end.", "sudo umount " + staging);
    }
  }

  private void disk() {
    Path probe = data.resolve(".stationmaster-doctor-" + ProcessHandle.current().pid());
    try {
      long[] nanos = new long[TRIES];
      try (FileChannel file = FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int i = 0; i < TRIES; i++) {
          file.write(ByteBuffer.allocate(BLOCK));
          long begin = System.nanoTime();
          file.force(true);
          nanos[i] = System.nanoTime() - begin;
        }
      } finally {
        Files.deleteIfExists(probe);
      }
      Arrays.sort(nanos);
      judge(Duration.ofNanos(nanos[TRIES / 2]), Duration.ofNanos(nanos[TRIES - 1]));
    } catch (IOException e) {
      findings.error("User " + System.getProperty("user.name") + " cannot write to the data folder " + data + ": "
          + e.getMessage() + ".", "Every upload is refused.", "findmnt -T " + data + " ; ls -ld " + data + " (mount it"
          + " writable: sudo mount -o remount,rw; or give it to the server's user: sudo chown)");
    }
  }

  private void judge(Duration usual, Duration worst) {
    String what = String.format(Locale.ROOT, "Flushing a small file to the disk of %s takes %.2f ms, at worst %.2f ms",
        data, usual.toNanos() / 1e6, worst.toNanos() / 1e6);
    if (usual.compareTo(SLOW) > 0) {
      findings.warning(what + ".", "Each logger waits that long for its OK, online and on battery.", "Put paths.data on"
          + " a faster disk, such as an SSD that keeps its cache at a loss of power.");
    } else if (usual.compareTo(IMPOSSIBLE) < 0) {
      findings.warning(what + ": faster than any disk.", "Something on the way (the file system, LD_PRELOAD, the"
          + " virtual machine) only says that it is on disk, and a loss of power takes acknowledged files.",
          "findmnt -T " + data + " (look for nobarrier, eatmydata, a cache mode \"unsafe\")");
    } else {
      findings.ok(what + ".");
    }
  }
}
