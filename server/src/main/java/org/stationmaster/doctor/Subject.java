package org.stationmaster.doctor;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.account.Account;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.database.DatabaseInspection;

/**
 * What the checks look at.
 *
 * @param configuration in force
 * @param server the one that runs in this home
 * @param questions what the operator wants to know beside
 * @param database what was seen of it
 * @param accounts in it; none if it cannot be read
 * @param now the time of the examination
 */
record Subject(Configuration configuration, Optional<Server> server, Questions questions, DatabaseInspection database,
    List<Account> accounts, Instant now) {
  /**
   * A server that runs, by its own account.
   *
   * @param pid its process
   * @param listeners where each one accepts, by name
   * @param forReload settings that were changed since and wait for a reload
   * @param forRestart settings that were changed since and wait for a restart
   * @param problems what keeps it from reading its configuration again
   */
  record Server(long pid, Map<String, String> listeners, List<String> forReload, List<String> forRestart,
      List<String> problems) {
  }

  /**
   * What the operator asks for.
   *
   * @param name of this server, to which loggers are set
   * @param authorities that the loggers have been given
   * @param loggerKeys private key files that are meant for loggers
   */
  record Questions(Optional<String> name, List<X509Certificate> authorities, List<Path> loggerKeys) {
  }

  /** How many accounts can log in; as many loggers may call at the same time. */
  int loggers() {
    return (int) accounts.stream().filter(account -> account.enabled() && !account.isExpired(now)).count();
  }

  List<FtpListenerSettings> ftpListeners() {
    return configuration.listeners().stream().filter(FtpListenerSettings.class::isInstance)
        .map(FtpListenerSettings.class::cast).toList();
  }

  List<SftpListenerSettings> sftpListeners() {
    return configuration.listeners().stream().filter(SftpListenerSettings.class::isInstance)
        .map(SftpListenerSettings.class::cast).toList();
  }
}
