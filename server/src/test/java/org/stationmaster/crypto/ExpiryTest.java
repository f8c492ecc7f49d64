package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  @Test
  void aStepIsTakenWhenItsDayHasComeAndNotBefore() throws Exception {
    KeyPair pair = CertificateAuthority.newKey();
    CertificateAuthority authority = CertificateAuthority.root(pair, "Test", Duration.ofDays(3650), 0);
    X509Certificate leaf = authority.issue(pair.getPublic(), List.of(ServerName.of("a.example.org").orElseThrow()),
        Duration.ofDays(90));
    // Whichever of the chain ends first.
    List<X509Certificate> chain = List.of(authority.certificate(), leaf);
    Instant end = leaf.getNotAfter().toInstant();
    assertEquals(Optional.empty(), Expiry.of(chain, end.minus(Duration.ofDays(31))));
    assertStep(30, 30, chain, end.minus(Duration.ofDays(30)));
    assertStep(30, 15, chain, end.minus(Duration.ofDays(14)).minusSeconds(1));
    assertStep(14, 14, chain, end.minus(Duration.ofDays(14)));
    assertStep(14, 8, chain, end.minus(Duration.ofDays(7)).minusSeconds(1));
    assertStep(7, 7, chain, end.minus(Duration.ofDays(7)));
    assertStep(7, 2, chain, end.minus(Duration.ofDays(1)).minusSeconds(1));
    assertStep(1, 1, chain, end.minus(Duration.ofDays(1)));
    assertStep(1, 1, chain, end.minusSeconds(1));
    assertStep(0, 0, chain, end);
    assertStep(0, 0, chain, end.plus(Duration.ofDays(400)));
  }

  private static void assertStep(int step, int days, List<X509Certificate> chain, Instant now) {
    Expiry expiry = Expiry.of(chain, now).orElseThrow();
    assertEquals(step, expiry.step(), now::toString);
    assertEquals(days, expiry.days(), now::toString);
  }
}
