package org.stationmaster.ftp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.stationmaster.config.PassiveAddress;
import org.stationmaster.config.PassiveSettings;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** What a listener tells clients in PASV. */
final class PassiveAddresses {
  private final PassiveSettings settings;
  private final Map<PassiveAddress, HostName> names = new HashMap<>();

  PassiveAddresses(PassiveSettings settings, Events events, Origin origin) {
    this.settings = settings;
    Stream.concat(Stream.of(settings.address()), settings.addresses().stream().map(PassiveSettings.Rule::address))
        .filter(address -> !address.isControl() && literal(address).isEmpty())
        .forEach(address -> names.computeIfAbsent(address,
            _ -> new HostName(address.text(), InetAddress::getAllByName, HostName.FRESH, events, origin)));
  }

  /** Asks for the names once, so that a wrong one is in the event log before the first client needs it. */
  void prepare() {
    names.values().forEach(name -> Thread.ofVirtual().name("passive-address-first").start(name::address));
  }

  /** The setting that decides what {@code client} is told. */
  PassiveAddress settingFor(InetAddress client) {
    return settings.addressFor(client);
  }

  /** What {@code client} is told, which has connected to {@code local}; empty if the name in the setting has none. */
  Optional<Inet4Address> tell(InetAddress client, Inet4Address local) {
    PassiveAddress setting = settingFor(client);
    return setting.isControl() ? Optional.of(local)
        : literal(setting).or(() -> names.get(setting).address());
  }

  private static Optional<Inet4Address> literal(PassiveAddress address) {
    try {
      return Optional.of((Inet4Address) InetAddress.ofLiteral(address.text()));
    } catch (IllegalArgumentException expected) {
      return Optional.empty();
    }
  }
}
