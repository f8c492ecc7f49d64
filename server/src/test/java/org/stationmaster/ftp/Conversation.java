package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.account.Profile;
import org.stationmaster.event.EventCatalogue;

/** A line of {@code conformance.txt}, which says how it is to be read, held with a server by an account of its own. */
final class Conversation implements AutoCloseable {
  private static final AtomicInteger LAST = new AtomicInteger();
  private static final Pattern REPEATED = Pattern.compile("<([^ >]+)\\*(\\d+)>");
  private static final String FIRST_HALF = "first half, ";
  private static final String SECOND_HALF = "second half";
  /** Takes minutes to read, and no room on the disk. */
  private static final long HUGE = 1L << 38;

  private final FtpServerUnderTest server;
  private final String user = "c" + LAST.incrementAndGet();
  private final RawClient client;
  private final int eventsBefore;
  private Optional<Socket> data = Optional.empty();
  private String last = "";

  private Conversation(FtpServerUnderTest server) throws IOException {
    this.server = server;
    this.eventsBefore = server.events().size();
    this.client = new RawClient(server.port());
    assertReply("220 ", client.reply(), "greeting");
  }

  /** Whether a line says a command of that name. */
  static boolean says(String line, String verb) {
    return steps(line).stream().map(step -> step.replaceFirst("^(say|up|down) ", ""))
        .anyMatch(step -> step.equals(verb) || step.startsWith(verb + " "));
  }

  private static List<String> steps(String line) {
    return Arrays.stream(line.substring(line.indexOf(": ") + 2).split(" ; ")).map(String::strip).toList();
  }

