package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stationmaster.sftp.RawSftp;

/** Names from the wire stay within their place in the line of their event. */
class LogInjectionTest {
  private static final Pattern LINE = Pattern.compile(
      "\\d{5} \\d{4}(-\\d\\d){2} \\d\\d(:\\d\\d){2} \\S+ \\S+ (0\\.0\\.0\\.0:0|127\\.0\\.0\\.1:\\d+) \\P{C}+");
  private static final String FORGED = "30068 2026-01-01 00:00:00 Process pole-7 127.0.0.1:1 File \"x\" was closed.";

  /** Each with what the log shows of it; a name that is refused as such has no place in the home. */
  private enum Name {
    NEWLINE("a\n" + FORGED, "a\\n" + FORGED, ""),
    CARRIAGE_RETURN("b\r" + FORGED, "b\\r" + FORGED, ""),
    ANSI("c\u001b[2J\u001b]0;title\u0007", "c\\x1b[2J\\x1b]0;title\\x07"),
    EIGHT_BIT_CONTROL("d\u009b31mred", "d\\x9b31mred"),
    BACKSPACES("e\b\b\b", "e\\x08\\x08\\x08"),
    RIGHT_TO_LEFT("f\u202etxt.exe", "f\\u202etxt.exe"),
    ISOLATE("g\u2066x\u2069", "g\\u2066x\\u2069"),
    UNSEEN("h\u200b\u00ad\ufeff\u061c", "h\\u200b\\xad\\ufeff\\u061c"),
    TAG("i" + Character.toString(0xe0041), "i\\udb40\\udc41"),
    LINE_SEPARATOR("j\u2028\u0085", "j\\u2028\\x85"),
    FIELDS("k{path}[{details}]%n%s${x}", "k{path}[{details}]%n%s${x}"),
    UTF_8("unknown_file\u021bu", "unknown_file\u021bu"),
    NOT_UTF_8("l\u00ff\u0080\u00c8", "l\u00ff\\x80\u00c8") {
      @Override
      byte[] bytes() {
        return text().getBytes(StandardCharsets.ISO_8859_1);
      }
    };

    private final String text;
    private final String shown;
    private final String folder;

    Name(String text, String shown) {
      this(text, shown, "/");
    }

    Name(String text, String shown, String folder) {
      this.text = text;
      this.shown = shown;
      this.folder = folder;
    }

    String text() {
      return text;
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    /** FTP ends its commands with these. */
    boolean fitsIntoACommand() {
      return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }
  }

  @TempDir
  Path folder;

  @Test
  void noNameForgesALineOrSteersATerminal() throws Exception {
    try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("home"))) {
      try (RawSftp client = new RawSftp(server.port("sftp-1"), ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD,
          false)) {
        for (Name name : Name.values()) {
          client.send(13, body -> {
            body.writeInt(1);
            RawSftp.bytes(body, name.bytes());
          });
          client.receive();
          server.awaitEvent("30024 ", "File \"" + name.folder + name.shown + "\" could not be deleted");
        }
      }
      for (Name name : Name.values()) {
        if (name.fitsIntoACommand()) {
          sayOverFtp(server, name);
          server.awaitEvent("20021 ", "No authentication method knows \"" + name.shown + "\"");
        }
      }
      server.awaitNoSessions();
      for (String line : server.log()) {
        assertTrue(LINE.matcher(line).matches(), line);
      }
      assertEquals(List.of(), server.log().stream().filter(line -> line.startsWith(FORGED)).toList());
    }
  }

  /** As a user, whose name reaches the log without an account. */
  private static void sayOverFtp(ServerUnderTest server, Name name) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port("ftp-1"))) {
      ByteArrayOutputStream commands = new ByteArrayOutputStream();
      commands.writeBytes("USER ".getBytes(StandardCharsets.US_ASCII));
      commands.writeBytes(name.bytes());
      commands.writeBytes("\r\nPASS wrong\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(commands.toByteArray());
      socket.getInputStream().readAllBytes();
    }
  }
}
