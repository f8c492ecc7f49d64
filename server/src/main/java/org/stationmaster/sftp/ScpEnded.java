package org.stationmaster.sftp;

import java.io.IOException;

/** A copy cannot go on: the client is gone, gives up, or is not understood. The message is a clause. */
final class ScpEnded extends IOException {
  private static final long serialVersionUID = 1;

  ScpEnded(String message) {
    super(message);
  }
}
