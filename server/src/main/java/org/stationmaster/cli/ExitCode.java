package org.stationmaster.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a command tells the script that called it. */
final class ExitCode {
  /** Done; also a server that was asked to stop and has. */
  static final int SUCCESS = 0;
  /** Not done. */
  static final int FAILED = 1;
  /** The configuration or the command line is wrong. */
  static final int CONFIGURATION_OR_USAGE = 2;
  /** An address or port cannot be opened. */
  static final int ADDRESS_NOT_AVAILABLE = 3;
  /** Nothing is broken, and something asks for attention; of {@code doctor} alone. */
  static final int WARNINGS = 4;

  private ExitCode() {
  }

  /** For the foot of every help text. */
  static Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    descriptions.put(" " + SUCCESS, "success");
    descriptions.put(" " + FAILED, "failed");
    descriptions.put(" " + CONFIGURATION_OR_USAGE, "the configuration or the command line is wrong");
    descriptions.put(" " + ADDRESS_NOT_AVAILABLE, "an address or port cannot be opened");
    return descriptions;
  }
}
