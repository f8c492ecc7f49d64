/** Stationmaster. */
package org.stationmaster;
