package org.stationmaster.outbox;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import org.stationmaster.event.JsonLayout;

/** Events as those outside read them: as in a file of the format json, with their key before. */
final class NoticeJson {
  private NoticeJson() {
  }

  /** An array of objects, in UTF-8. */
  static byte[] array(List<Notice> batch) {
    JsonLayout layout = new JsonLayout(ZoneId.systemDefault());
    StringBuilder out = new StringBuilder(512 * batch.size());
    for (Notice notice : batch) {
      append(out.append(out.isEmpty() ? '[' : ','), layout, notice);
    }
    return out.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One object, in UTF-8. */
  static byte[] object(Notice notice) {
    StringBuilder out = new StringBuilder(512);
    append(out, new JsonLayout(ZoneId.systemDefault()), notice);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder out, JsonLayout layout, Notice notice) {
    int start = out.length();
    layout.append(out, notice.event());
    out.insert(start + 1, "\"key\":\"" + notice.key() + "\",");
  }
}
