package org.stationmaster.config;

import java.net.InetAddress;
import java.util.List;

/**
 * Who may come in at a listener.
 *
 * @param sources where callers may come from
 * @param most connections at the same time; 0 is any
 * @param proxies from where the PROXY protocol is spoken, always and by nobody else
 */
public record EntranceSettings(SourceRules sources, int most, List<Network> proxies) {
  /** Everybody. */
  public static final EntranceSettings OPEN = new EntranceSettings(SourceRules.ANYWHERE, 0, List.of());

  /** Copies the list. */
  public EntranceSettings {
    proxies = List.copyOf(proxies);
  }

  /** Whether a proxy calls from there. */
  public boolean isProxy(InetAddress address) {
    for (Network network : proxies) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
