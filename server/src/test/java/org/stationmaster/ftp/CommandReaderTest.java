package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.ftp.CommandReader.Line;

class CommandReaderTest {
  private static CommandReader reader(String latin1) {
    return new CommandReader(Channels.newChannel(new ByteArrayInputStream(
        latin1.getBytes(StandardCharsets.ISO_8859_1)))::read);
  }

  private static String text(CommandReader reader) throws IOException {
    return assertInstanceOf(Line.Text.class, reader.readLine()).text();
  }

  @Test
  void linesEndWithLineFeedWithOrWithoutCarriageReturn() throws IOException {
    CommandReader reader = reader("NOOP\r\nSYST\n\r\nA\rB\r\n");
    assertEquals("NOOP", text(reader));
    assertEquals("SYST", text(reader));
    assertEquals("", text(reader));
    assertEquals("A\rB", text(reader));
    assertInstanceOf(Line.End.class, reader.readLine());
  }

  @Test
  void aCommandThatIsCutOffIsNoCommand() throws IOException {
    assertInstanceOf(Line.End.class, reader("DELE important.dat").readLine());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
      "interrupt and synch before ABOR,   \u00ff\u00f4\u00ff\u00f2ABOR, ABOR",
      "synch with the mark alone,         \u00ff\u00f2ABOR, ABOR",
      "an option is dropped with its number, \u00ff\u00fd\u0001NOOP, NOOP",
      "no operation in the middle,        NO\u00ff\u00f1OP, NOOP",
      "a doubled last letter of Latin-1,  DELE \u00ff\u00ffb, DELE \u00ffb",
      "a last letter that is not doubled, DELE \u00ffb, DELE \u00ffb"})
  void telnetIsTakenOut(String what, String sent, String line) throws IOException {
    assertEquals(line, text(reader(sent + "\r\n")), what);
  }

  @Test
  void namesAreUtf8OrElseLatin1() throws IOException {
    CommandReader reader = reader("STOR M\u00c3\u00bcnchen\r\nSTOR M\u00fcnchen\r\n");
    assertEquals("STOR M\u00fcnchen", text(reader));
    assertEquals("STOR M\u00fcnchen", text(reader));
  }

  @Test
  void aLineThatIsTooLongIsSkippedAndTheNextOneIsRead() throws IOException {
    CommandReader reader = reader("A".repeat(CommandReader.LONGEST_LINE) + "\n" + "B".repeat(CommandReader.LONGEST_LINE
        + 1) + "\n" + "C".repeat(100_000) + "\r\nNOOP\r\n");
    assertEquals(CommandReader.LONGEST_LINE, text(reader).length());
    assertInstanceOf(Line.TooLong.class, reader.readLine());
    assertInstanceOf(Line.TooLong.class, reader.readLine());
    assertEquals("NOOP", text(reader));
  }

  @ParameterizedTest
  @CsvSource({"'noop', NOOP, ''", "'Stor a b ', STOR, 'a b '", "'STOR  x', STOR, ' x'", "'  quit', QUIT, ''",
      "'', '', ''", "'SITE\tx', SITE, 'x'"})
  void aVerbIsSplitFromItsArgument(String line, String verb, String argument) {
    assertEquals(new CommandLine(verb, argument), CommandLine.parse(line));
  }
}
