package org.stationmaster.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.stationmaster.Times;
import org.stationmaster.config.AlgorithmProfile;
import org.stationmaster.config.AlgorithmSet;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.EntranceSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.defense.Visit;
import org.stationmaster.event.Events;

class SessionsTest {
  private static final int MANY = 100;

  @Test
  @Timeout(60)
  void aClientThatTakesItsTimeDoesNotHoldUpTheEndOfTheOthers() {
    Sessions sessions = new Sessions(Times::patient, new Events(List.of()));
    CyclicBarrier allAreBeingClosed = new CyclicBarrier(MANY);
    List<String> reasons = new CopyOnWriteArrayList<>();
    SftpListenerSettings listener = new SftpListenerSettings("sftp-1", "127.0.0.1", 0, EntranceSettings.OPEN,
        new LinkedHashSet<>(EnumSet.allOf(CredentialType.class)), AlgorithmSet.of(AlgorithmProfile.LOGGER),
        List.of(), false);
    for (int i = 0; i < MANY; i++) {
      InetSocketAddress peer = new InetSocketAddress("127.0.0.1", 1);
      Visit visit = new Visit(peer, Optional.empty(), sessions.gate().arrived(listener, peer, _ -> { }));
      sessions.opened(listener, Protocol.SFTP, visit, reason -> {
        try {
          allAreBeingClosed.await();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
        reasons.add(reason);
      });
    }

    sessions.closeAll("the server stops");

    assertEquals(MANY, reasons.size());
  }
}
