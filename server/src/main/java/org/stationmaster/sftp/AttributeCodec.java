package org.stationmaster.sftp;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.session.FileSession.AttributeChange;
import org.stationmaster.storage.FileFacts;

/** Attributes on the wire (draft-ietf-secsh-filexfer-02 section 5) and in the long names of listings. */
final class AttributeCodec {
  /** Who owns what clients see: no user of the system is told. */
  static final int OWNER_ID = 0;
  static final String OWNER_NAME = "owner";
  static final String GROUP_NAME = "group";

  private static final int SIZE = 1;
  private static final int OWNER = 2;
  private static final int MODE = 4;
  private static final int TIMES = 8;
  private static final int EXTENDED = 0x8000_0000;

  /** Type bits of POSIX st_mode; the high bits of the permissions field. */
  private static final int TYPE_FOLDER = 0040000;
  private static final int TYPE_FILE = 0100000;
  private static final int TYPE_LINK = 0120000;
  private static final int TYPE_PIPE = 0010000;

  /** {@code ls} shows the year instead of the time of what is older than half a year. */
  private static final long HALF_A_YEAR_SECONDS = 365 * 24 * 3600 / 2;
  private static final DateTimeFormatter RECENT = DateTimeFormatter.ofPattern("MMM ppd HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter OLD = DateTimeFormatter.ofPattern("MMM ppd  uuuu", Locale.ENGLISH);

  private AttributeCodec() {
  }

  /** What a client wants changed. Owner, mode and extensions are read and dropped: they are the server's to decide. */
  static AttributeChange read(SftpPacket packet) throws MalformedPacket {
    int flags = packet.number();
    Optional<Long> size = (flags & SIZE) != 0 ? Optional.of(packet.size()) : Optional.empty();
    if ((flags & OWNER) != 0) {
      packet.number();
      packet.number();
    }
    if ((flags & MODE) != 0) {
      packet.number();
    }
    Optional<Instant> accessed = Optional.empty();
    Optional<Instant> modified = Optional.empty();
    if ((flags & TIMES) != 0) {
      accessed = Optional.of(Instant.ofEpochSecond(Integer.toUnsignedLong(packet.number())));
      modified = Optional.of(Instant.ofEpochSecond(Integer.toUnsignedLong(packet.number())));
    }
    if ((flags & EXTENDED) != 0) {
      for (int left = packet.number(); left != 0; left--) {
        packet.bytes();
        packet.bytes();
      }
    }
    return new AttributeChange(size, modified, accessed);
  }

  static void write(SftpReplies reply, FileFacts facts) {
    reply.number(SIZE | OWNER | MODE | TIMES)
        .size(facts.size())
        .number(OWNER_ID)
        .number(OWNER_ID)
        .number(typeBits(facts.kind()) | modeBits(facts))
        .number((int) facts.accessed().getEpochSecond())
        .number((int) facts.modified().getEpochSecond());
  }

  /** No attributes, for answers that are about a name alone. */
  static void writeNone(SftpReplies reply) {
    reply.number(0);
  }

  /** As {@code ls -l} writes it; some clients show this and nothing else. */
  static String longName(FileFacts facts, Instant now) {
    boolean recent = Math.abs(now.getEpochSecond() - facts.modified().getEpochSecond()) < HALF_A_YEAR_SECONDS;
    char type = switch (facts.kind()) {
      case FOLDER -> 'd';
      case FILE -> '-';
      case LINK -> 'l';
      case OTHER -> 'p';
    };
    return String.format(Locale.ROOT, "%c%s %4d %-8s %-8s %8d %s %s", type,
        PosixFilePermissions.toString(modeOf(facts)), facts.links(), OWNER_NAME, GROUP_NAME, facts.size(),
        (recent ? RECENT : OLD).format(facts.modified().atZone(ZoneId.systemDefault())), facts.name());
  }

  private static int typeBits(FileFacts.Kind kind) {
    return switch (kind) {
      case FOLDER -> TYPE_FOLDER;
      case FILE -> TYPE_FILE;
      case LINK -> TYPE_LINK;
      case OTHER -> TYPE_PIPE;
    };
  }

  /** The permissions as POSIX numbers them. */
  static int modeBits(FileFacts facts) {
    int bits = 0;
    for (PosixFilePermission permission : modeOf(facts)) {
      // The enum's order is that of the bits: owner read is the highest, 0400.
      bits |= 0400 >> permission.ordinal();
    }
    return bits;
  }

  private static Set<PosixFilePermission> modeOf(FileFacts facts) {
    if (!facts.mode().isEmpty()) {
      return facts.mode();
    }
    return facts.isFolder() ? EnumSet.allOf(PosixFilePermission.class)
        : EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }
}
