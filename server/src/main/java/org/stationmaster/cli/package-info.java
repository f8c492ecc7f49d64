/**
 * The command line: what an operator types. Prints for people, and as JSON for scripts. One class per command, listed
 * in {@link org.stationmaster.cli.Cli}; what all of them share (home, settings, streams, exit codes, passwords) exists
 * once. May call every other package; nobody but the main class calls it.
 */
package org.stationmaster.cli;
