package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stationmaster.config.PortRange;

class PassivePortsTest {
  private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

  @Test
  void noPortIsHandedOutTwiceAndAClosedOneIsFreeAgain() throws Exception {
    PassivePorts ports = new PassivePorts(new PortRange(28_110, 28_113));
    Set<Integer> seen = new HashSet<>();
    Set<PassivePorts.Lease> leases = new HashSet<>();
    for (int i = 0; i < ports.range().size(); i++) {
      PassivePorts.Lease lease = ports.open(LOCAL, Duration.ZERO).orElseThrow();
      leases.add(lease);
      assertTrue(ports.range().contains(lease.port()));
      assertTrue(seen.add(lease.port()));
    }
    assertEquals(Optional.empty(), ports.open(LOCAL, Duration.ofMillis(10)));
    PassivePorts.Lease first = leases.iterator().next();
    first.close();
    first.close();
    PassivePorts.Lease again = ports.open(LOCAL, Duration.ZERO).orElseThrow();
    assertEquals(first.port(), again.port());
    again.close();
    leases.forEach(PassivePorts.Lease::close);
    assertEquals(0, ports.inUse());
  }

  @Test
  void thePortsBeforeItDoNotTellTheNextOne() throws Exception {
    PassivePorts ports = new PassivePorts(new PortRange(26_000, 27_999));
    Set<Integer> steps = new HashSet<>();
    int former = 0;
    for (int i = 0; i < 40; i++) {
      try (PassivePorts.Lease lease = ports.open(LOCAL, Duration.ZERO).orElseThrow()) {
        steps.add(lease.port() - former);
        former = lease.port();
      }
    }
    assertTrue(steps.size() > 30, steps.toString());
  }

  @Test
  void aPortThatAnotherProgramHasIsPassedOver() throws Exception {
    PassivePorts ports = new PassivePorts(new PortRange(28_114, 28_115));
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(LOCAL, 28_114));
      for (int i = 0; i < 8; i++) {
        try (PassivePorts.Lease lease = ports.open(LOCAL, Duration.ZERO).orElseThrow()) {
          assertEquals(28_115, lease.port());
        }
      }
      try (PassivePorts.Lease _ = ports.open(LOCAL, Duration.ZERO).orElseThrow()) {
        assertEquals(Optional.empty(), ports.open(LOCAL, Duration.ofMillis(10)));
      }
    }
    assertEquals(0, ports.inUse());
  }

  @Test
  void aWaitingClientGetsThePortThatAnotherOneGivesBack() throws Exception {
    PassivePorts ports = new PassivePorts(new PortRange(28_116, 28_116));
    PassivePorts.Lease lease = ports.open(LOCAL, Duration.ZERO).orElseThrow();
    Thread other = Thread.ofVirtual().start(lease::close);
    try (PassivePorts.Lease next = ports.open(LOCAL, Duration.ofSeconds(30)).orElseThrow()) {
      assertEquals(28_116, next.port());
    }
    other.join();
  }
}
