package org.stationmaster.fuzz;

import java.util.Locale;
import org.stationmaster.account.AccountFuzz;
import org.stationmaster.config.ConfigurationFuzz;
import org.stationmaster.crypto.KeyFuzz;
import org.stationmaster.defense.ProxyHeaderFuzz;
import org.stationmaster.event.EventFuzz;
import org.stationmaster.ftp.FtpFuzz;
import org.stationmaster.sftp.SftpFuzz;
import org.stationmaster.storage.PathFuzz;

/**
 * What reads bytes that somebody else has chosen. Each takes any input and throws only where the code under it breaks a
 * promise: an exception that it does not declare, or a property that does not hold.
 */
enum FuzzTarget {
  FTP_COMMANDS(FtpFuzz::commands),
  FTP_ADDRESSES(FtpFuzz::addresses),
  TLS_CLIENT_HELLO(FtpFuzz::clientHello),
  SFTP_REQUESTS(SftpFuzz::requests),
  SCP_COMMANDS(SftpFuzz::commands),
  PATHS(PathFuzz::paths),
  PROXY_HEADER(ProxyHeaderFuzz::header),
  CONFIGURATION(ConfigurationFuzz::configuration),
  PATTERNS(ConfigurationFuzz::patterns),
  ACCOUNT_FILE(AccountFuzz::file),
  ACCOUNT_RULES(AccountFuzz::rules),
  PRIVATE_KEYS(KeyFuzz::privateKey),
  PUBLIC_KEYS(KeyFuzz::publicKeys),
  CERTIFICATES(KeyFuzz::certificates),
  MODULI(KeyFuzz::moduli),
  EVENT_FORMATS(EventFuzz::formats),
  EVENT_LINES(EventFuzz::lines);

  private final Code code;

  /** Takes an input. */
  @FunctionalInterface
  private interface Code {
    void take(byte[] input) throws Exception;
  }

  FuzzTarget(Code code) {
    this.code = code;
  }

  /** Gives it an input; throws what a fuzzer is to find. */
  void take(byte[] input) throws Exception {
    code.take(input);
  }

  /** Its name on the command line, and of the folder of its inputs: {@code ftp-commands}. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static FuzzTarget of(String title) {
    return valueOf(title.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  @Override
  public String toString() {
    return title();
  }
}
