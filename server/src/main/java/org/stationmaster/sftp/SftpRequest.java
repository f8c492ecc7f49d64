package org.stationmaster.sftp;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.StorageException;

/** The requests of version 3 (draft-ietf-secsh-filexfer-02 section 6): number and who answers. */
enum SftpRequest {
  INIT(1, SftpConversation::initialize),
  OPEN(3, SftpConversation::open),
  CLOSE(4, SftpConversation::close),
  READ(5, SftpConversation::read),
  WRITE(6, SftpConversation::write),
  LSTAT(7, SftpConversation::describe),
  FSTAT(8, SftpConversation::describeHandle),
  SETSTAT(9, SftpConversation::setAttributes),
  FSETSTAT(10, SftpConversation::setHandleAttributes),
  OPENDIR(11, SftpConversation::openFolder),
  READDIR(12, SftpConversation::readFolder),
  REMOVE(13, SftpConversation::removeFile),
  MKDIR(14, SftpConversation::createFolder),
  RMDIR(15, SftpConversation::removeFolder),
  REALPATH(16, SftpConversation::canonicalName),
  STAT(17, SftpConversation::describeTarget),
  RENAME(18, SftpConversation::rename),
  READLINK(19, SftpConversation::refuseReadingLink),
  SYMLINK(20, SftpConversation::refuseLink),
  EXTENDED(200, SftpConversation::extended);

  /** The answers. */
  static final int VERSION = 2;
  static final int STATUS = 101;
  static final int HANDLE = 102;
  static final int DATA = 103;
  static final int NAME = 104;
  static final int ATTRIBUTES = 105;
  static final int EXTENDED_REPLY = 201;

  /** Answers one request; whatever it throws becomes a status. */
  @FunctionalInterface
  interface Handler {
    void answer(SftpConversation conversation, int id, SftpPacket packet)
        throws MalformedPacket, StorageException, PermissionDenied;
  }

  private static final Map<Integer, SftpRequest> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(request -> request.code, Function.identity()));

  private final int code;
  private final Handler handler;

  SftpRequest(int code, Handler handler) {
    this.code = code;
    this.handler = handler;
  }

  static Optional<SftpRequest> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  int code() {
    return code;
  }

  Handler handler() {
    return handler;
  }

  /** The extensions that are answered; OpenSSH's PROTOCOL document, section 4. */
  enum Extension {
    POSIX_RENAME("posix-rename@openssh.com", "1", SftpConversation::rename),
    FSYNC("fsync@openssh.com", "1", SftpConversation::force),
    LIMITS("limits@openssh.com", "1", SftpConversation::limits),
    LSETSTAT("lsetstat@openssh.com", "1", SftpConversation::setAttributes),
    STATVFS("statvfs@openssh.com", "2", SftpExtensions::fileSystem),
    FSTATVFS("fstatvfs@openssh.com", "2", SftpExtensions::fileSystemOfHandle),
    EXPAND_PATH("expand-path@openssh.com", "1", SftpExtensions::expandPath),
    COPY_DATA("copy-data", "1", SftpExtensions::copyData),
    HOME_DIRECTORY("home-directory", "1", SftpExtensions::home),
    USERS_GROUPS_BY_ID("users-groups-by-id@openssh.com", "1", SftpExtensions::names),
    HARDLINK("hardlink@openssh.com", "", SftpExtensions::refuseHardLink);

    private final String title;
    private final String version;
    private final Handler handler;

    /** With an empty {@code version} it is not advertised, only refused in a sentence. */
    Extension(String title, String version, Handler handler) {
      this.title = title;
      this.version = version;
      this.handler = handler;
    }

    static Optional<Extension> of(String title) {
      return Arrays.stream(values()).filter(extension -> extension.title.equals(title)).findAny();
    }

    String title() {
      return title;
    }

    /** As it is advertised, a number in decimal; empty if it is not. */
    String version() {
      return version;
    }

    Handler handler() {
      return handler;
    }
  }
}
