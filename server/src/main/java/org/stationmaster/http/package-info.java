/** The status port: health and readiness for those who watch the server. */
package org.stationmaster.http;
