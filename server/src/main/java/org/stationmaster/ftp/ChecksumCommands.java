package org.stationmaster.ftp;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.storage.ReadableFile;
import org.stationmaster.storage.StorageException;

/** HASH (draft-bryan-ftpext-hash), and the commands that other servers had before it. */
final class ChecksumCommands {
  /** {@code first end}; only behind a path in quotation marks, since a name may end in numbers too. */
  private static final Pattern RANGE = Pattern.compile("(?: +(\\d{1,18})(?: +(\\d{1,18}))?)? *");

  private ChecksumCommands() {
  }

  static void hash(FtpSession session, String argument) throws IOException {
    Checksum algorithm = session.parameters().checksum();
    Range all = new Range(argument, 0, Optional.empty());
    // The first and the last byte are told, as the draft wants it.
    begin(session, algorithm, all, (hex, end) -> new Reply(213, algorithm.title() + " 0-" + Math.max(0, end - 1) + " "
        + hex + " " + argument));
  }

  /** HASH of a kind that the command's name says. */
  static Command.Handler of(Checksum algorithm) {
    return (session, argument) -> {
      if (!argument.startsWith("\"")) {
        begin(session, algorithm, new Range(argument, 0, Optional.empty()), (hex, _) -> new Reply(250, hex));
        return;
      }
      Optional<Quoted> quoted = Quoted.parse(argument);
      Matcher range = RANGE.matcher(quoted.map(Quoted::rest).orElse(""));
      if (quoted.isPresent() && !quoted.get().text().isEmpty() && range.matches()) {
        long from = range.group(1) == null ? 0 : Long.parseLong(range.group(1));
        begin(session, algorithm, new Range(quoted.get().text(), from,
            Optional.ofNullable(range.group(2)).map(Long::parseLong)), (hex, _) -> new Reply(250, hex));
      } else {
        session.reply(501, "Usage: path, or \"path\" first end");
      }
    };
  }

  private record Range(String path, long from, Optional<Long> end) {
  }

  private static void begin(FtpSession session, Checksum algorithm, Range range, Hashing.Answer answer)
      throws IOException {
    String path = PathCommands.path(session, range.path());
    ReadableFile file = session.files().openForChecksum(path, algorithm.title());
    long size = sizeOf(file);
    long end = Math.min(size, range.end().orElse(size));
    if (range.from() > end) {
      file.close();
      session.reply(501, "The range ends before it begins; the file has " + size + " bytes.");
      return;
    }
    session.start(new Hashing.Task(algorithm, file, range.from(), end, answer), path);
  }

  private static long sizeOf(ReadableFile file) throws StorageException {
    try {
      return file.facts().size();
    } catch (StorageException e) {
      file.close();
      throw e;
    }
  }
}
