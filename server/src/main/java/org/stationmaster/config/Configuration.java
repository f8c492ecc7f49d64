package org.stationmaster.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The effective configuration: valid as a whole, every path absolute.
 *
 * @param paths where everything is
 * @param listeners the enabled ones, in the order of the file; names are unique
 * @param ftp what all FTP and FTPS listeners share
 * @param sftp what all SFTP listeners share
 * @param ssh host keys
 * @param tls the certificate and the protocol versions
 * @param firstAccounts the file with the accounts that a new installation begins with
 * @param authentication the methods that are asked at login, in this order
 * @param passwords how passwords are hashed and remembered
 * @param storage how files are published
 * @param sessions time limits
 * @param connections how many there may be
 * @param guessing what wrong passwords cost
 * @param events where events go
 * @param status the port for health checks
 */
public record Configuration(PathSettings paths, List<ListenerSettings> listeners, FtpSettings ftp, SftpSettings sftp,
    SshSettings ssh, TlsSettings tls, Optional<Path> firstAccounts, List<AuthenticationMethodSettings> authentication,
    PasswordSettings passwords, StorageSettings storage, SessionSettings sessions, ConnectionSettings connections,
    GuessingSettings guessing, EventSettings events, StatusSettings status) {
  /** Copies the lists. */
  public Configuration {
    Objects.requireNonNull(paths, "paths");
    listeners = List.copyOf(listeners);
    authentication = List.copyOf(authentication);
  }
}
