package org.stationmaster.config;

/**
 * Events on standard output.
 *
 * @param name see {@link OutputSettings#name()}
 */
public record ConsoleOutputSettings(String name) implements OutputSettings {
}
