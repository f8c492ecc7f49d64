package org.stationmaster.sftp;

import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.StorageException;

/** The status codes of version 3 (draft-ietf-secsh-filexfer-02 section 7); later codes confuse its clients. */
enum SftpStatus {
  OK(0),
  END_OF_FILE(1),
  NO_SUCH_FILE(2),
  PERMISSION_DENIED(3),
  FAILURE(4),
  BAD_MESSAGE(5),
  UNSUPPORTED(8);

  private final int code;

  SftpStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static SftpStatus of(StorageException failure) {
    return switch (failure) {
      case StorageException.NotFound _ -> NO_SUCH_FILE;
      case StorageException.PathRefused _ -> PERMISSION_DENIED;
      case StorageException.AlreadyExists _ -> FAILURE;
      case StorageException.WrongKind _ -> FAILURE;
      case StorageException.DiskFull _ -> FAILURE;
      case StorageException.TooLarge _ -> FAILURE;
      case StorageException.Objected _, StorageException.Failed _ -> FAILURE;
    };
  }

  static SftpStatus of(PermissionDenied failure) {
    return PERMISSION_DENIED;
  }
}
