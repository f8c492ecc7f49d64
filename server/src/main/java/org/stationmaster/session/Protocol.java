package org.stationmaster.session;

import org.stationmaster.event.EventCatalogue;

/** What is spoken on a connection, and the numbers that its file operations have in the event log. */
public enum Protocol {
  /** SFTP over SSH. */
  SFTP("SFTP", FileEvents.SSH),
  /** FTP, in clear text or with explicit TLS. */
  FTP("FTP", FileEvents.FTP),
  /** FTP with implicit TLS. */
  FTPS("FTPS", FileEvents.FTP);

  private final String title;
  private final FileEvents events;

  Protocol(String title, FileEvents events) {
    this.title = title;
    this.events = events;
  }

  FileEvents events() {
    return events;
  }

  @Override
  public String toString() {
    return title;
  }

  /** An operation's event when it is asked for, done and failed. */
  record Step(EventCatalogue requested, EventCatalogue done, EventCatalogue failed) {
  }

  /** The events of one use of a file. */
  record Transfer(Step open, EventCatalogue closed, EventCatalogue incomplete, EventCatalogue closeFailed) {
  }

  /** The event numbers of one protocol family. {@code open.requested} is null where a protocol has no such moment. */
  enum FileEvents {
    SSH(
        new Step(EventCatalogue.SFTP_LIST, EventCatalogue.SFTP_LISTED, EventCatalogue.SFTP_LIST_FAILED),
        new Step(EventCatalogue.SFTP_ATTRIBUTES, EventCatalogue.SFTP_ATTRIBUTES_READ,
            EventCatalogue.SFTP_ATTRIBUTES_FAILED),
        new Step(EventCatalogue.SFTP_SET_ATTRIBUTES, EventCatalogue.SFTP_ATTRIBUTES_SET,
            EventCatalogue.SFTP_SET_ATTRIBUTES_FAILED),
        new Step(EventCatalogue.SFTP_CREATE_FOLDER, EventCatalogue.SFTP_FOLDER_CREATED,
            EventCatalogue.SFTP_CREATE_FOLDER_FAILED),
        new Step(EventCatalogue.SFTP_DELETE_FOLDER, EventCatalogue.SFTP_FOLDER_DELETED,
            EventCatalogue.SFTP_DELETE_FOLDER_FAILED),
        new Step(EventCatalogue.SFTP_DELETE, EventCatalogue.SFTP_DELETED, EventCatalogue.SFTP_DELETE_FAILED),
        new Step(EventCatalogue.SFTP_RENAME, EventCatalogue.SFTP_RENAMED, EventCatalogue.SFTP_RENAME_FAILED)) {
      private final Step open = new Step(null, EventCatalogue.SFTP_OPENED, EventCatalogue.SFTP_OPEN_FAILED);

      @Override
      Transfer transfer(OpenMode mode) {
        return switch (mode) {
          case READING, READING_WITH_APPEND -> new Transfer(open, EventCatalogue.SFTP_READ_CLOSED,
              EventCatalogue.SFTP_READ_INCOMPLETE, EventCatalogue.SFTP_CLOSE_FAILED);
          case WRITING, WRITING_WITH_APPEND -> new Transfer(open, EventCatalogue.SFTP_WRITE_CLOSED,
              EventCatalogue.SFTP_WRITE_INCOMPLETE, EventCatalogue.SFTP_CLOSE_FAILED);
          case READING_AND_WRITING, READING_AND_WRITING_WITH_APPEND -> new Transfer(open,
              EventCatalogue.SFTP_CLOSED_READ_WRITE, EventCatalogue.SFTP_READ_WRITE_INCOMPLETE,
              EventCatalogue.SFTP_CLOSE_FAILED);
        };
      }
    },
    FTP(
        new Step(EventCatalogue.FTP_LIST, EventCatalogue.FTP_LISTED, EventCatalogue.FTP_LIST_FAILED),
        new Step(EventCatalogue.FTP_ATTRIBUTES, EventCatalogue.FTP_ATTRIBUTES_READ,
            EventCatalogue.FTP_ATTRIBUTES_FAILED),
        new Step(EventCatalogue.FTP_SET_ATTRIBUTES, EventCatalogue.FTP_ATTRIBUTES_SET,
            EventCatalogue.FTP_SET_ATTRIBUTES_FAILED),
        new Step(EventCatalogue.FTP_CREATE_FOLDER, EventCatalogue.FTP_FOLDER_CREATED,
            EventCatalogue.FTP_CREATE_FOLDER_FAILED),
        new Step(EventCatalogue.FTP_DELETE_FOLDER, EventCatalogue.FTP_FOLDER_DELETED,
            EventCatalogue.FTP_DELETE_FOLDER_FAILED),
        new Step(EventCatalogue.FTP_DELETE, EventCatalogue.FTP_DELETED, EventCatalogue.FTP_DELETE_FAILED),
        new Step(EventCatalogue.FTP_RENAME, EventCatalogue.FTP_RENAMED, EventCatalogue.FTP_RENAME_FAILED)) {
      @Override
      Transfer transfer(OpenMode mode) {
        return switch (mode) {
          case READING, READING_WITH_APPEND -> new Transfer(new Step(EventCatalogue.FTP_RETRIEVE,
              EventCatalogue.FTP_RETRIEVE_OPENED, EventCatalogue.FTP_RETRIEVE_OPEN_FAILED),
              EventCatalogue.FTP_RETRIEVED, EventCatalogue.FTP_RETRIEVE_FAILED, EventCatalogue.FTP_RETRIEVE_FAILED);
          case WRITING_WITH_APPEND, READING_AND_WRITING_WITH_APPEND -> new Transfer(new Step(
              EventCatalogue.FTP_APPEND, EventCatalogue.FTP_APPEND_OPENED, EventCatalogue.FTP_APPEND_OPEN_FAILED),
              EventCatalogue.FTP_STORED, EventCatalogue.FTP_STORE_FAILED, EventCatalogue.FTP_STORE_FAILED);
          case WRITING, READING_AND_WRITING -> new Transfer(new Step(EventCatalogue.FTP_STORE,
              EventCatalogue.FTP_STORE_OPENED, EventCatalogue.FTP_STORE_OPEN_FAILED), EventCatalogue.FTP_STORED,
              EventCatalogue.FTP_STORE_FAILED, EventCatalogue.FTP_STORE_FAILED);
        };
      }
    };

    final Step list;
    final Step attributes;
    final Step setAttributes;
    final Step createFolder;
    final Step deleteFolder;
    final Step delete;
    final Step rename;

    FileEvents(Step list, Step attributes, Step setAttributes, Step createFolder, Step deleteFolder, Step delete,
        Step rename) {
      this.list = list;
      this.attributes = attributes;
      this.setAttributes = setAttributes;
      this.createFolder = createFolder;
      this.deleteFolder = deleteFolder;
      this.delete = delete;
      this.rename = rename;
    }

    abstract Transfer transfer(OpenMode mode);
  }
}
