package org.stationmaster.config;

import java.util.Locale;

/** What an event is about. There are no severities: a reader filters by group, by number or by field. */
public enum EventGroup {
  ADMINISTRATION, AUTHENTICATED, AUTHENTICATION, CLIENT_SIDE, COMPONENT_ACTIVATION, FAILURE, FAILURE_CRITICAL,
  FAILURE_HIGH, FILE_OPERATION, FTP, INFORMATIONAL, OPERATION_APPEND, OPERATION_CREATE_FOLDER, OPERATION_DELETE,
  OPERATION_READ, OPERATION_RENAME, OPERATION_WRITE, OPERATIONAL, PROCESS, SESSION, SSH, SUCCESS;

  /** The name as operators write it, such as {@code failure-high}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
