package org.stationmaster.config;

/** A place that events go to; of which kind it is says its type. Two that are equal need not be replaced on reload. */
public sealed interface OutputSettings permits ConsoleOutputSettings, FileOutputSettings,
    ReliableOutputSettings, SyslogOutputSettings {
  /** What the operator calls it; unique. */
  String name();

  /** Which events go there. */
  EventSelection selection();
}
