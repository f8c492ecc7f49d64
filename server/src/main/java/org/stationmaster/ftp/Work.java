package org.stationmaster.ftp;

import java.time.Duration;

/** What goes on beside the commands of a session, on a thread of its own; a session has one at a time. */
interface Work extends Runnable {
  /**
   * Ends it without a result.
   *
   * @param reason a clause for the event log
   * @param sentence for the client
   * @return false if it is too late
   */
  boolean cancel(String reason, String sentence);

  /** Cancels it if nothing has moved for {@code limit}. */
  void cancelIfSilent(long now, Duration limit);

  /** Waits for its end; false if that takes longer than {@code limit}. */
  boolean awaitEnd(Duration limit) throws InterruptedException;

  /** Waits for its end. */
  void awaitEnd() throws InterruptedException;

  /** How far it is, as a sentence. */
  String progress();
}
