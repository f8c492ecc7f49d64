package org.stationmaster.doctor;

/**
 * One thing that was looked at.
 *
 * @param severity how bad it is
 * @param topic the row of the table of checks, such as {@code ports}
 * @param what a sentence
 * @param why what it means for a logger or its files, a sentence; empty if all is well
 * @param remedy what to do, where possible a command to copy; empty if all is well
 */
public record Finding(Severity severity, String topic, String what, String why, String remedy) {
}
