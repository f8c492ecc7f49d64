package org.stationmaster.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs a program for each event.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param command the program and its arguments; {@code {field}} stands for what the event says
 * @param folder where it runs
 * @param concurrency how many run at the same time
 * @param timeout after which it is killed, with all that it started
 * @param retry what becomes of arrivals for which it fails
 */
public record CommandOutputSettings(String name, EventSelection selection, List<String> command, Path folder,
    int concurrency, Duration timeout, RetrySettings retry) implements ReliableOutputSettings {
  /** Copies the list. */
  public CommandOutputSettings {
    command = List.copyOf(command);
  }
}
