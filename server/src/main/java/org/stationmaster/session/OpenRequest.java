package org.stationmaster.session;

/**
 * How a client asks for a file to be opened; the flags of SSH_FXP_OPEN (draft-ietf-secsh-filexfer-02 section 6.3),
 * to which FTP's commands are translated.
 *
 * @param read it will be read
 * @param write it will be written
 * @param append every write goes to its end, whatever offset the client sends
 * @param create it is created if it is missing
 * @param truncate its former bytes are dropped
 * @param exclusive it must not exist
 * @param parents folders above it that are missing are created with it
 * @param offset where FTP's REST has it begin; for writing the file is cut there
 */
public record OpenRequest(boolean read, boolean write, boolean append, boolean create, boolean truncate,
    boolean exclusive, boolean parents, long offset) {
  /** FTP RETR from {@code offset}. */
  public static OpenRequest retrieve(long offset) {
    return new OpenRequest(true, false, false, false, false, false, false, offset);
  }

  /** FTP STOR from {@code offset}; from 0 the file is written anew. */
  public static OpenRequest store(long offset) {
    return new OpenRequest(false, true, false, true, offset == 0, false, true, offset);
  }

  /** FTP APPE. */
  public static OpenRequest storeAtEnd() {
    return new OpenRequest(false, true, true, true, false, false, true, 0);
  }

  /** FTP STOU: a name that must be new. */
  public static OpenRequest storeNew() {
    return new OpenRequest(false, true, false, true, false, true, true, 0);
  }

  /** The same, but missing folders are an error unless {@code wanted}. */
  public OpenRequest withParents(boolean wanted) {
    return new OpenRequest(read, write, append, create, truncate, exclusive, wanted, offset);
  }

  /** Its name in events. */
  public OpenMode mode() {
    if (read && write) {
      return append ? OpenMode.READING_AND_WRITING_WITH_APPEND : OpenMode.READING_AND_WRITING;
    }
    if (write) {
      return append ? OpenMode.WRITING_WITH_APPEND : OpenMode.WRITING;
    }
    return append ? OpenMode.READING_WITH_APPEND : OpenMode.READING;
  }
}
