package org.stationmaster.storage;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What Linux answers when it refuses, and what that means to a person. */
enum Errno {
  EPERM(1, failed("permission denied by the operating system: the server's user lacks rights there")),
  ENOENT(2, StorageException.NotFound::new, "no such file or folder"),
  EINTR(4, failed("the operating system broke it off")),
  EIO(5, failed("the disk reports an input or output error")),
  EAGAIN(11, failed("the folder changed all the time")),
  EACCES(13, failed("permission denied by the operating system: the server's user lacks rights there")),
  EBUSY(16, failed("it is in use by the system, for example as a mount point")),
  EEXIST(17, StorageException.AlreadyExists::new, "it exists already"),
  EXDEV(18, failed("the two names are on different file systems")),
  ENOTDIR(20, StorageException.WrongKind::new, "a part of the path is not a folder"),
  EISDIR(21, StorageException.WrongKind::new, "it is a folder"),
  EINVAL(22, failed("the file system does not accept it")),
  ENFILE(23, failed("the system has too many open files")),
  EMFILE(24, failed("the server has too many open files; raise its limit (LimitNOFILE, ulimit -n)")),
  EFBIG(27, StorageException.TooLarge::new, "the file is larger than the file system allows"),
  ENOSPC(28, message -> new StorageException.DiskFull(message, null), "the disk is full"),
  EROFS(30, failed("the file system is read-only")),
  EMLINK(31, failed("the folder holds as many folders as the file system allows")),
  ENAMETOOLONG(36, StorageException.PathRefused::new, "a name in the path, or all of it, is too long"),
  ENOSYS(38, failed("the operating system does not know how")),
  ENOTEMPTY(39, StorageException.WrongKind::new, "the folder is not empty"),
  ELOOP(40, StorageException.PathRefused::new, "a symbolic link is in the path"),
  EILSEQ(84, StorageException.PathRefused::new, "the file system does not accept a name in the path"),
  EOPNOTSUPP(95, failed("the file system does not know how")),
  ESTALE(116, failed("the network file system has lost it")),
  EDQUOT(122, message -> new StorageException.DiskFull(message, null), "the disk quota of the server's user is full");

  private static final Map<Integer, Errno> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(errno -> errno.number, errno -> errno));

  /** What a system call returns for it. */
  final long result;
  private final int number;
  private final Function<String, StorageException> exception;
  private final String clause;

  Errno(int number, Function<String, StorageException> exception, String clause) {
    this.number = number;
    this.result = -number;
    this.exception = exception;
    this.clause = clause;
  }

  Errno(int number, Failure failure) {
    this(number, message -> new StorageException.Failed(message, null), failure.clause());
  }

  private record Failure(String clause) {
  }

  private static Failure failed(String clause) {
    return new Failure(clause);
  }

  /** The exception for a negative {@code result}. */
  static StorageException exception(long result) {
    Errno errno = BY_NUMBER.get((int) -result);
    return errno == null ? new StorageException.Failed("the operating system answers with error " + -result, null)
        : errno.exception.apply(errno.clause);
  }

  /** Passes a result of 0 or more on. */
  static long check(long result) throws StorageException {
    if (result < 0) {
      throw exception(result);
    }
    return result;
  }
}
