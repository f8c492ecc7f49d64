/**
 * Puts configuration, keys and state of an installation into one file, and back. The files of the stations are not part
 * of it. Only the command line calls it; it knows the settings and the database, and nothing of listeners.
 */
package org.stationmaster.backup;
