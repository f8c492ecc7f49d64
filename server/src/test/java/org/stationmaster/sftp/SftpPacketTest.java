package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SftpPacketTest {
  @Test
  void fieldsAreReadInOrder() throws Exception {
    SftpPacket packet = read("0000001a 06 00000007 00000004 0000002a 0000000100000000 00000001 ff");
    assertEquals(6, packet.type());
    assertEquals(7, packet.number());
    assertEquals(42, packet.bytes().getInt());
    assertEquals(1L << 32, packet.size());
    assertEquals(1, packet.bytes().remaining());
  }

  @ParameterizedTest
  @CsvSource({
      "'00000003 616263', abc",
      "'00000000', ''",
      "'00000003 e282ac', €",
      "'00000004 4be46c74', Kält",
      "'00000001 ff', ÿ",
      "'00000002 c3a4', ä",
      "'00000003 610062', 'a\0b'"})
  void namesAreUtf8OrElseLatin1(String field, String name) throws Exception {
    String body = "0b" + field.replace(" ", "");
    assertEquals(name, read(HexFormat.of().toHexDigits(body.length() / 2) + body).text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "000000", "00000005", "00000005 10 0000", "0000000a 10 00000001 000000"})
  void aStreamThatEndsAnywhereIsTheEnd(String bytes) throws Exception {
    assertTrue(SftpPacket.read(stream(bytes)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "01000001", "7fffffff", "80000000", "ffffffff"})
  void aLengthThatIsNoPacketsEndsTheConversation(String bytes) {
    assertThrows(MalformedPacket.class, () -> SftpPacket.read(stream(bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000001 10", "00000004 10 000000", "00000008 10 00000004 616263",
      "00000005 10 ffffffff", "00000005 10 80000000", "00000005 10 00000001"})
  void aStringNeverReachesBeyondThePacket(String bytes) throws Exception {
    SftpPacket packet = read(bytes);
    assertThrows(MalformedPacket.class, packet::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000008 10 00000000000000", "00000009 10 8000000000000000", "00000009 10 ffffffffffffffff"})
  void anOffsetBeyondAnyFileIsRefused(String bytes) throws Exception {
    SftpPacket packet = read(bytes);
    assertThrows(MalformedPacket.class, packet::size);
  }

  @Test
  void attributesWithACountOfExtensionsThatIsNotThereAreRefused() throws Exception {
    SftpPacket packet = read("0000000d 10 80000000 ffffffff 00000000");
    assertThrows(MalformedPacket.class, () -> AttributeCodec.read(packet));
  }

  @Test
  void ownerAndModeAreReadAndDropped() throws Exception {
    SftpPacket packet = read("00000021 10 0000000f 0000000000000005 00000001 00000002 000081a4 00000003 00000004");
    assertEquals("size=5 modified=1970-01-01T00:00:04Z accessed=1970-01-01T00:00:03Z",
        AttributeCodec.read(packet).toString());
  }

  private static SftpPacket read(String hex) throws IOException, MalformedPacket {
    return SftpPacket.read(stream(hex)).orElseThrow();
  }

  private static ByteArrayInputStream stream(String hex) {
    return new ByteArrayInputStream(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
