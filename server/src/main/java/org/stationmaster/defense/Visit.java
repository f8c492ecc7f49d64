package org.stationmaster.defense;

import java.net.InetSocketAddress;

/** A caller that was let in. */
public final class Visit {
  private final InetSocketAddress caller;

  Visit(InetSocketAddress caller) {
    this.caller = caller;
  }

  /** Where it calls from. */
  public InetSocketAddress caller() {
    return caller;
  }
}
