package org.stationmaster.config;

import java.util.Locale;

/** What the OK for an upload promises ({@code storage.durability}). Publishing is one atomic step in every case. */
public enum Durability {
  /** The file survives a loss of power: bytes, name and the record of its arrival are on disk. */
  FULL,
  /** The bytes are on disk before the file gets its name; the name may be lost with the power. */
  DATA,
  /** Nothing is waited for: what survives a loss of power is up to the operating system. */
  NONE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
