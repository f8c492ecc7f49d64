package org.stationmaster.sftp;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;

/**
 * The far end of a copy by {@code scp}, as OpenSSH before 9.0 and everyone since rcp speaks it: the client executes
 * {@code scp -t} to send and {@code scp -f} to fetch. There is no specification but OpenSSH's scp.c.
 */
final class ScpCommand extends StreamProgram {
  private static final String USAGE = "usage: scp -t|-f [-dpqrv] [--] path";

  /**
   * What the client wants.
   *
   * @param isSending the client sends, and this is the sink
   * @param isFetching the client fetches, and this is the source
   * @param isRecursive folders are copied with what is in them
   * @param keepsTimes the source tells the times
   * @param needsFolder the target is a folder, whatever is there now
   * @param operands the paths
   */
  record Options(boolean isSending, boolean isFetching, boolean isRecursive, boolean keepsTimes, boolean needsFolder,
      List<ShellWord> operands) {
    /** Empty where scp would tell the usage. */
    static Optional<Options> parse(List<ShellWord> words) {
      StringBuilder flags = new StringBuilder();
      int at = 1;
      while (at < words.size() && words.get(at).text().length() > 1 && words.get(at).text().startsWith("-")) {
        String word = words.get(at++).text();
        if (word.equals("--")) {
          break;
        }
        flags.append(word, 1, word.length());
      }
      String given = flags.toString();
      Options options = new Options(given.contains("t"), given.contains("f"), given.contains("r"),
          given.contains("p"), given.contains("d"), words.subList(Math.min(at, words.size()), words.size()));
      boolean isUsable = given.chars().allMatch(flag -> "tfrpdqv".indexOf(flag) >= 0)
          && options.isSending() != options.isFetching() && !options.operands().isEmpty();
      return isUsable ? Optional.of(options) : Optional.empty();
    }

    /** Where a sink puts what comes. It has one target, so that several words are a name whose blanks nobody quoted. */
    String target() {
      return operands.getFirst().path() + operands.stream().skip(1).map(word -> word.gap() + word.text())
          .collect(Collectors.joining());
    }
  }

  private final Optional<Options> options;

  ScpCommand(SessionChannel channel, String line, List<ShellWord> words) {
    super(channel, Optional.of(line));
    options = Options.parse(words);
  }

  @Override
  int run(FileSession files) throws IOException {
    if (options.isEmpty()) {
      complain(USAGE);
      return 1;
    }
    peer().emitStarted("SCP", files);
    ScpWire wire = new ScpWire(this);
    String details = "";
    try {
      if (options.get().isSending()) {
        new ScpSink(files, wire, options.get()).receive();
      } else {
        new ScpSource(files, wire, options.get()).send();
      }
    } catch (ScpEnded e) {
      details = e.getMessage();
    } catch (RuntimeException e) {
      peer().emit(EventCatalogue.SCP_FAILED, Map.of("details", e.toString()));
      wire.sendFatal("internal error");
    }
    int status = wire.hasFailed() ? 1 : 0;
    peer().emit(EventCatalogue.SCP_CLOSED, Map.of("exit_status", status, "details", details));
    return status;
  }

  @Override
  public String toString() {
    return "SCP";
  }
}
