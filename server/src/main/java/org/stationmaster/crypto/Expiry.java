package org.stationmaster.crypto;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A certificate that expires soon, or has expired.
 *
 * @param certificate the first of its chain to expire
 * @param days that it has left, rounded up; zero when it has expired
 * @param step the last of the days 30, 14, 7 and 1 before the end that has come, or 0, which is the end
 */
public record Expiry(X509Certificate certificate, int days, int step) {
  private static final List<Integer> STEPS = List.of(0, 1, 7, 14, 30);

  /** Of a chain at some time; empty while nothing in it ends within 30 days. */
  public static Optional<Expiry> of(List<X509Certificate> chain, Instant now) {
    X509Certificate first = chain.stream().min(Comparator.comparing(X509Certificate::getNotAfter)).orElseThrow();
    Duration left = Duration.between(now, first.getNotAfter().toInstant());
    int days = left.isNegative() || left.isZero() ? 0 : (int) Math.min(left.minusNanos(1).toDays() + 1, 100_000);
    return STEPS.stream().filter(step -> days <= step).findFirst().map(step -> new Expiry(first, days, step));
  }

  /** Whether clients that look at dates refuse it already. */
  public boolean isPast() {
    return step == 0;
  }

  /** Its last day. */
  public LocalDate date() {
    return LocalDate.ofInstant(certificate.getNotAfter().toInstant(), ZoneOffset.UTC);
  }

  /** Whose certificate it is, as an RFC 2253 name. */
  public String subject() {
    return certificate.getSubjectX500Principal().getName();
  }

  /** A sentence. */
  @Override
  public String toString() {
    return "The certificate of " + subject() + (isPast()
        ? " expired on " + date() + "; clients that check it refuse to connect: renew it."
        : " expires on " + date() + ", in " + days + (days == 1 ? " day" : " days") + ": renew it.");
  }
}
