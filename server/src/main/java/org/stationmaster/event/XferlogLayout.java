package org.stationmaster.event;

import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;

/**
 * Uploads and downloads as wu-ftpd logged them, for the programs that still read that: time, seconds, peer, bytes,
 * path, type, special action, direction, access mode, user, service, and whether the file is complete.
 */
final class XferlogLayout implements EventLayout {
  private static final Map<EventCatalogue, Transfer> TRANSFERS = transfers();

  private final TimeText time;

  XferlogLayout(ZoneId zone) {
    this.time = new TimeText("EEE MMM ppd HH:mm:ss uuuu", zone);
  }

  /** What can be known from the number of an event. */
  private record Transfer(String service, Direction direction, boolean isComplete) {
  }

  /** Which way the bytes went. */
  private enum Direction {
    IN, OUT, IN_IF_WRITTEN
  }

  private static Map<EventCatalogue, Transfer> transfers() {
    Map<EventCatalogue, Transfer> all = new EnumMap<>(EventCatalogue.class);
    all.put(EventCatalogue.FTP_STORED, new Transfer("ftp", Direction.IN, true));
    all.put(EventCatalogue.FTP_STORE_FAILED, new Transfer("ftp", Direction.IN, false));
    all.put(EventCatalogue.FTP_RETRIEVED, new Transfer("ftp", Direction.OUT, true));
    all.put(EventCatalogue.FTP_RETRIEVE_FAILED, new Transfer("ftp", Direction.OUT, false));
    all.put(EventCatalogue.SFTP_WRITE_CLOSED, new Transfer("ssh", Direction.IN, true));
    all.put(EventCatalogue.SFTP_WRITE_INCOMPLETE, new Transfer("ssh", Direction.IN, false));
    all.put(EventCatalogue.SFTP_READ_CLOSED, new Transfer("ssh", Direction.OUT, true));
    all.put(EventCatalogue.SFTP_READ_INCOMPLETE, new Transfer("ssh", Direction.OUT, false));
    all.put(EventCatalogue.SFTP_CLOSED_READ_WRITE, new Transfer("ssh", Direction.IN_IF_WRITTEN, true));
    all.put(EventCatalogue.SFTP_READ_WRITE_INCOMPLETE, new Transfer("ssh", Direction.IN_IF_WRITTEN, false));
    all.put(EventCatalogue.SFTP_CLOSE_FAILED, new Transfer("ssh", Direction.IN_IF_WRITTEN, false));
    return all;
  }

  @Override
  public boolean append(StringBuilder out, Event event) {
    Transfer transfer = TRANSFERS.get(event.type());
    if (transfer == null) {
      return false;
    }
    Map<String, Object> data = event.data();
    boolean isUpload = switch (transfer.direction()) {
      case IN -> true;
      case OUT -> false;
      case IN_IF_WRITTEN -> !data.get("total_write").toString().equals("0");
    };
    String peer = event.origin().peer();
    out.append(time.of(event.time())).append(' ').append(seconds(data.get("duration").toString())).append(' ');
    word(out, peer.substring(0, peer.lastIndexOf(':')));
    out.append(' ').append(data.get(isUpload ? "total_write" : "total_read")).append(' ');
    word(out, data.get("path").toString());
    out.append(" b _ ").append(isUpload ? 'i' : 'o').append(" r ");
    word(out, event.origin().account());
    out.append(' ').append(transfer.service()).append(" 0 * ").append(transfer.isComplete() ? 'c' : 'i');
    return true;
  }

  /** Whole ones, and at least one, as programs expect that divide by it. */
  private static long seconds(String duration) {
    return Math.max(1, Math.round(Double.parseDouble(duration)));
  }

  /** Blanks separate the columns, so a name has underscores for them, and for what is escaped elsewhere. */
  private static void word(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(Character.isWhitespace(c) || Character.isSpaceChar(c) || Escaped.isUnsafe(text, i) ? '_' : c);
    }
  }
}
