package org.stationmaster.config;

/**
 * The port for health checks.
 *
 * @param enabled whether it is opened
 * @param address loopback unless there is a reason
 * @param port the TCP port; 0 takes any free one
 */
public record StatusSettings(boolean enabled, String address, int port) {
}
