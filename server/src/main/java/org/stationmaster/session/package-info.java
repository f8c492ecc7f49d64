/**
 * The core that every listener adapts to: connections, login, and file operations. Permission, limits, publishing and
 * events are decided here, once for all protocols.
 */
package org.stationmaster.session;
