package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stationmaster.Client;

class HostPortTest {
  @Test
  void readsPort() throws Exception {
    assertEquals(new InetSocketAddress("192.0.2.7", 195 * 256 + 149), HostPort.parsePort("192,0,2,7,195,149"));
    assertEquals(new InetSocketAddress("192.0.2.7", 65535), HostPort.parsePort(" 192,0,2,7,255,255 "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1,2,3,4,5", "1,2,3,4,5,6,7", "256,0,0,1,1,1", "1,2,3,4,256,0", "1,2,3,4,0,0",
      "1,2,3,4,-1,5", "a,b,c,d,e,f", "1.2.3.4,5,6", "1,2,3,4,5,6,", "1,2,3,4,5,0006"})
  void refusesAMalformedPort(String argument) {
    assertThrows(HostPort.Malformed.class, () -> HostPort.parsePort(argument));
  }

  @Test
  void readsExtendedPortWithAnyDelimiter() throws Exception {
    assertEquals(new InetSocketAddress("192.0.2.7", 6446), HostPort.parseExtendedPort("|1|192.0.2.7|6446|"));
    assertEquals(new InetSocketAddress("192.0.2.7", 6446), HostPort.parseExtendedPort("!1!192.0.2.7!6446!"));
    assertEquals(new InetSocketAddress("2001:db8::7", 6446), HostPort.parseExtendedPort("|2|2001:db8::7|6446|"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "|", "|1|192.0.2.7|6446", "1|192.0.2.7|6446|", "|1|192.0.2.7|6446|x|", "|1||6446|",
      "|1|192.0.2.7|0|", "|1|192.0.2.7|65536|", "|1|192.0.2.7|x|", "|1|example.org|21|", "|2|192.0.2.7|6446|",
      "|1|2001:db8::7|6446|", "|1|999.0.2.7|6446|", "|2|:::::|6446|"})
  void refusesAMalformedExtendedPort(String argument) {
    assertThrows(HostPort.Malformed.class, () -> HostPort.parseExtendedPort(argument));
  }

  /** In a process of its own, where a file stands for the name server. */
  @Test
  void neverAsksForTheAddressOfWhatOnlyLooksLikeOne(@TempDir Path folder) throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.9 999.0.2.7\n");
    Client.run(folder, Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-Djdk.net.hosts.file=" + hosts, "-cp", System.getProperty("java.class.path"), Asking.class.getName())
        .succeeded();
  }

  /** Fails when an address is found for what is none. */
  static final class Asking {
    private Asking() {
    }

    /** The program. */
    public static void main(String[] words) {
      assertThrows(HostPort.Malformed.class, () -> HostPort.parseExtendedPort("|1|999.0.2.7|6446|"));
    }
  }

  @Test
  void tellsAnUnknownProtocolFromAMalformedArgument() {
    assertThrows(HostPort.UnknownProtocol.class, () -> HostPort.parseExtendedPort("|3|192.0.2.7|6446|"));
  }

  @Test
  void writesWhatPasvAnswers() throws Exception {
    assertEquals("192,0,2,7,175,201", HostPort.format((Inet4Address) InetAddress.getByName("192.0.2.7"), 45001));
  }
}
