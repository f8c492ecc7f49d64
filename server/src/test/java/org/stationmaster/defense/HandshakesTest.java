package org.stationmaster.defense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.ConnectionSettings;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.event.Events;

@Timeout(60)
class HandshakesTest {
  private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.1", 1);

  private final Handshakes handshakes = new Handshakes();
  private final ConnectionBudget budget = new ConnectionBudget(ConnectionSettings.ANY,
      new Refusals(new Events(List.of())));

  private ConnectionBudget.Place arrive() {
    return budget.arrive(new SftpListenerSettings("sftp-1", "127.0.0.1", 0, EntranceSettings.OPEN,
        new LinkedHashSet<>(), AlgorithmSet.of(AlgorithmProfile.LOGGER), List.of(), false), 0, CALLER, _ -> { });
  }

  @Test
  void aSingleHandshakeIsDoneWhereItComesUp() throws Exception {
    List<Thread> threads = new ArrayList<>();
    handshakes.soon(arrive(), () -> threads.add(Thread.currentThread()));
    handshakes.await(arrive(), () -> threads.add(Thread.currentThread()));
    assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), threads);
  }

  @Test
  void inAStormNobodyWhoReadsIsHeldUpAndTheFirstCallersComeFirst() throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    CountDownLatch busy = new CountDownLatch(threads);
    Semaphore free = new Semaphore(0);
    for (int i = 0; i < threads; i++) {
      handshakes.later(arrive(), () -> {
        busy.countDown();
        try {
          free.acquire();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
    }
    busy.await();
    List<ConnectionBudget.Place> callers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      callers.add(arrive());
    }
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(callers.size());
    Thread reader = Thread.currentThread();
    // The last one does not find the queue empty, nor does anybody behind it.
    for (int i = callers.size() - 1; i >= 0; i--) {
      int number = i;
      Runnable work = () -> {
        assertNotEquals(reader, Thread.currentThread());
        order.add(number);
        done.countDown();
      };
      if (number == callers.size() - 1) {
        handshakes.later(callers.get(i), work);
      } else {
        handshakes.soon(callers.get(i), work);
      }
    }
    assertEquals(List.of(), order, "all wait, and this thread did not");
    // One thread, because of two the one that has taken a step first may note it second.
    free.release();
    done.await();
    assertEquals(IntStream.range(0, callers.size()).boxed().toList(), order);
    free.release(threads);
  }
}
