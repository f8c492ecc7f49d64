package org.stationmaster;

/** The daemon could not start, for a reason other than configuration and addresses. */
public final class StartFailed extends Exception {
  private static final long serialVersionUID = 1;

  StartFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
