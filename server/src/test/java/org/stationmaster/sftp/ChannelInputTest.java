package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ChannelInputTest {
  private final AtomicInteger released = new AtomicInteger();
  private final ChannelInput input = new ChannelInput(released::addAndGet);

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
  }

  @Test
  void aReaderThatWaitsOverAndOverMissesNothing() throws Exception {
    int packets = 20_000;
    Thread writer = Thread.ofPlatform().start(() -> {
      for (int i = 0; i < packets; i++) {
        input.arrived(new byte[] {(byte) i, (byte) (i >> 8)}, 0, 2);
        if (i % 50 == 0) {
          // So that the reader has a chance to be faster.
          LockSupport.parkNanos(1000);
        }
      }
      input.end();
    });
    AtomicInteger read = new AtomicInteger();
    Thread reader = Thread.ofVirtual().start(() -> {
      try {
        for (int value = input.read(); value >= 0; value = input.read()) {
          int place = read.getAndIncrement();
          assertEquals(place / 2 >> place % 2 * 8 & 0xff, value);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    assertTrue(reader.join(Duration.ofSeconds(60)), "the reader waits for what has arrived");
    writer.join();
    assertEquals(2 * packets, read.get());
  }
}
