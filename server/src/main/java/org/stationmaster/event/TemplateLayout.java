package org.stationmaster.event;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A line with names in braces: columns of the event, or fields of its data. An empty one reads as {@code -}. */
final class TemplateLayout implements EventLayout {
  private static final Pattern PART = Pattern.compile("\\{([a-z0-9_]+)}|[^{]+");

  private final List<Part> parts = new ArrayList<>();

  /** Appends one part of the line. */
  private interface Part {
    void append(StringBuilder out, Event event);
  }

  TemplateLayout(String template, ZoneId zone) {
    Matcher part = PART.matcher(template);
    while (part.find()) {
      parts.add(part.group(1) == null ? constant(part.group()) : named(part.group(1), zone));
    }
  }

  /** A name in the template that no event has. */
  static Optional<String> unknownName(String template) {
    return PART.matcher(template).results().map(part -> part.group(1)).filter(name -> name != null
        && column(name, ZoneId.systemDefault()).isEmpty()
        && Arrays.stream(EventCatalogue.values()).noneMatch(type -> type.fields().contains(name))).findFirst();
  }

  private static Part constant(String text) {
    return (out, _) -> out.append(text);
  }

  private static Part named(String name, ZoneId zone) {
    return column(name, zone).orElse((out, event) -> {
      Object value = event.data().get(name);
      String text = value == null ? "" : value.toString();
      Escaped.append(out, text.isEmpty() ? "-" : text);
    });
  }

  private static Optional<Part> column(String name, ZoneId zone) {
    return Optional.ofNullable(switch (name) {
      case "time" -> {
        TimeText time = new TimeText("uuuu-MM-dd HH:mm:ss", zone);
        yield (out, event) -> out.append(time.of(event.time()));
      }
      case "iso_time" -> {
        TimeText.Iso time = new TimeText.Iso(zone);
        yield (out, event) -> time.append(out, event.time());
      }
      case "id" -> (out, event) -> out.append(event.type().number());
      case "component" -> (out, event) -> Escaped.append(out, event.origin().component());
      case "account" -> (out, event) -> Escaped.append(out, event.origin().account());
      case "peer" -> (out, event) -> Escaped.append(out, event.origin().peer());
      case "groups" -> (out, event) -> out.append(groups(event));
      case "message" -> (out, event) -> event.appendMessage(out);
      default -> null;
    });
  }

  private static String groups(Event event) {
    return event.type().groups().stream().sorted().map(Object::toString).collect(Collectors.joining(","));
  }

  @Override
  public boolean append(StringBuilder out, Event event) {
    parts.forEach(part -> part.append(out, event));
    return true;
  }
}
