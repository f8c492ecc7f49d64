package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChannelInputTest {
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger waits = new AtomicInteger();
  private final ChannelInput input = new ChannelInput(released::addAndGet, waits::incrementAndGet);

  @Test
  void theWindowIsGivenBackWhenBytesAreReadNotWhenTheyArrive() throws Exception {
    input.arrived(new byte[] {9, 1, 2, 3, 9}, 1, 3);
    assertEquals(0, released.get());
    assertArrayEquals(new byte[] {1, 2}, input.readNBytes(2));
    assertEquals(2, released.get());
  }

  @Test
  void whatArrivedBeforeTheEndIsReadAfterIt() throws Exception {
    input.arrived(new byte[] {1}, 0, 1);
    input.arrived(new byte[] {2, 3}, 0, 2);
    input.end();
    input.arrived(new byte[] {4}, 0, 1);
    assertArrayEquals(new byte[] {1, 2, 3}, input.readAllBytes());
    assertEquals(0, waits.get());
  }

  @Test
  void answersAreSentBeforeTheReaderWaits() throws Exception {
    Thread writer = Thread.ofVirtual().start(() -> {
      while (waits.get() == 0) {
        Thread.onSpinWait();
      }
      input.arrived(new byte[] {7}, 0, 1);
    });
    assertEquals(7, input.read());
    assertEquals(1, waits.get());
    writer.join();
  }
}
