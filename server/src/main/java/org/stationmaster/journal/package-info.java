/**
 * Events in a database of their own, for those who ask later. Written by one output, read by the command line, while
 * the server runs and while it does not.
 */
package org.stationmaster.journal;
