package org.stationmaster.doctor;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.Optional;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.StatusSettings;

/** Whether each listener gets its port. */
final class PortsCheck {
  private static final String NO_LOGGER = "The server starts all listeners or none, so no logger is served.";

  private final Subject subject;
  private final Findings findings;
  private final Sockets sockets = Sockets.now();

  private PortsCheck(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** A port that the configuration names. */
  private record Door(String owner, String key, String address, int port, String why) {
    String name() {
      return "port " + port + " of " + owner;
    }
  }

  static void look(Subject subject, Findings findings) {
    PortsCheck check = new PortsCheck(subject, findings);
    for (ListenerSettings listener : subject.configuration().listeners()) {
      Door door = new Door("listener " + listener.name(), "listeners." + listener.name(), listener.address(),
          listener.port(), NO_LOGGER);
      Optional<String> open = subject.server().flatMap(server -> Optional.ofNullable(server.listeners()
          .get(listener.name())));
      if (open.isPresent()) {
        findings.ok("Listener " + listener.name() + " accepts on " + open.get() + ".");
      } else {
        check.look(door);
      }
    }
    StatusSettings status = subject.configuration().status();
    if (status.enabled()) {
      check.look(new Door("the status page", "status", status.address(), status.port(),
          "Loggers are served all the same, but nobody sees /health, /ready and the figures."));
    }
  }

  private void look(Door door) {
    if (door.port() == 0) {
      findings.ok("The port of " + door.owner() + " is any free one.");
      return;
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(door.address());
    } catch (IOException e) {
      noAddress(door);
      return;
    }
    Optional<Sockets.Listening> taken = sockets.on(address, door.port());
    if (taken.isPresent()) {
      taken(door, taken.get());
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      // As the listeners do: on a machine without IPv6, :: is every address that it has.
      socket.bind(address.isAnyLocalAddress() && address instanceof Inet6Address
          ? new InetSocketAddress(door.port()) : new InetSocketAddress(address, door.port()));
      findings.ok(capital(door.name()) + " is free.");
    } catch (BindException e) {
      refused(door, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      findings.error(capital(door.name()) + " cannot be opened: " + e.getMessage() + ".", door.why(), "Set "
          + door.key() + ".port to another port.");
    }
  }

  private void taken(Door door, Sockets.Listening socket) {
    Optional<Sockets.Owner> owner = socket.owner();
    if (owner.isPresent() && subject.server().filter(server -> server.pid() == owner.get().pid()).isPresent()) {
      findings.ok(capital(door.name()) + " is open in the running server.");
      return;
    }
    findings.error(capital(door.name()) + " is taken by " + owner.map(Sockets.Owner::toString)
        .orElse("a program of user number " + socket.user()) + ".", door.why(),
        owner.map(Sockets.Owner::stop).orElse("sudo ss -ltnp sport = :" + door.port() + " shows which")
        + " (or set " + door.key() + ".port to another port)");
  }

  private void refused(Door door, String reason) {
    if (reason.contains("Permission denied")) {
      findings.error("User " + System.getProperty("user.name") + " may not open " + door.name() + ": ports below "
          + Kernel.setting("net.ipv4.ip_unprivileged_port_start").orElse("1024") + " need a privilege.", door.why(),
          "sudo sysctl -w net.ipv4.ip_unprivileged_port_start=" + door.port() + " (under systemd, instead,"
          + " AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit; or set " + door.key() + ".port above 1023)");
    } else if (reason.contains("assign")) {
      noAddress(door);
    } else {
      findings.error(capital(door.name()) + " cannot be opened: " + reason + ".", door.why(),
          "sudo ss -tanp sport = :" + door.port() + " shows who has it (or set " + door.key() + ".port)");
    }
  }

  private void noAddress(Door door) {
    findings.error("This machine has no address " + door.address() + ", at which " + door.owner() + " is to listen.",
        door.why(), "Set " + door.key() + ".address to one of \"ip -brief address\", or to \"::\" for all.");
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
