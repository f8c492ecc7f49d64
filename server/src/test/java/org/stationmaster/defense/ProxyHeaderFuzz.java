package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Inputs of what reads the headers of proxies. */
public final class ProxyHeaderFuzz {
  /** The longest header of version 2 that is read. */
  private static final int LONGEST = 16 + 4096;

  private ProxyHeaderFuzz() {
  }

  /** A header is read to its end, never beyond, and says the same when the client's bytes are right behind it. */
  public static void header(byte[] input) {
    ByteArrayInputStream in = new ByteArrayInputStream(input);
    Optional<ProxyHeader.Ends> ends;
    try {
      ends = ProxyHeader.read(in);
    } catch (IOException expected) {
      assertTrue(input.length - in.available() <= LONGEST);
      return;
    }
    int used = input.length - in.available();
    assertTrue(used <= LONGEST);
    ByteArrayInputStream alone = new ByteArrayInputStream(input, 0, used);
    try {
      assertEquals(ends, ProxyHeader.read(alone));
    } catch (IOException e) {
      throw new AssertionError("the header does not end where it was said to end", e);
    }
    ends.ifPresent(both -> {
      check(both.source());
      check(both.destination());
    });
  }

  private static void check(InetSocketAddress end) {
    assertTrue(end.getAddress().toString().startsWith("/"), "a name was looked up");
  }
}
