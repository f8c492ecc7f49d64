package org.stationmaster.event;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.stationmaster.config.EventGroup;
import org.stationmaster.config.SyslogOutputSettings;

/** Events for a syslog server, RFC 5424 or RFC 3164; the number of the event is the MSGID. */
public final class Syslog implements EventOutput {
  /** In bytes; rsyslog takes 8096 by default. A longer message is cut. */
  private static final int LONGEST_MESSAGE = 8000;
  /** In characters, so that the message has room behind several of them. */
  private static final int LONGEST_VALUE = 400;

  private final SyslogOutputSettings settings;
  private final EventLayout layout;
  private final TimeText.Iso fullTime = new TimeText.Iso(ZoneId.systemDefault());
  private final TimeText shortTime = new TimeText("MMM ppd HH:mm:ss", ZoneId.systemDefault());
  private final SyslogTransport transport;
  private final String host = hostName();
  private final long process = ProcessHandle.current().pid();
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();

  /**
   * Prepares it; the connection is made with the first event.
   *
   * @throws IOException when the settings cannot be used, with a sentence for the operator
   */
  public Syslog(SyslogOutputSettings settings) throws IOException {
    this.settings = settings;
    this.layout = EventLayout.of(settings.name(), settings.layout(), ZoneId.systemDefault());
    this.transport = SyslogTransport.of(settings);
  }

  private static String hostName() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).replaceAll("[^!-~]", "");
      return name.isEmpty() ? "-" : name;
    } catch (IOException e) {
      // Not Linux: the server knows the address.
      return "-";
    }
  }

  @Override
  public void write(Event event) {
    text.setLength(0);
    text.append('<').append(settings.facility() * 8 + severity(event.type().groups())).append('>');
    switch (settings.version()) {
      case RFC5424 -> {
        fullTime.append(text.append("1 "), event.time());
        text.append(' ').append(host).append(' ').append(settings.appName()).append(' ').append(process).append(' ')
            .append(event.type().number()).append(' ');
        appendStructuredData(event);
        text.append(' ');
      }
      case RFC3164 -> {
        text.append(shortTime.of(event.time())).append(' ');
        // The local socket knows which host it is, and takes a name for the sender's.
        text.append(settings.transport() == SyslogOutputSettings.Transport.LOCAL ? "" : host + " ")
            .append(settings.appName()).append('[').append(process).append("]: ");
      }
    }
    if (layout.append(text, event)) {
      waiting.add(cut(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** There are no severities here, so the groups have to say. */
  private static int severity(Set<EventGroup> groups) {
    if (groups.contains(EventGroup.FAILURE_CRITICAL)) {
      return 2;
    }
    if (groups.contains(EventGroup.FAILURE_HIGH)) {
      return 3;
    }
    return groups.contains(EventGroup.FAILURE) ? 4 : 6;
  }

  private void appendStructuredData(Event event) {
    Optional<String> element = settings.structuredData();
    if (element.isEmpty()) {
      text.append('-');
      return;
    }
    Map<String, Object> parameters = new TreeMap<>(event.data());
    parameters.put("id", event.type().number());
    parameters.put("component", event.origin().component());
    parameters.put("peer", event.origin().peer());
    parameters.put("groups", event.type().groups().stream().sorted().map(Object::toString)
        .collect(Collectors.joining(",")));
    // Some events have a field of that name, which is about whom the server itself speaks.
    parameters.putIfAbsent("account", event.origin().account());
    text.append('[').append(element.get());
    parameters.forEach((name, value) -> {
      text.append(' ').append(name).append("=\"");
      int from = text.length();
      String whole = value.toString();
      Escaped.append(text, whole.length() > LONGEST_VALUE ? whole.substring(0, LONGEST_VALUE) : whole);
      for (int i = from; i < text.length(); i++) {
        if ("\"\\]".indexOf(text.charAt(i)) >= 0) {
          text.insert(i++, '\\');
        }
      }
      text.append('"');
    });
    text.append(']');
  }

  /** Between two characters. */
  private static byte[] cut(byte[] message) {
    if (message.length <= LONGEST_MESSAGE) {
      return message;
    }
    int length = LONGEST_MESSAGE;
    while ((message[length] & 0xc0) == 0x80) {
      length--;
    }
    return Arrays.copyOf(message, length);
  }

  @Override
  public void flush() throws IOException {
    try {
      transport.send(waiting);
    } catch (IOException e) {
      transport.close();
      String reason = e instanceof PortUnreachableException ? "nobody listens on that port" : e.getMessage();
      throw new IOException(transport + ": " + (reason == null ? e.toString() : reason), e);
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
