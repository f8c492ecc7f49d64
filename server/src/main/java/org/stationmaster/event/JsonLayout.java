package org.stationmaster.event;

import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An event as one JSON object (RFC 8259) without line ends: {@code time}, {@code id}, {@code component},
 * {@code account}, {@code peer}, {@code groups}, {@code message}, and {@code data} with the fields of the event.
 */
public final class JsonLayout implements EventLayout {
  private static final String HEX = "0123456789abcdef";

  private final TimeText.Iso time;
  private final Map<EventCatalogue, String> groups = new EnumMap<>(EventCatalogue.class);

  /** Writes times in {@code zone}. An instance belongs to one thread. */
  public JsonLayout(ZoneId zone) {
    this.time = new TimeText.Iso(zone);
  }

  @Override
  public boolean append(StringBuilder out, Event event) {
    Origin origin = event.origin();
    out.append("{\"time\":\"");
    time.append(out, event.time());
    out.append("\",\"id\":").append(event.type().number());
    text(out.append(",\"component\":"), origin.component());
    text(out.append(",\"account\":"), origin.account());
    text(out.append(",\"peer\":"), origin.peer());
    out.append(",\"groups\":").append(groups.computeIfAbsent(event.type(), JsonLayout::groups));
    text(out.append(",\"message\":"), event.message());
    data(out.append(",\"data\":"), event.data());
    out.append('}');
    return true;
  }

  private static String groups(EventCatalogue type) {
    return type.groups().stream().sorted().map(group -> "\"" + group + "\"").collect(Collectors.joining(",", "[", "]"));
  }

  /** Appends the fields of an event as one object; numbers and booleans stay what they are. */
  public static void data(StringBuilder out, Map<String, Object> data) {
    char before = '{';
    for (Map.Entry<String, Object> field : new TreeMap<>(data).entrySet()) {
      out.append(before).append('"').append(field.getKey()).append("\":");
      Object value = field.getValue();
      if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
        out.append(value);
      } else {
        text(out, value.toString());
      }
      before = ',';
    }
    out.append(before == '{' ? "{}" : "}");
  }

  /**
   * Appends a string with its quotes. What could steer a terminal is escaped, too; half of a surrogate pair, which
   * parsers refuse, becomes U+FFFD.
   */
  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (!Escaped.isUnsafe(text, i)) {
        out.append(c);
      } else {
        switch (c) {
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          default -> escape(out, Character.isSurrogate(c) ? '\ufffd' : c);
        }
      }
    }
    out.append('"');
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 15)).append(HEX.charAt(c >> 4 & 15))
        .append(HEX.charAt(c & 15));
  }
}
