/**
 * The settings: read from command line, environment and file, checked as a whole, handed out as immutable records.
 * All settings are rows of one table, from which validation, defaults, variable names, the shipped file and the manual
 * page come. Everyone may read the records; this package knows nobody.
 */
package org.stationmaster.config;
