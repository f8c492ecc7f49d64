package org.stationmaster.ftp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.event.EventCatalogue;

/** How the next transfer will go (RFC 959 section 4.1.2, RFC 2428, RFC 3659 section 5). */
final class ParameterCommands {
  private static final Set<String> TYPES = Set.of("A", "A N", "I", "I N", "L 8", "L8");
  /** What else RFC 959 has: these are understood, and refused. */
  private static final Pattern OTHER_TYPES = Pattern.compile("[AE]( [NTC])?|I( [TC])?|L ?\\d{1,3}");
  private static final Pattern ALLOCATION = Pattern.compile("(\\d{1,18})( [Rr] .*)?");
  private static final int FIRST_UNPRIVILEGED_PORT = 1024;

  private ParameterCommands() {
  }

  static void type(FtpSession session, String argument) throws IOException {
    String type = argument.strip().toUpperCase(Locale.ROOT);
    if (TYPES.contains(type)) {
      session.parameters().setText(type.startsWith("A"));
      session.emit(EventCatalogue.FTP_TYPE_SET, Map.of("type", type));
      session.reply(200, "Type is " + type + ".");
    } else {
      session.emit(EventCatalogue.FTP_UNKNOWN_TYPE, Map.of("type", argument.strip()));
      session.reply(OTHER_TYPES.matcher(type).matches() ? 504 : 501, "Use TYPE A, TYPE I or TYPE L 8.");
    }
  }

  static void stru(FtpSession session, String argument) throws IOException {
    onlyOne(session, argument, "STRU", "F", "RP");
  }

  static void mode(FtpSession session, String argument) throws IOException {
    onlyOne(session, argument, "MODE", "S", "BCZ");
  }

  /** With the {@code others} that other servers have. */
  private static void onlyOne(FtpSession session, String argument, String verb, String value, String others)
      throws IOException {
    String said = argument.strip().toUpperCase(Locale.ROOT);
    if (said.equals(value)) {
      session.reply(200, verb + " is " + value + ".");
    } else {
      session.reply(said.length() == 1 && others.contains(said) ? 504 : 501, "Use " + verb + " " + value + ".");
    }
  }

  static void rest(FtpSession session, String argument) throws IOException {
    session.parameters().takeRestart();
    try {
      long offset = Long.parseLong(argument.strip());
      if (offset >= 0) {
        session.parameters().setRestart(offset);
        session.reply(350, "Restarting at " + offset + ".");
        return;
      }
    } catch (NumberFormatException expected) {
      // Answered below.
    }
    session.reply(501, "Usage: REST offset");
  }

  /** RFC 959 section 4.1.3: {@code ALLO 12345} or, with a record size that means nothing here, {@code 12345 R 80}. */
  static void allo(FtpSession session, String argument) throws IOException {
    Matcher size = ALLOCATION.matcher(argument.strip());
    // What makes no sense is accepted too: firmware sends it, and nothing depends on it.
    if (size.matches()) {
      long announced = Long.parseLong(size.group(1));
      session.files().checkRoom(announced);
      session.parameters().setAnnounced(announced);
    }
    session.reply(202, "No space needs to be allocated.");
  }

  static void pasv(FtpSession session, String argument) throws IOException {
    if (refusesOtherThanEpsv(session, "PASV")) {
      return;
    }
    if (!(session.calledAddress() instanceof Inet4Address local)) {
      session.emit(EventCatalogue.FTP_PASV_OVER_IPV6, Map.of("address", session.calledAddress().getHostAddress()));
      session.reply(425, "PASV is for IPv4 only; use EPSV.");
      return;
    }
    PassiveAddresses addresses = session.passiveAddresses();
    Optional<Inet4Address> told = addresses.tell(session.peer().getAddress(), local);
    if (told.isEmpty()) {
      noPort(session, "PASV", "the passive-address " + addresses.settingFor(session.peer().getAddress())
          + " has no IPv4 address");
      session.reply(425, "The server's passive-address is unknown.");
      return;
    }
    Optional<DataRoute.Passive> route = listen(session, "PASV", told.get());
    if (route.isPresent()) {
      session.reply(227, "Entering Passive Mode (" + HostPort.format(told.get(), route.get().port()) + ").");
    }
  }

  static void epsv(FtpSession session, String argument) throws IOException {
    String wanted = argument.strip().toUpperCase(Locale.ROOT);
    String own = HostPort.protocol(session.calledAddress());
    if (wanted.equals("ALL")) {
      session.parameters().allowOnlyExtendedPassive();
      session.reply(200, "Only EPSV from now on.");
    } else if (wanted.isEmpty() || wanted.equals(own)) {
      Optional<DataRoute.Passive> route = listen(session, "EPSV", session.calledAddress());
      if (route.isPresent()) {
        session.reply(229, "Entering Extended Passive Mode (|||" + route.get().port() + "|).");
      }
    } else {
      session.reply(522, "Network protocol not supported, use (" + own + ")");
    }
  }

