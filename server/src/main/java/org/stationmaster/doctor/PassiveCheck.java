package org.stationmaster.doctor;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.PassiveAddress;
import org.stationmaster.config.PassiveSettings;
import org.stationmaster.config.PortRange;

/** Whether the data connections of FTP find their way: the passive ports, and the address that PASV tells. */
final class PassiveCheck {
  private static final int FEW_PORTS = 10;
  private static final String RESERVED = "net.ipv4.ip_local_reserved_ports";

  private final Subject subject;
  private final Findings findings;

  private PassiveCheck(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  static void look(Subject subject, Findings findings) {
    if (subject.ftpListeners().isEmpty()) {
      findings.ok("There is no FTP listener, so no passive ports are needed.");
      return;
    }
    new PassiveCheck(subject, findings).look();
  }

  private void look() {
    Map<PortRange, List<String>> ranges = new LinkedHashMap<>();
    for (FtpListenerSettings listener : subject.ftpListeners()) {
      ranges.computeIfAbsent(listener.passive().ports(), _ -> new ArrayList<>()).add(listener.name());
    }
    Sockets sockets = Sockets.now();
    ranges.forEach((range, names) -> {
      keptFromClients(range);
      free(range, sockets);
      enough(range, names);
    });
    List<PortRange> all = List.copyOf(ranges.keySet());
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        apart(all.get(i), ranges.get(all.get(i)), all.get(j), ranges.get(all.get(j)));
      }
    }
    addresses();
  }

  private void keptFromClients(PortRange range) {
    Optional<PortRange> clients = Kernel.setting("net.ipv4.ip_local_port_range").flatMap(PassiveCheck::range);
    if (clients.isEmpty() || !overlap(range, clients.get())) {
      findings.ok("The passive ports " + range + " lie outside of the ports that programs here get for connections of"
          + " their own.");
      return;
    }
    String reserved = Kernel.setting(RESERVED).orElse("");
    if (isReserved(range, clients.get(), reserved)) {
      findings.ok("The passive ports " + range + " are reserved (" + RESERVED + ").");
      return;
    }
    findings.warning("The passive ports " + range + " lie within " + clients.get() + ", from which any program here"
        + " gets ports for connections of its own.", "A port that such a connection has is missing for a logger's"
        + " transfer.", "sudo sysctl -w " + RESERVED + "=" + (reserved.isEmpty() ? "" : reserved + ",") + range
        + " (for good: the same in a file below /etc/sysctl.d)");
  }

  private static Optional<PortRange> range(String text) {
    String[] bounds = text.split("[\\s-]+");
    return bounds.length == 2 ? Optional.of(new PortRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1])))
        : Optional.empty();
  }

  /** The kernel joins neighbours, so one entry must hold all of what is shared. */
  private static boolean isReserved(PortRange range, PortRange clients, String reserved) {
    int first = Math.max(range.first(), clients.first());
    int last = Math.min(range.last(), clients.last());
    return Stream.of(reserved.split(",")).map(PassiveCheck::range).flatMap(Optional::stream)
        .anyMatch(entry -> entry.contains(first) && entry.contains(last));
  }

  private static boolean overlap(PortRange one, PortRange other) {
    return one.first() <= other.last() && other.first() <= one.last();
  }

  private void free(PortRange range, Sockets sockets) {
    for (Sockets.Listening socket : sockets.all()) {
      if (range.contains(socket.port())) {
        Optional<Sockets.Owner> owner = socket.owner();
        if (owner.isEmpty() || subject.server().filter(server -> server.pid() == owner.get().pid()).isEmpty()) {
          findings.warning("Port " + socket.port() + " of the passive ports " + range + " is taken by "
              + owner.map(Sockets.Owner::toString).orElse("a program of user number " + socket.user()) + ".",
              "It is missing for a logger's transfer.", owner.map(Sockets.Owner::stop)
              .orElse("sudo ss -ltnp sport = :" + socket.port() + " shows which") + " (or move ftp.passive-ports)");
          return;
        }
      }
    }
  }

  private void enough(PortRange range, List<String> listeners) {
    int loggers = subject.loggers();
    String what = "The " + range.size() + " passive ports " + range + " of " + String.join(", ", listeners)
        + " are " + (range.size() < loggers ? "fewer than the " + loggers + " accounts." : "few.");
    String why = "Each running transfer or listing over FTP needs one; loggers that call at the same minute wait"
        + " for a free one, and are refused with 421 in the end.";
    String remedy = "Widen ftp.passive-ports, and the firewall with it, e.g. 45001-45999.";
    if (range.size() < FEW_PORTS || range.size() * 10L < loggers) {
      findings.warning(what, why, remedy);
    } else if (range.size() < loggers) {
      findings.note(what, why, remedy);
    } else {
      findings.ok("There are " + range.size() + " passive ports; accounts that can log in: " + loggers + ".");
    }
  }

  private void apart(PortRange one, List<String> owners, PortRange other, List<String> otherOwners) {
    if (overlap(one, other)) {
      findings.warning("The passive ports " + one + " of " + String.join(", ", owners) + " and " + other + " of "
          + String.join(", ", otherOwners) + " overlap and are not the same.", "Each listener takes ports that the"
          + " other believes to be free, and a logger's transfer finds none now and then.", "Give them the same range,"
          + " which they share, or ranges without common ports.");
    }
  }

  private void addresses() {
    Set<String> told = new LinkedHashSet<>();
    boolean isControl = false;
    for (FtpListenerSettings listener : subject.ftpListeners()) {
      PassiveSettings passive = listener.passive();
      Stream<PassiveAddress> all = Stream.concat(Stream.of(passive.address()), passive.addresses().stream()
          .map(PassiveSettings.Rule::address));
      all.filter(address -> !address.isControl()).forEach(address -> told.add(address.text()));
      isControl |= passive.address().isControl();
    }
    told.forEach(this::address);
    if (isControl) {
      control();
    }
  }

  private void control() {
    List<InetAddress> own = ownAddresses();
    if (own.stream().noneMatch(address -> address instanceof Inet4Address && !isPrivate(address))) {
      findings.note("This machine has no public IPv4 address, and PASV tells clients the one that they have connected"
          + " to as it arrives here.", "Loggers that come through a router with address translation (NAT) log in,"
          + " and then no transfer begins.", "If loggers come from outside: set ftp.passive-address to the public"
          + " address of the router, and have it forward the passive ports too.");
    } else {
      findings.ok("PASV tells clients the address that they have connected to.");
    }
  }

  private void address(String text) {
    InetAddress address;
    try {
      address = InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      findings.error("The passive address " + text + " is not known to the name service.", "PASV has no address to"
          + " tell, so that no logger transfers over FTP.", "getent ahostsv4 " + text + " (mend the name service, or"
          + " set ftp.passive-address to an IPv4 address)");
      return;
    }
    boolean isOwn = ownAddresses().contains(address);
    if (!(address instanceof Inet4Address)) {
      findings.error("The passive address " + text + " is no IPv4 address.", "A reply to PASV has room for IPv4 only"
          + " (RFC 959).", "Set ftp.passive-address to an IPv4 address; loggers with IPv6 use EPSV, which needs none.");
    } else if (address.isLoopbackAddress()) {
      findings.error("The passive address " + text + " is " + address.getHostAddress() + ", this machine itself.",
          "A logger that is told so connects to itself.", "Set ftp.passive-address to the address that loggers reach,"
          + " or to control.");
    } else if (isPrivate(address)) {
      findings.warning("The passive address " + text + " is " + address.getHostAddress() + ", which is private"
          + (isOwn ? " and this machine's own." : "."), "Loggers outside of that network log in, and then no transfer"
          + " begins.", "Set ftp.passive-address to the public address; for loggers inside add a rule to"
          + " ftp.passive-addresses, e.g. [{from: [10.0.0.0/8], address: control}].");
    } else if (isOwn) {
      findings.ok("The passive address " + text + " is this machine's own.");
    } else {
      findings.ok("The passive address " + text + " is public; the router in front must forward the passive ports.");
    }
  }

  /** RFC 1918, RFC 3927 and the carriers' own, RFC 6598. */
  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean isShared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    return address.isSiteLocalAddress() || address.isLinkLocalAddress() || address.isLoopbackAddress() || isShared;
  }

  private static List<InetAddress> ownAddresses() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    } catch (SocketException expected) {
      return List.of();
    }
  }
}
