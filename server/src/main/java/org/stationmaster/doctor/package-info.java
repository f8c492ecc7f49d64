/**
 * Looks at a host as an experienced colleague would, and says what keeps loggers from being served, why it matters to
 * them and what to do. It changes nothing. One class per topic, all of them in the table of
 * {@link org.stationmaster.doctor.Doctor}; only the command line calls it, and what a running server knows of itself
 * comes to it from there.
 */
package org.stationmaster.doctor;
