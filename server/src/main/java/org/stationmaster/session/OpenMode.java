package org.stationmaster.session;

/** What a file is opened for, by the six names that operators of SFTPPlus filter on. */
public enum OpenMode {
  READING("reading"),
  READING_WITH_APPEND("reading with append"),
  WRITING("writing"),
  WRITING_WITH_APPEND("writing with append"),
  READING_AND_WRITING("reading and writing"),
  READING_AND_WRITING_WITH_APPEND("reading and writing with append");

  private final String title;

  OpenMode(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
