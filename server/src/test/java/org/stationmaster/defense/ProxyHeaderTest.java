package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String V4 = "c0000207" + "cb00710a" + "dc05" + "0016";
  private static final String V6 = "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "dc05"
      + "0016";

  private static Optional<ProxyHeader.Ends> read(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    Optional<ProxyHeader.Ends> ends = ProxyHeader.read(in);
    assertEquals("SSH-2.0-x", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    return ends;
  }

  private static Optional<ProxyHeader.Ends> line(String line) throws IOException {
    return read((line + "SSH-2.0-x").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Optional<ProxyHeader.Ends> binary(String hex) throws IOException {
    return read(HexFormat.of().parseHex(SIGNATURE + hex + "5353482d322e302d78"));
  }

  private static Optional<ProxyHeader.Ends> ends(String source, String destination) {
    return Optional.of(new ProxyHeader.Ends(new InetSocketAddress(InetAddress.ofLiteral(source), 56325),
        new InetSocketAddress(InetAddress.ofLiteral(destination), 22)));
  }

  @Test
  void bothVersionsTellTheTwoEndsAndLeaveWhatFollows() throws IOException {
    assertEquals(ends("192.0.2.7", "203.0.113.10"), line("PROXY TCP4 192.0.2.7 203.0.113.10 56325 22\r\n"));
    assertEquals(ends("2001:db8::7", "2001:db8::1"), line("PROXY TCP6 2001:db8::7 2001:db8::1 56325 22\r\n"));
    assertEquals(ends("192.0.2.7", "203.0.113.10"), binary("2111000c" + V4));
    assertEquals(ends("2001:db8::7", "2001:db8::1"), binary("21210024" + V6));
    // With what a proxy adds: a name, and the checksum.
    assertEquals(ends("192.0.2.7", "203.0.113.10"), binary("21110012" + V4 + "020003612e62"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ::2 65535 65535\r\n", "PROXY UNKNOWN what\r\n"})
  void aLineMayTellNothing(String line) throws IOException {
    assertEquals(Optional.empty(), line(line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"20000000", "20000003aabbcc", "2011000c" + V4, "21000000", "2131000401020304"})
  void aProxyMaySpeakForItself(String hex) throws IOException {
    assertEquals(Optional.empty(), binary(hex));
  }

  @Test
  void aChecksumIsComparedIfItIsThere() throws IOException {
    CRC32C sum = new CRC32C();
    sum.update(HexFormat.of().parseHex(SIGNATURE + "21110013" + V4 + "03000400000000"));
    String right = HexFormat.of().toHexDigits((int) sum.getValue());
    assertEquals(ends("192.0.2.7", "203.0.113.10"), binary("21110013" + V4 + "030004" + right));
    assertThrows(ProxyHeader.Malformed.class, () -> binary("21110013" + V4 + "030004"
        + HexFormat.of().toHexDigits((int) sum.getValue() ^ 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "SSH-2.0-OpenSSH_9.2p1\r\n", "PROXY\r\nTCP4 1.2.3.4", "PROXY TCP4\r\n",
      "proxy TCP4 192.0.2.7 203.0.113.10 1 2\r\n",
      "PROXY TCP4 192.0.2.7 203.0.113.10 56325 22\n", "PROXY TCP4  192.0.2.7 203.0.113.10 56325 22\r\n",
      "PROXY TCP4 192.0.2.7 203.0.113.10 56325 22 \r\n", "PROXY TCP4 192.0.2.07 203.0.113.10 56325 22\r\n",
      "PROXY TCP4 192.0.2.256 203.0.113.10 56325 22\r\n", "PROXY TCP4 192.0.2 203.0.113.10 56325 22\r\n",
      "PROXY TCP4 192.0.2.7 203.0.113.10 056325 22\r\n", "PROXY TCP4 192.0.2.7 203.0.113.10 65536 22\r\n",
      "PROXY TCP4 192.0.2.7 203.0.113.10 -1 22\r\n", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
      "PROXY TCP6 192.0.2.7 203.0.113.10 1 2\r\n", "PROXY TCP6 2001:db8::7::1 2001:db8::1 1 2\r\n",
      "PROXY TCP6 fe80::1%eth0 2001:db8::1 1 2\r\n", "PROXY TCP6 example.org 2001:db8::1 1 2\r\n",
      "PROXY UDP4 192.0.2.7 203.0.113.10 56325 22\r\n", "PROXY UNKNOWNX\r\n"})
  void aLineThatIsNotToTheLetterIsRefused(String line) {
    assertThrows(ProxyHeader.Malformed.class, () -> line(line));
  }

  @Test
  void aLineOfMoreThan107BytesIsRefused() throws IOException {
    assertEquals(Optional.empty(), line("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"));
    assertThrows(ProxyHeader.Malformed.class, () -> line("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "1111000c" + V4, "3111000c" + V4, "2211000c" + V4, "2112000c" + V4, "2141000c" + V4,
      "2111000b" + "c0000207cb00710adc0500", "2121000c" + V4, "2111000d" + V4 + "01", "2111000f" + V4 + "020001",
      "2111000e" + V4 + "0200", "21110010" + V4 + "03000100"})
  void aBinaryHeaderThatIsNotToTheLetterIsRefused(String hex) {
    assertThrows(ProxyHeader.Malformed.class, () -> binary(hex));
  }

  @Test
  void aBinaryHeaderOfMoreThan4096BytesIsRefused() throws IOException {
    assertEquals(Optional.empty(), binary("20001000" + "00".repeat(4096)));
    assertThrows(ProxyHeader.Malformed.class, () -> binary("20001001" + "00".repeat(4097)));
  }

  @Test
  void aHeaderThatEndsTooEarlyIsRefused() {
    byte[] whole = HexFormat.of().parseHex(SIGNATURE + "2111000c" + V4);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> ProxyHeader.read(new ByteArrayInputStream(cut)));
    }
  }
}
