package org.stationmaster.outbox;

import org.stationmaster.event.Event;

/**
 * An event on its way to somebody outside.
 *
 * @param key the same whenever the same thing is told again, so that a receiver can see that it knows it
 * @param id the number of the arrival that it tells of, else 0
 * @param event what is told
 */
record Notice(String key, long id, Event event) {
  String account() {
    return event.origin().account();
  }
}
