/**
 * What arrived: the table {@code arrival}. Storage writes it as its journal; who tells others about arrivals will read
 * it in the order of the ids. Wired by the root, called by nobody else; knows no protocol.
 */
package org.stationmaster.arrival;
