package org.stationmaster.ftp;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.Login;
import org.stationmaster.session.OfferedCertificate;

/** Who is there (RFC 959 section 4.1.1). */
final class AccessCommands {
  /** Then the connection is closed. */
  static final int MOST_FAILED_LOGINS = 5;

  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,254})|\\[[0-9A-Fa-f:.]{2,45}]");

  private AccessCommands() {
  }

  static void user(FtpSession session, String argument) throws IOException {
    if (session.lacksTls()) {
      session.emit(EventCatalogue.FTP_LOGIN_IN_CLEAR_REFUSED, Map.of("username", argument.strip(), "listener",
          session.environment().listener().name()));
      session.reply(530, "TLS is required: AUTH TLS first.");
      return;
    }
    session.forgetLogin("the client logs in again");
    session.setUser(argument.strip());
    Optional<OfferedCertificate> certificate = session.certificate();
    if (certificate.isPresent() && session.environment().logins().withCertificate(session.connection(), session.user(),
        certificate.get()) instanceof Login.Accepted(var files)) {
      // RFC 4217 section 10.1: no password is needed.
      accepted(session, files, 232);
    } else {
      session.reply(331, "Password required.");
    }
  }

  static void pass(FtpSession session, String argument) throws IOException {
    if (session.lacksTls()) {
      session.emit(EventCatalogue.FTP_TLS_REQUIRED, Map.of("command", "PASS", "listener",
          session.environment().listener().name()));
      session.reply(530, "TLS is required: AUTH TLS first.");
      return;
    }
    if (session.user().isEmpty()) {
      session.reply(503, session.isLoggedIn() ? "Already logged in." : "USER first.");
      return;
    }
    switch (session.environment().logins().withPassword(session.connection(), session.user(), argument,
        false)) {
      case Login.Accepted(var files) -> accepted(session, files, 230);
      case Login.PasswordExpired(var _, var sentence) -> failed(session, sentence);
      case Login.TooWeak(var farewell) -> failed(session, farewell);
      case Login.TooMany(var farewell) -> session.endWith(new Reply(421, farewell), "too many connections");
      case Login.Refused _, Login.MoreNeeded _ -> failed(session, "Login incorrect.");
    }
  }

  private static void accepted(FtpSession session, FileSession files, int code) throws IOException {
    session.loggedIn(files);
    session.emit(EventCatalogue.FTP_STARTED, Map.of("real_path", files.realRoot(), "virtual_path",
        files.currentFolder().toString()));
    session.reply(code, "Logged in.");
  }

  private static void failed(FtpSession session, String sentence) throws IOException {
    if (session.loginFailed() >= MOST_FAILED_LOGINS) {
      session.endWith(new Reply(421, "Login incorrect; too many tries."), "too many failed logins");
    } else {
      session.reply(530, sentence);
    }
  }

  /** A host is chosen before a user (RFC 7151 section 3.3); all names lead to the same accounts. */
  static void host(FtpSession session, String argument) throws IOException {
    if (session.isLoggedIn() || !session.user().isEmpty()) {
      session.reply(503, "HOST comes before USER.");
    } else if (HOST.matcher(argument.strip()).matches()) {
      session.reply(220, "Stationmaster ready.");
    } else {
      session.reply(501, "That is no host name.");
    }
  }

  static void acct(FtpSession session, String argument) throws IOException {
    session.reply(202, "No account needed.");
  }

  static void rein(FtpSession session, String argument) throws IOException {
    session.forgetLogin("the client logged out");
    session.reply(220, "Ready for a new user.");
  }

  static void quit(FtpSession session, String argument) throws IOException {
    session.emit(EventCatalogue.FTP_QUIT, Map.of());
    if (session.running().isPresent()) {
      session.quitAfterTransfer();
    } else {
      session.endWith(new Reply(221, "Goodbye."), "");
    }
  }
}
