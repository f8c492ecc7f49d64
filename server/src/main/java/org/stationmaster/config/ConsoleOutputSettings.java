package org.stationmaster.config;

/**
 * Events on standard output.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param layout what a line looks like
 */
public record ConsoleOutputSettings(String name, EventSelection selection, LayoutSettings layout)
    implements OutputSettings {
}
