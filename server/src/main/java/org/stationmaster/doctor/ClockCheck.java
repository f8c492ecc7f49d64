package org.stationmaster.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import org.stationmaster.account.Account;

/** Whether the clock is right, which logs, certificates and the order of arrivals depend on. */
final class ClockCheck {
  /** When this was written; earlier years are those of a clock without a battery. */
  private static final int LEAST_YEAR = 2026;
  private static final int LAST_YEAR = 2099;
  private static final int TIME_ERROR = 5;
  /** More than struct timex has on any machine. */
  private static final int TIMEX_BYTES = 512;
  private static final String SYNCHRONIZE = "sudo timedatectl set-ntp true (or install chrony; in a container, on its"
      + " host)";

  private ClockCheck() {
  }

  static void look(Subject subject, Findings findings) {
    int year = subject.now().atZone(ZoneOffset.UTC).getYear();
    Optional<Account> ahead = subject.accounts().stream().filter(account -> account.lastLogin().isPresent())
        .max(Comparator.comparing(account -> account.lastLogin().get()))
        .filter(account -> account.lastLogin().get().isAfter(subject.now().plusSeconds(60)));
    if (year < LEAST_YEAR || year > LAST_YEAR) {
      findings.error("The clock says that it is the year " + year + ".", "Certificates are not valid at that time, and"
          + " logs and arrivals have it.", SYNCHRONIZE);
    } else if (ahead.isPresent()) {
      findings.error("The clock says " + subject.now() + ", and the last login of " + ahead.get().name() + " was at "
          + ahead.get().lastLogin().get() + ": it has gone back.", "Arrivals are no longer in the order in which they"
          + " came.", SYNCHRONIZE);
    } else {
      findings.ok("The clock says " + subject.now() + ".");
    }
    isSynchronized().ifPresent(is -> {
      if (is) {
        findings.ok("The clock is synchronized.");
      } else {
        findings.warning("Nothing synchronizes the clock of this machine.", "It drifts by seconds a day: loggers that"
            + " set theirs by the server go wrong with it, and logs of both do not match.", SYNCHRONIZE);
      }
    });
    ZoneId zone = ZoneId.systemDefault();
    if (zone.getRules().isFixedOffset()) {
      findings.ok("The time zone is " + zone + ".");
    } else {
      findings.note("The time zone is " + zone + ", with summer time.", "Lines of the event log have local time: an"
          + " hour in autumn comes twice.", "Set the format of the output to iso, or the time zone to UTC: sudo"
          + " timedatectl set-timezone UTC");
    }
  }

  /** As the kernel has it from whatever program does it (adjtimex(2)); empty where it does not say. */
  private static Optional<Boolean> isSynchronized() {
    Linker linker = Linker.nativeLinker();
    return linker.defaultLookup().find("adjtimex").flatMap(function -> {
      try (Arena arena = Arena.ofConfined()) {
        int state = (int) linker.downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS)).invokeExact(arena.allocate(TIMEX_BYTES, Long.BYTES));
        return state < 0 ? Optional.empty() : Optional.of(state != TIME_ERROR);
      } catch (Throwable impossible) {
        throw new AssertionError(impossible);
      }
    });
  }
}
