package org.stationmaster.doctor;

/** Looks at one topic. */
@FunctionalInterface
interface Check {
  void look(Subject subject, Findings findings);
}
