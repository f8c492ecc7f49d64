package org.stationmaster.ftp;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stationmaster.event.EventCatalogue;

/** Encryption (RFC 2228, RFC 4217). */
final class TlsCommands {
  private static final Set<String> MECHANISMS = Set.of("TLS", "TLS-C", "SSL", "TLS-P");
  /** These protect data as well, without being asked by PROT. */
  private static final Set<String> PROTECTING = Set.of("SSL", "TLS-P");

  private TlsCommands() {
  }

  static void auth(FtpSession session, String argument) throws IOException {
    String mechanism = argument.strip().toUpperCase(Locale.ROOT);
    if (session.isSecured()) {
      session.reply(503, "TLS is on already.");
      return;
    }
    if (!MECHANISMS.contains(mechanism)) {
      session.reply(504, "Use AUTH TLS.");
      return;
    }
    session.emit(EventCatalogue.FTP_AUTH_TLS, Map.of());
    // A client begins TLS when it has read the 234. Whatever comes before may have been put there by someone else, and
    // would be executed as if it had come inside TLS (CVE-2011-0411).
    int unread = session.unreadBytes();
    if (unread > 0) {
      session.emit(EventCatalogue.FTP_PIPELINED_BEHIND_AUTH, Map.of("count", unread));
      session.endWith(new Reply(421, "Nothing may follow AUTH before TLS."), "commands in clear text behind AUTH");
      return;
    }
    session.forgetLogin("the client begins TLS");
    session.reply(234, "Begin TLS.");
    if (session.secure()) {
      session.parameters().setDataProtected(PROTECTING.contains(mechanism));
    }
  }

  static void pbsz(FtpSession session, String argument) throws IOException {
    if (session.isSecured()) {
      session.reply(200, "PBSZ=0");
    } else {
      session.reply(503, "AUTH TLS first.");
    }
  }

  static void prot(FtpSession session, String argument) throws IOException {
    if (!session.isSecured()) {
      session.reply(503, "AUTH TLS first.");
      return;
    }
    switch (argument.strip().toUpperCase(Locale.ROOT)) {
      case "P" -> {
        session.parameters().setDataProtected(true);
        session.reply(200, "Data connections are encrypted.");
      }
      case "C" -> clear(session);
      case "S", "E" -> session.reply(536, "Use PROT P.");
      default -> session.reply(504, "Use PROT P.");
    }
  }

  private static void clear(FtpSession session) throws IOException {
    if (session.needsEncryptedData()) {
      session.reply(534, "PROT P is required here.");
    } else {
      session.parameters().setDataProtected(false);
      session.reply(200, "Data connections are in clear text.");
    }
  }

  /** Refused unless the listener's settings say otherwise (RFC 4217 section 12.3). */
  static void ccc(FtpSession session, String argument) throws IOException {
    if (!session.isSecured()) {
      session.emit(EventCatalogue.FTP_CCC_IN_CLEAR, Map.of());
      session.reply(503, "AUTH TLS first.");
    } else if (!session.offer().settings().allowsClearCommands()) {
      session.emit(EventCatalogue.FTP_CCC_REFUSED, Map.of("listener", session.environment().listener().name()));
      session.reply(534, "The command connection stays encrypted.");
    } else if (!session.isLoggedIn()) {
      session.reply(530, "Log in first: USER and PASS.");
    } else {
      session.reply(200, "In clear text from now on.");
      session.endTls();
      session.emit(EventCatalogue.FTP_CCC_DONE, Map.of());
    }
  }
}
