package org.stationmaster.event;

import java.time.ZoneId;
import java.util.stream.Collectors;

/** Comma-separated values for spreadsheets, RFC 4180, with a header. */
final class CsvLayout implements EventLayout {
  private final TimeText time;

  CsvLayout(ZoneId zone) {
    this.time = new TimeText("uuuu-MM-dd HH:mm:ss", zone);
  }

  @Override
  public String header() {
    return "time,id,component,account,peer,groups,path,message,data\r\n";
  }

  @Override
  public String lineEnd() {
    return "\r\n";
  }

  @Override
  public boolean append(StringBuilder out, Event event) {
    Origin origin = event.origin();
    out.append(time.of(event.time())).append(',').append(event.type().number());
    cell(out, origin.component());
    cell(out, origin.account());
    cell(out, origin.peer());
    cell(out, event.type().groups().stream().sorted().map(Object::toString).collect(Collectors.joining(" ")));
    cell(out, event.data().getOrDefault("path", "").toString());
    cell(out, event.message());
    StringBuilder data = new StringBuilder();
    JsonLayout.data(data, event.data());
    cell(out, data.toString());
    return true;
  }

  private static void cell(StringBuilder out, String text) {
    out.append(",\"");
    // A spreadsheet would take it for a formula, and who sends files chooses their names.
    if (!text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0) {
      out.append('\'');
    }
    int from = out.length();
    Escaped.append(out, text);
    for (int quote = out.indexOf("\"", from); quote >= 0; quote = out.indexOf("\"", quote + 2)) {
      out.insert(quote, '"');
    }
    out.append('"');
  }
}