  private static Optional<DataRoute.Passive> listen(FtpSession session, String mode, InetAddress told)
      throws IOException {
    // The port of the last PASV is given back first, or a client that repeats PASV waits for its own.
    session.parameters().closeRoute();
    Optional<PassivePorts.Lease> lease;
    try {
      lease = session.environment().passivePorts().open(session.localAddress(),
          session.environment().ftp().passivePortWait());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lease = Optional.empty();
    }
    if (lease.isEmpty()) {
      noPort(session, mode, "all of them wait for clients or belong to other programs; widen the range (passive-ports)"
          + " and open it in the firewall, or have clients wait longer (ftp.passive-port-wait)");
      session.reply(425, "No passive port is free; try again.");
      return Optional.empty();
    }
    DataRoute.Passive route = new DataRoute.Passive(lease.get(), told, session.localAddress(),
        session.peer().getAddress(), mode, session::emit, session.environment());
    session.parameters().setRoute(route);
    session.emit(EventCatalogue.FTP_PASSIVE_READY, Map.of("address", told.getHostAddress(), "port", route.port(),
        "mode", mode));
    return Optional.of(route);
  }

  private static void noPort(FtpSession session, String mode, String details) {
    session.emit(EventCatalogue.FTP_NO_PASSIVE_PORT, Map.of("port_range",
        session.environment().passivePorts().range().toString(), "details", details, "mode", mode));
  }

  private static boolean refusesOtherThanEpsv(FtpSession session, String verb) throws IOException {
    if (session.parameters().onlyExtendedPassive()) {
      session.reply(503, verb + " is not possible after EPSV ALL.");
      return true;
    }
    return false;
  }

  static void port(FtpSession session, String argument) throws IOException {
    if (refusesOtherThanEpsv(session, "PORT")) {
      return;
    }
    try {
      connectTo(session, "PORT", argument, HostPort.parsePort(argument));
    } catch (HostPort.Malformed e) {
      badAddress(session, "PORT", argument, e.getMessage());
    }
  }

  static void eprt(FtpSession session, String argument) throws IOException {
    if (refusesOtherThanEpsv(session, "EPRT")) {
      return;
    }
    try {
      InetSocketAddress target = HostPort.parseExtendedPort(argument);
      if (HostPort.protocol(target.getAddress()).equals(HostPort.protocol(session.localAddress()))) {
        connectTo(session, "EPRT", argument, target);
        return;
      }
    } catch (HostPort.Malformed e) {
      badAddress(session, "EPRT", argument, e.getMessage());
      return;
    } catch (HostPort.UnknownProtocol expected) {
      // Answered below.
    }
    session.reply(522, "Network protocol not supported, use (" + HostPort.protocol(session.localAddress()) + ")");
  }

  /** Nobody may have the server call someone else (RFC 2577 section 3), or a service below port 1024. */
  private static void connectTo(FtpSession session, String verb, String argument, InetSocketAddress target)
      throws IOException {
    if (!target.getAddress().equals(session.peer().getAddress())) {
      badAddress(session, verb, argument, "it is not the client's own address "
          + session.peer().getAddress().getHostAddress()
          + Advice.foreignTarget(target.getAddress(), session.peer().getAddress()));
    } else if (target.getPort() < FIRST_UNPRIVILEGED_PORT) {
      badAddress(session, verb, argument, "ports below " + FIRST_UNPRIVILEGED_PORT + " are not called");
    } else {
      // The client's address as it is known here: the one that it says lacks the zone of a link-local one (RFC 4007).
      InetSocketAddress peer = new InetSocketAddress(session.peer().getAddress(), target.getPort());
      session.parameters().setRoute(new DataRoute.Active(session.activeSource(), session.localAddress(), peer,
          session::emit));
      session.emit(EventCatalogue.FTP_ACTIVE_REQUESTED, Map.of("address", target.getAddress().getHostAddress(), "port",
          target.getPort(), "mode", verb));
      session.reply(200, verb + " accepted.");
    }
  }

  private static void badAddress(FtpSession session, String verb, String argument, String details)
      throws IOException {
    session.emit(EventCatalogue.FTP_BAD_ADDRESS, Map.of("command", verb, "address", argument.strip(), "details",
        details));
    session.reply(501, verb + " refused: " + details + ".");
  }
}
