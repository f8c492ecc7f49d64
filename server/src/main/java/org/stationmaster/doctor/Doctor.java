package org.stationmaster.doctor;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.crypto.LegacyTls;
import org.stationmaster.database.DatabaseInspection;

/** Examines an installation and its host; see the table of checks. */
public final class Doctor {
  private static final String CONFIGURATION = "configuration";

  /** What is looked at, in the order of the report. */
  private static final SequencedMap<String, Check> CHECKS = new LinkedHashMap<>();

  static {
    CHECKS.put("server", ServerCheck::look);
    CHECKS.put("ports", PortsCheck::look);
    CHECKS.put("passive", PassiveCheck::look);
    CHECKS.put("host-keys", HostKeysCheck::look);
    CHECKS.put("certificates", CertificatesCheck::look);
    CHECKS.put("logger-keys", LoggerKeysCheck::look);
    CHECKS.put("crypto", CryptoCheck::look);
    CHECKS.put("ownership", OwnershipCheck::look);
    CHECKS.put("data", DataCheck::look);
    CHECKS.put("database", DatabaseCheck::look);
    CHECKS.put("accounts", AccountsCheck::look);
    CHECKS.put("open-files", OpenFilesCheck::look);
    CHECKS.put("clock", ClockCheck::look);
    CHECKS.put("outputs", OutputsCheck::look);
  }

  private final Subject.Questions questions;
  private Optional<Subject.Server> server = Optional.empty();

  /**
   * Examines nothing yet.
   *
   * @param name to which loggers are set; certificates are compared with it
   * @param authorities that loggers have been given beside the public ones
   * @param loggerKeys private key files that are meant for loggers
   */
  public Doctor(Optional<String> name, List<X509Certificate> authorities, List<Path> loggerKeys) {
    this.questions = new Subject.Questions(name, List.copyOf(authorities), List.copyOf(loggerKeys));
  }

  /** Tells it what the server that runs in the same home answers to {@code about}. */
  public void hear(Map<String, Object> about) {
    Map<String, String> listeners = new LinkedHashMap<>();
    if (about.get("listeners") instanceof Map<?, ?> map) {
      map.forEach((name, address) -> listeners.put(String.valueOf(name), String.valueOf(address)));
    }
    server = Optional.of(new Subject.Server(((Number) about.get("process")).longValue(), listeners,
        texts(about.get("for_reload")), texts(about.get("for_restart")), texts(about.get("problems"))));
  }

  private static List<String> texts(Object list) {
    List<String> texts = new ArrayList<>();
    if (list instanceof List<?> all) {
      all.forEach(each -> texts.add(String.valueOf(each)));
    }
    return texts;
  }

  /** Without a valid configuration there is only that to say. */
  public static List<Finding> examine(InvalidConfiguration invalid) {
    Findings findings = new Findings(CONFIGURATION);
    invalid.problems().forEach(problem -> findings.refused(problem, "The server does not start, or goes on with its"
        + " former configuration, so no change counts.", "stationmaster check-config"));
    findings.note("Everything else is looked at when the configuration is valid.", "", "stationmaster check-config");
    return findings.all();
  }

  /** All that is found, topic by topic. Ports are opened for a moment, and a small file is written to the data. */
  public List<Finding> examine(Configuration configuration) {
    allowLegacyTls(configuration);
    DatabaseInspection database = DatabaseInspection.of(configuration.paths().database());
    Findings first = new Findings(CONFIGURATION);
    first.ok("The configuration is valid.");
    Subject subject = new Subject(configuration, server, questions, database, accounts(configuration, database),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
    List<Finding> all = new ArrayList<>(first.all());
    CHECKS.forEach((topic, check) -> {
      Findings findings = new Findings(topic);
      try {
        check.look(subject, findings);
      } catch (RuntimeException e) {
        // Where something is broken, more may be than a check thinks of; the others still have their say.
        findings.error("This cannot be looked at: " + e + ".", "Whatever keeps the doctor from it may keep the server"
            + " from it, too.", "Mend what else is found, then try again.");
      }
      all.addAll(findings.all());
    });
    return all;
  }

  /** As the server does at its start. */
  private static void allowLegacyTls(Configuration configuration) {
    Set<LegacyTls> needed = new LinkedHashSet<>();
    for (ListenerSettings listener : configuration.listeners()) {
      if (listener instanceof FtpListenerSettings ftp) {
        needed.addAll(LegacyTls.neededBy(ftp.tls()));
      }
    }
    LegacyTls.allow(needed);
  }

  /** Only of a database that opening does not change. */
  private static List<Account> accounts(Configuration configuration, DatabaseInspection database) {
    if (database.state() != DatabaseInspection.State.WHOLE) {
      return List.of();
    }
    try (Accounts accounts = new Accounts(configuration.paths().database(), configuration.passwords())) {
      return accounts.list();
    } catch (AccountStoreException expected) {
      // It was whole a moment ago, so it is in use; without its accounts less is found, and nothing wrong.
      return List.of();
    }
  }
}
