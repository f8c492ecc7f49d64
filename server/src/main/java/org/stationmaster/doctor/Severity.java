package org.stationmaster.doctor;

import java.util.Locale;

/** How bad a finding is, the worst first. */
public enum Severity {
  /** Some logger cannot deliver, or files are in danger. */
  ERROR,
  /** It works until something happens, or for some loggers only. */
  WARNING,
  /** Worth knowing. */
  NOTE,
  /** Looked at, and well. */
  OK;

  /** As reports and scripts have it: {@code warning}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
