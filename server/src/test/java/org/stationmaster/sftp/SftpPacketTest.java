package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
    assertTrue(input(bytes).next().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "01000001", "7fffffff", "80000000", "ffffffff"})
  void aLengthThatIsNoPacketsEndsTheConversation(String bytes) {
    assertThrows(MalformedPacket.class, input(bytes)::next);
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

  @Test
  void aCopyIsTheSamePacketWhateverFollows() throws Exception {
    SftpInput input = input("00000009 10 00000005 00000000");
    SftpPacket copy = input.next().orElseThrow().copy();
    input.add(new byte[4096], 0, 4096);
    assertEquals(16, copy.type());
    assertEquals(5, copy.number());
    assertEquals(0, copy.number());
    assertThrows(MalformedPacket.class, copy::number);
  }

  @Test
  void packetsArriveInPiecesOfAnySize() throws Exception {
    byte[] stream = new byte[300_000];
    ByteBuffer packets = ByteBuffer.wrap(stream);
    Random random = new Random(20_261_121);
    List<Integer> lengths = new ArrayList<>();
    while (packets.remaining() > Integer.BYTES + 1) {
      int length = 1 + random.nextInt(Math.min(packets.remaining() - Integer.BYTES, 1 << random.nextInt(1, 18)));
      byte[] body = new byte[length];
      Arrays.fill(body, (byte) lengths.size());
      packets.putInt(length).put(body);
      lengths.add(length);
    }
    SftpInput input = new SftpInput();
    int found = 0;
    for (int at = 0; at < packets.position(); ) {
      int piece = Math.min(packets.position() - at, 1 + random.nextInt(1 << random.nextInt(1, 18)));
      input.add(stream, at, piece);
      at += piece;
      for (Optional<SftpPacket> packet = input.next(); packet.isPresent(); packet = input.next()) {
        assertEquals(found & 0xff, packet.get().type());
        assertEquals(0, packet.get().excess());
        for (int i = 1; i < lengths.get(found); i += Integer.BYTES) {
          int expected = (found & 0xff) * 0x01010101;
          if (lengths.get(found) - i >= Integer.BYTES) {
            assertEquals(expected, packet.get().number());
          }
        }
        found++;
      }
      input.shrink();
    }
    assertEquals(lengths.size(), found);
    assertEquals(0, input.size());
  }

  @Test
  void whatIsTooLongIsPassedOverHoweverItArrives() throws Exception {
    int length = SftpPacket.LONGEST + 70_000;
    ByteBuffer stream = ByteBuffer.allocate(Integer.BYTES + length + 5).putInt(length).put((byte) 6)
        .position(Integer.BYTES + length).putInt(1).put((byte) 11);
    SftpInput input = new SftpInput();
    List<Integer> types = new ArrayList<>();
    List<Integer> excesses = new ArrayList<>();
    for (int at = 0; at < stream.capacity(); at += 9_999) {
      input.add(stream.array(), at, Math.min(9_999, stream.capacity() - at));
      for (Optional<SftpPacket> packet = input.next(); packet.isPresent(); packet = input.next()) {
        types.add(packet.get().type());
        excesses.add(packet.get().excess());
      }
    }
    assertEquals(List.of(6, 11), types);
    assertEquals(List.of(70_000, 0), excesses);
  }

  private static SftpPacket read(String hex) throws MalformedPacket {
    return input(hex).next().orElseThrow();
  }

  private static SftpInput input(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    SftpInput input = new SftpInput();
    input.add(bytes, 0, bytes.length);
    return input;
  }
}
