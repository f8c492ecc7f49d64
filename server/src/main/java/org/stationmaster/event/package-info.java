/**
 * Numbered events: the catalogue of all that can happen, and the way from where it happens to the outputs. Everyone
 * may emit; this package knows nobody. Message texts live in the catalogue and nowhere else.
 */
package org.stationmaster.event;