  static void hold(FtpServerUnderTest server, String line) throws Exception {
    List<String> state = new ArrayList<>(List.of(line.substring(0, line.indexOf(": ")).split(" ")));
    try (Conversation conversation = new Conversation(server)) {
      conversation.makeAccount(state.subList(1, state.size()));
      conversation.enter(state.getFirst());
      for (String step : steps(line)) {
        conversation.take(REPEATED.matcher(step.replace("$me", conversation.user)).replaceAll(
            found -> Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2))))));
      }
      conversation.goOn();
    }
  }

  private void makeAccount(List<String> options) throws Exception {
    Optional<String> profile = options.stream().filter(option -> option.startsWith("profile=")).findFirst();
    if (profile.isPresent()) {
      server.account(user, Profile.named(profile.get().substring("profile=".length())).orElseThrow());
    } else {
      server.account(user, options.toArray(String[]::new));
    }
    Files.createDirectories(file(""));
  }

  private void enter(String state) throws Exception {
    switch (state) {
      case "new" -> {
      }
      case "user" -> expect("USER " + user, "331");
      case "in" -> logIn();
      case "tls" -> {
        expect("AUTH TLS", "234");
        client.secure(server, "TLSv1.3");
        logIn();
      }
      case "sending" -> {
        logIn();
        data = Optional.of(client.open("STOR up.dat"));
        data.get().getOutputStream().write(FIRST_HALF.getBytes(StandardCharsets.UTF_8));
      }
      case "fetching" -> {
        huge();
        logIn();
        data = Optional.of(client.open("RETR huge.dat"));
      }
      case "hashing" -> {
        huge();
        logIn();
        client.send("HASH huge.dat\r\n");
      }
      default -> throw new AssertionError("no such state: " + state);
    }
  }

  private void logIn() throws IOException {
    expect("USER " + user, "331");
    expect("PASS " + FtpServerUnderTest.PASSWORD, "230");
  }

  private void huge() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(file("huge.dat").toFile(), "rw")) {
      file.setLength(HUGE);
    }
  }

  private Path file(String name) {
    return server.file("").resolveSibling(user).resolve(name);
  }

  private void take(String step) throws Exception {
    String[] sides = step.split(" ?-> ?", 2);
    String[] words = sides[0].split(" ", 2);
    String rest = words.length > 1 ? unescaped(words[1]) : "";
    switch (words[0]) {
      case "<-" -> {
        last = client.reply();
        assertReply(unescaped(words.length > 1 ? words[1] : "", StandardCharsets.UTF_8), last, step);
      }
      case "say" -> client.send(rest + "\r\n");
      case "raw" -> client.send(rest);
      case "urgent" -> client.control().sendUrgentData(rest.charAt(0));
      case "put" -> {
        String[] nameAndContent = rest.split(" ", 2);
        Path file = file(nameAndContent[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, nameAndContent.length > 1 ? nameAndContent[1] : "", StandardCharsets.ISO_8859_1);
      }
      case "huge" -> huge();
      case "up" -> upload(rest, step, sides[1]);
      case "down" -> assertReply(unescaped(sides[1], StandardCharsets.UTF_8), client.download(rest), step);
      case "finish" -> {
        try (Socket socket = data.orElseThrow()) {
          socket.getOutputStream().write(SECOND_HALF.getBytes(StandardCharsets.UTF_8));
        }
        data = Optional.empty();
        last = client.reply();
        assertReply(sides[1], last, step);
      }
      case "file" -> {
        String[] nameAndContent = rest.split(" ", 2);
        assertEquals(nameAndContent.length > 1 ? nameAndContent[1] : "",
            Files.readString(file(nameAndContent[0]), StandardCharsets.ISO_8859_1), step);
      }
      case "gone" -> assertFalse(Files.exists(file(rest)), step);
      case "event" -> awaitEvent(EventCatalogue.valueOf(rest));
      default -> {
        assertEquals(2, sides.length, "a step without a reply: " + step);
        expect(unescaped(sides[0]), unescaped(sides[1], StandardCharsets.UTF_8));
      }
    }
  }

  /** {@code COMMAND=CONTENT}. */
  private void upload(String text, String step, String expected) throws IOException {
    int equals = text.indexOf('=');
    last = client.upload(text.substring(0, equals), text.substring(equals + 1).getBytes(StandardCharsets.ISO_8859_1));
    assertReply(expected, last, step);
  }

  /** One that was not there when the conversation began. */
  private void awaitEvent(EventCatalogue type) throws InterruptedException {
    long before = server.events().stream().limit(eventsBefore).filter(event -> event.type() == type).count();
    server.awaitAll(type, (int) before + 1);
  }

  private void expect(String command, String expected) throws IOException {
    last = client.say(command);
    assertReply(expected, last, command);
  }

  /** Whatever was said, the session goes on, unless it has ended or waits for TLS. */
  private void goOn() throws IOException {
    if (!last.isEmpty() && !last.startsWith("221") && !last.startsWith("421") && !last.startsWith("234")) {
      expect("NOOP", "200");
    }
  }

  /** The first piece between dots is what it begins with, the others occur in it one after the other. */
  private static void assertReply(String expected, String reply, String step) {
    String[] pieces = expected.split("\\.\\.\\.");
    assertTrue(expected.isEmpty() ? reply.isEmpty() : reply.startsWith(pieces[0]), step + " got: " + reply);
    int from = pieces[0].length();
    for (int i = 1; i < pieces.length; i++) {
      int found = reply.indexOf(pieces[i], from);
      assertTrue(found >= 0, step + " got: " + reply);
      from = found + pieces[i].length();
    }
  }

  private static String unescaped(String text) {
    return unescaped(text, StandardCharsets.ISO_8859_1);
  }

  private static String unescaped(String text, Charset charset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.write(c);
        continue;
      }
      i++;
      switch (text.charAt(i)) {
        case 'r' -> out.write('\r');
        case 'n' -> out.write('\n');
        case 't' -> out.write('\t');
        case 'x' -> {
          out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> out.write(text.charAt(i));
      }
    }
    return out.toString(charset);
  }

  @Override
  public void close() throws IOException {
    if (data.isPresent()) {
      data.get().close();
    }
    client.close();
  }
}
