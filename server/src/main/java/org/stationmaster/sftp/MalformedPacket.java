package org.stationmaster.sftp;

/** Bytes that are not a packet of SFTP version 3. The message is a clause for the event log. */
final class MalformedPacket extends Exception {
  private static final long serialVersionUID = 1;

  MalformedPacket(String message) {
    super(message);
  }
}
