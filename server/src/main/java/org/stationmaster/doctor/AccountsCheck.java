package org.stationmaster.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.stationmaster.account.Account;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.PublicKeys;
import org.stationmaster.database.DatabaseInspection;

/** Whether the accounts can log in. */
final class AccountsCheck {
  private static final int LEAST_RSA_BITS = 2048;
  private static final int NAMED = 5;

  private final Subject subject;
  private final Findings findings;

  private AccountsCheck(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  static void look(Subject subject, Findings findings) {
    if (subject.database().state() != DatabaseInspection.State.WHOLE) {
      return;
    }
    if (subject.accounts().isEmpty()) {
      findings.note("There are no accounts.", "Nobody can log in.", "stationmaster account add NAME");
      return;
    }
    new AccountsCheck(subject, findings).look();
  }

  private void look() {
    int before = findings.all().size();
    tell("without password and key", account -> account.enabled() && !account.hasPassword()
        && account.keys().isEmpty(), Severity.WARNING, "Their loggers cannot log in.",
        "stationmaster account passwd NAME (or: stationmaster account key add NAME FILE)");
    tell("that have expired", account -> account.enabled() && account.isExpired(subject.now()), Severity.WARNING,
        "Their loggers are refused.", "stationmaster account set NAME --expires never (or: stationmaster account"
        + " remove NAME)");
    tell("with expired keys only, and no password", account -> account.enabled() && !account.hasPassword()
        && !account.keys().isEmpty() && account.keys().stream().allMatch(key -> key.isExpired(subject.now())),
        Severity.WARNING, "Their loggers are refused.", "stationmaster account key report");
    tell("that no listener lets in, for none takes what they have", this::findsNoListener, Severity.WARNING,
        "Their loggers are refused.", "Set a password, or add publickey to authentication-methods of an SFTP listener");
    tell("with an RSA key of less than " + LEAST_RSA_BITS + " bits", account -> account.keys().stream()
        .anyMatch(AccountsCheck::isWeak), Severity.NOTE, "Whoever recorded their public half may find the private one.",
        "stationmaster account key report (and a new pair: stationmaster keygen --for campbell --out FILE)");
    if (findings.all().size() == before) {
      findings.ok("Accounts: " + subject.accounts().size() + ", of which can log in: " + subject.loggers() + ".");
    }
  }

  private boolean findsNoListener(Account account) {
    List<CredentialType> has = new ArrayList<>();
    if (account.hasPassword()) {
      has.add(CredentialType.PASSWORD);
    }
    if (!account.keys().isEmpty()) {
      has.add(CredentialType.PUBLIC_KEY);
    }
    List<ListenerSettings> listeners = subject.configuration().listeners();
    return account.enabled() && !has.isEmpty() && listeners.stream().noneMatch(listener ->
        has.stream().anyMatch(listener::accepts));
  }

  private static boolean isWeak(AuthorizedKey key) {
    try {
      return key.line().startsWith("ssh-rsa") && PublicKeys.bitsOfLine(key.line()) < LEAST_RSA_BITS;
    } catch (KeyMaterialException expected) {
      // The report of keys has it.
      return false;
    }
  }

  private void tell(String clause, Predicate<Account> which, Severity severity, String why, String remedy) {
    List<String> names = subject.accounts().stream().filter(which).map(Account::name).toList();
    if (!names.isEmpty()) {
      findings.add(severity, "Accounts " + clause + ": " + String.join(", ", names.subList(0, Math.min(NAMED,
          names.size()))) + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more." : "."), why,
          remedy.replace("NAME", names.getFirst()));
    }
  }
}
