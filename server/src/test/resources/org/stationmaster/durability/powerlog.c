/*
 * Writes down what a process does to its files, in order, so that a test can work out what a loss of power may leave.
 *
 * Preloaded (LD_PRELOAD) into the daemon. It stands before libc's file calls, and before libc's syscall(2), through
 * which the daemon's storage makes its own. Of what lies below one of the folders in POWERLOG_ROOTS (separated by ":")
 * every change and every sync becomes a record in the file POWERLOG_FILE; nothing else is changed, with one exception:
 * a sync does not go to the disk, it only takes its time. Nobody pulls the plug, so the disk would add nothing.
 *
 * What a record means, and what it does not:
 *   - Changes happen one at a time (one lock), and their records stand in the order in which they happened.
 *   - A sync has two records: "begin" when the call was made, "end" before it returned. What was written before "begin"
 *     is durable once "end" is there; what other threads write meanwhile may be durable or not, as on a real disk.
 *   - A change that is killed between the call and its record never happened: nobody can have been told of it.
 *   - Files and folders are named by inode number. A number is used again only after its file is gone, and then a
 *     "create" or "folder" record comes first.
 *   - What is not modelled ends the process with a record that says so, rather than let a test pass wrongly: an exchange
 *     of two names, a file opened with O_SYNC or O_TMPFILE, a writable shared mapping (except of SQLite's -shm, which is
 *     made anew after a crash), syncfs(2), symbolic links.
 *
 * POWERLOG_DROP names a kind of sync that is answered with success and not recorded, as if the call were not in the
 * code: "data" (files below the first root), "folder" (folders below the first root), "journal" (all below the others).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CREATE = 1, FOLDER, LINK, RENAME, REMOVE, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, FAILURE };

struct record {
  uint32_t type;
  uint16_t name_length;
  uint16_t new_name_length;
  uint64_t a;
  uint64_t b;
  uint64_t length;
};

static const int RENAME_EXCHANGE_FLAG = 2;
static const unsigned long FICLONE_REQUEST = 0x40049409;
static const unsigned long FICLONERANGE_REQUEST = 0x4020940d;
enum { ROOTS = 8, LONGEST = 4352 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char roots[ROOTS][LONGEST];
static int root_count;
static int log_fd = -1;
static uint64_t last_sync;
static const char *dropped = "";

/* The kernel itself, beneath everything that is interposed here. */
static long raw(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
      : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
#error "neither x86_64 nor aarch64"
#endif
}

static void put(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    long count = raw(SYS_write, log_fd, (long) at, (long) length, 0, 0, 0);
    if (count <= 0) {
      abort();
    }
    at += count;
    length -= (size_t) count;
  }
}

/* The lock is held. */
static void record(uint32_t type, uint64_t a, uint64_t b, const char *name, const char *new_name, const void *data,
    uint64_t length) {
  struct record head = {type, (uint16_t) strlen(name), (uint16_t) strlen(new_name), a, b, length};
  char text[sizeof head + 2 * LONGEST];
  memcpy(text, &head, sizeof head);
  memcpy(text + sizeof head, name, head.name_length);
  memcpy(text + sizeof head + head.name_length, new_name, head.new_name_length);
  put(text, sizeof head + head.name_length + head.new_name_length);
  if (data != NULL) {
    put(data, length);
  }
}

static void fail(const char *what) {
  record(FAILURE, 0, 0, what, "", NULL, 0);
  abort();
}

/* The number of the root that the descriptor's path lies below, -1 if none. */
static int root_of(int fd) {
  char link[64];
  char path[LONGEST];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long length = raw(SYS_readlinkat, AT_FDCWD, (long) link, (long) path, sizeof path - 1, 0, 0);
  if (length <= 0) {
    return -1;
  }
  path[length] = 0;
  for (int i = 0; i < root_count; i++) {
    size_t n = strlen(roots[i]);
    if (strncmp(path, roots[i], n) == 0 && (path[n] == 0 || path[n] == '/')) {
      return i;
    }
  }
  return -1;
}

static int is_shared_memory(int fd) {
  char link[64];
  char path[LONGEST];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long length = raw(SYS_readlinkat, AT_FDCWD, (long) link, (long) path, sizeof path, 0, 0);
  return length > 4 && memcmp(path + length - 4, "-shm", 4) == 0;
}

static uint64_t inode(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static int is_file(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static int watches(int fd) {
  return log_fd >= 0 && is_file(fd) && root_of(fd) >= 0;
}

/* Where a name stands: its folder's inode, 0 if the folder is not watched. */
struct place {
  uint64_t folder;
  char name[256];
};

static struct place locate(int at, const char *path) {
  struct place place = {0, ""};
  char parent[LONGEST];
  if (log_fd < 0 || path == NULL || strlen(path) >= sizeof parent) {
    return place;
  }
  strcpy(parent, path);
  size_t length = strlen(parent);
  while (length > 1 && parent[length - 1] == '/') {
    parent[--length] = 0;
  }
  char *slash = strrchr(parent, '/');
  const char *name = slash == NULL ? parent : slash + 1;
  if (strlen(name) >= sizeof place.name) {
    return place;
  }
  strcpy(place.name, name);
  if (slash == NULL) {
    strcpy(parent, ".");
  } else {
    slash[slash == parent ? 1 : 0] = 0;
  }
  long fd = raw(SYS_openat, at, (long) parent, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  if (fd >= 0) {
    if (root_of((int) fd) >= 0) {
      place.folder = inode((int) fd);
    }
    raw(SYS_close, fd, 0, 0, 0, 0, 0);
  }
  return place;
}

static uint64_t inode_at(int at, const char *path) {
  struct stat status;
  return fstatat(at, path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino : 0;
}

static long opening(long number, long a, long b, long c, long d) {
  const char *path = (const char *) b;
  uint64_t flags = number == SYS_openat2 ? ((const struct open_how *) c)->flags : (uint64_t) (uint32_t) c;
  if (log_fd < 0 || (flags & (O_CREAT | O_TRUNC | O_SYNC | O_DSYNC | (O_TMPFILE & ~O_DIRECTORY))) == 0) {
    return raw(number, a, b, c, d, 0, 0);
  }
  pthread_mutex_lock(&lock);
  struct place place = locate((int) a, path);
  uint64_t before = place.folder == 0 ? 0 : inode_at((int) a, path);
  long fd = raw(number, a, b, c, d, 0, 0);
  if (fd >= 0 && place.folder != 0) {
    if ((flags & (O_DSYNC | (O_TMPFILE & ~O_DIRECTORY))) != 0) {
      fail("a file was opened with O_SYNC, O_DSYNC or O_TMPFILE");
    }
    if (before == 0) {
      record(CREATE, place.folder, inode((int) fd), place.name, "", NULL, 0);
    } else if ((flags & O_TRUNC) != 0) {
      record(TRUNCATE, before, 0, "", "", NULL, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static uint64_t place_of_next_write(int fd) {
  struct stat status;
  if ((raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0) & O_APPEND) != 0 && fstat(fd, &status) == 0) {
    return (uint64_t) status.st_size;
  }
  return (uint64_t) raw(SYS_lseek, fd, 0, SEEK_CUR, 0, 0, 0);
}

static long writing(long number, long a, long b, long c, long d) {
  if (!watches((int) a)) {
    return raw(number, a, b, c, d, 0, 0);
  }
  pthread_mutex_lock(&lock);
  int is_placed = number == SYS_pwrite64 || number == SYS_pwritev;
  uint64_t offset = is_placed ? (uint64_t) d : place_of_next_write((int) a);
  long count = raw(number, a, b, c, d, 0, 0);
  if (count > 0 && (number == SYS_write || number == SYS_pwrite64)) {
    record(WRITE, inode((int) a), offset, "", "", (const void *) b, (uint64_t) count);
  } else if (count > 0) {
    const struct iovec *part = (const struct iovec *) b;
    for (long left = count; left > 0; part++) {
      long length = (long) part->iov_len < left ? (long) part->iov_len : left;
      record(WRITE, inode((int) a), offset, "", "", part->iov_base, (uint64_t) length);
      offset += (uint64_t) length;
      left -= length;
    }
  }
  pthread_mutex_unlock(&lock);
  return count;
}

/* The lock is held: what was copied is read once more from where it came from. */
static void record_copy(int in, uint64_t from, int out, uint64_t to, uint64_t length) {
  char block[65536];
  uint64_t number = inode(out);
  while (length > 0) {
    long count = raw(SYS_pread64, in, (long) block, length < sizeof block ? (long) length : (long) sizeof block,
        (long) from, 0, 0);
    if (count <= 0) {
      fail("what was copied cannot be read back");
    }
    record(WRITE, number, to, "", "", block, (uint64_t) count);
    from += (uint64_t) count;
    to += (uint64_t) count;
    length -= (uint64_t) count;
  }
}

static long copying(long a, long b, long c, long d, long e, long f) {
  if (!watches((int) c)) {
    return raw(SYS_copy_file_range, a, b, c, d, e, f);
  }
  pthread_mutex_lock(&lock);
  uint64_t from = b != 0 ? *(uint64_t *) b : (uint64_t) raw(SYS_lseek, a, 0, SEEK_CUR, 0, 0, 0);
  uint64_t to = d != 0 ? *(uint64_t *) d : (uint64_t) raw(SYS_lseek, c, 0, SEEK_CUR, 0, 0, 0);
  long count = raw(SYS_copy_file_range, a, b, c, d, e, f);
  if (count > 0) {
    record_copy((int) a, from, (int) c, to, (uint64_t) count);
  }
  pthread_mutex_unlock(&lock);
  return count;
}

static long sending(long a, long b, long c, long d) {
  if (!watches((int) a)) {
    return raw(SYS_sendfile, a, b, c, d, 0, 0);
  }
  pthread_mutex_lock(&lock);
  uint64_t from = c != 0 ? *(uint64_t *) c : (uint64_t) raw(SYS_lseek, b, 0, SEEK_CUR, 0, 0, 0);
  uint64_t to = place_of_next_write((int) a);
  long count = raw(SYS_sendfile, a, b, c, d, 0, 0);
  if (count > 0) {
    record_copy((int) b, from, (int) a, to, (uint64_t) count);
  }
  pthread_mutex_unlock(&lock);
  return count;
}

static long cloning(long a, long b, long c) {
  if (((unsigned long) b != FICLONE_REQUEST && (unsigned long) b != FICLONERANGE_REQUEST) || !watches((int) a)) {
    return raw(SYS_ioctl, a, b, c, 0, 0, 0);
  }
  pthread_mutex_lock(&lock);
  long result = raw(SYS_ioctl, a, b, c, 0, 0, 0);
  if (result == 0) {
    struct stat status;
    if ((unsigned long) b != FICLONE_REQUEST || fstat((int) c, &status) != 0) {
      fail("a part of a file was cloned");
    }
    record(TRUNCATE, inode((int) a), 0, "", "", NULL, 0);
    record_copy((int) c, 0, (int) a, 0, (uint64_t) status.st_size);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static long sizing(long number, long a, long b, long c, long d) {
  if (!watches((int) a)) {
    return raw(number, a, b, c, d, 0, 0);
  }
  pthread_mutex_lock(&lock);
  long result = raw(number, a, b, c, d, 0, 0);
  if (result == 0) {
    struct stat status;
    if (fstat((int) a, &status) != 0 || (number == SYS_fallocate && (b & ~1L) != 0)) {
      fail("a part of a file was given back");
    }
    record(TRUNCATE, inode((int) a), (uint64_t) status.st_size, "", "", NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static long moving(long a, long b, long c, long d, long e) {
  pthread_mutex_lock(&lock);
  struct place from = locate((int) a, (const char *) b);
  struct place to = locate((int) c, (const char *) d);
  long result = raw(SYS_renameat2, a, b, c, d, e, 0);
  if (result == 0 && (from.folder != 0 || to.folder != 0)) {
    if (from.folder == 0 || to.folder == 0 || (e & RENAME_EXCHANGE_FLAG) != 0) {
      fail("a rename exchanged two names, or came from or went to where nobody watches");
    }
    record(RENAME, from.folder, to.folder, from.name, to.name, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static long removing(long a, long b, long c) {
  pthread_mutex_lock(&lock);
  struct place place = locate((int) a, (const char *) b);
  long result = raw(SYS_unlinkat, a, b, c, 0, 0, 0);
  if (result == 0 && place.folder != 0) {
    record(REMOVE, place.folder, 0, place.name, "", NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static long folding(long a, long b, long c) {
  pthread_mutex_lock(&lock);
  struct place place = locate((int) a, (const char *) b);
  long result = raw(SYS_mkdirat, a, b, c, 0, 0, 0);
  if (result == 0 && place.folder != 0) {
    record(FOLDER, place.folder, inode_at((int) a, (const char *) b), place.name, "", NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static long linking(long a, long b, long c, long d, long e) {
  pthread_mutex_lock(&lock);
  struct place place = locate((int) c, (const char *) d);
  long result = raw(SYS_linkat, a, b, c, d, e, 0);
  if (result == 0 && place.folder != 0) {
    record(LINK, place.folder, inode_at((int) c, (const char *) d), place.name, "", NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

static void take_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct timespec pause = {0, 100000 + (now.tv_nsec / 100 % 1400) * 1000};
  raw(SYS_nanosleep, (long) &pause, 0, 0, 0, 0, 0);
}

static long syncing(long number, long a) {
  int root = log_fd < 0 ? -1 : root_of((int) a);
  if (root < 0) {
    return raw(number, a, 0, 0, 0, 0, 0);
  }
  if (number == SYS_syncfs) {
    fail("syncfs was called");
  }
  const char *kind = root > 0 ? "journal" : is_file((int) a) ? "data" : "folder";
  if (strcmp(kind, dropped) == 0) {
    return 0;
  }
  pthread_mutex_lock(&lock);
  uint64_t id = ++last_sync;
  record(SYNC_BEGIN, inode((int) a), id, "", "", NULL, 0);
  pthread_mutex_unlock(&lock);
  take_time();
  pthread_mutex_lock(&lock);
  record(SYNC_END, 0, id, "", "", NULL, 0);
  pthread_mutex_unlock(&lock);
  return 0;
}

static long mapping(long a, long b, long c, long d, long e, long f) {
  if (log_fd >= 0 && (c & PROT_WRITE) != 0 && (d & MAP_TYPE) == MAP_SHARED && (d & MAP_ANONYMOUS) == 0
      && watches((int) e) && !is_shared_memory((int) e)) {
    pthread_mutex_lock(&lock);
    fail("a file was mapped to be written");
  }
  return raw(SYS_mmap, a, b, c, d, e, f);
}

static long call(long number, long a, long b, long c, long d, long e, long f) {
  switch (number) {
    case SYS_openat:
    case SYS_openat2:
      return opening(number, a, b, c, d);
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
      return writing(number, a, b, c, d);
    case SYS_copy_file_range:
      return copying(a, b, c, d, e, f);
    case SYS_sendfile:
      return sending(a, b, c, d);
    case SYS_ioctl:
      return cloning(a, b, c);
    case SYS_ftruncate:
    case SYS_fallocate:
      return sizing(number, a, b, c, d);
    case SYS_renameat2:
      return moving(a, b, c, d, e);
    case SYS_unlinkat:
      return removing(a, b, c);
    case SYS_mkdirat:
      return folding(a, b, c);
    case SYS_linkat:
      return linking(a, b, c, d, e);
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_syncfs:
      return syncing(number, a);
    case SYS_mmap:
      return mapping(a, b, c, d, e, f);
    default:
      return raw(number, a, b, c, d, e, f);
  }
}

static long answer(long result) {
  if (result < 0 && result > -4096) {
    errno = (int) -result;
    return -1;
  }
  return result;
}

long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a = va_arg(list, long);
  long b = va_arg(list, long);
  long c = va_arg(list, long);
  long d = va_arg(list, long);
  long e = va_arg(list, long);
  long f = va_arg(list, long);
  va_end(list);
  return answer(call(number, a, b, c, d, e, f));
}

/* Java looks syscall(2) up in libc itself, past what is preloaded. */
void *dlsym(void *restrict handle, const char *restrict name) {
  static void *(*real)(void *, const char *);
  if (strcmp(name, "syscall") == 0) {
    return (void *) syscall;
  }
  if (real == NULL) {
    real = (void *(*)(void *, const char *)) dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (real == NULL) {
#if defined(__x86_64__)
      real = (void *(*)(void *, const char *)) dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
#else
      real = (void *(*)(void *, const char *)) dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
#endif
    }
  }
  return real(handle, name);
}

static int open_by_path(int at, const char *path, int flags, va_list list) {
  mode_t mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(list, mode_t) : 0;
  return (int) answer(call(SYS_openat, at, (long) path, flags, mode, 0, 0));
}

#define OPEN(name)                                      \
  int name(const char *path, int flags, ...) {          \
    va_list list;                                       \
    va_start(list, flags);                              \
    int fd = open_by_path(AT_FDCWD, path, flags, list); \
    va_end(list);                                       \
    return fd;                                          \
  }
#define OPENAT(name)                                \
  int name(int at, const char *path, int flags, ...) { \
    va_list list;                                   \
    va_start(list, flags);                          \
    int fd = open_by_path(at, path, flags, list);   \
    va_end(list);                                   \
    return fd;                                      \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define FORWARD(type, name, parameters, ...)     \
  type name parameters {                         \
    return (type) answer(call(__VA_ARGS__));     \
  }
FORWARD(int, creat, (const char *p, mode_t m), SYS_openat, AT_FDCWD, (long) p, O_CREAT | O_WRONLY | O_TRUNC, m, 0, 0)
FORWARD(ssize_t, write, (int fd, const void *b, size_t n), SYS_write, fd, (long) b, (long) n, 0, 0, 0)
FORWARD(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), SYS_pwrite64, fd, (long) b, (long) n, o, 0, 0)
FORWARD(ssize_t, pwrite64, (int fd, const void *b, size_t n, off_t o), SYS_pwrite64, fd, (long) b, (long) n, o, 0, 0)
FORWARD(ssize_t, writev, (int fd, const struct iovec *v, int n), SYS_writev, fd, (long) v, n, 0, 0, 0)
FORWARD(ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t o), SYS_pwritev, fd, (long) v, n, o, 0, 0)
FORWARD(ssize_t, pwritev64, (int fd, const struct iovec *v, int n, off_t o), SYS_pwritev, fd, (long) v, n, o, 0, 0)
FORWARD(int, ftruncate, (int fd, off_t n), SYS_ftruncate, fd, n, 0, 0, 0, 0)
FORWARD(int, ftruncate64, (int fd, off_t n), SYS_ftruncate, fd, n, 0, 0, 0, 0)
FORWARD(int, fallocate, (int fd, int m, off_t o, off_t n), SYS_fallocate, fd, m, o, n, 0, 0)
FORWARD(int, fallocate64, (int fd, int m, off_t o, off_t n), SYS_fallocate, fd, m, o, n, 0, 0)
FORWARD(ssize_t, copy_file_range, (int in, off_t *i, int out, off_t *o, size_t n, unsigned f), SYS_copy_file_range, in,
    (long) i, out, (long) o, (long) n, f)
FORWARD(ssize_t, sendfile, (int out, int in, off_t *o, size_t n), SYS_sendfile, out, in, (long) o, (long) n, 0, 0)
FORWARD(ssize_t, sendfile64, (int out, int in, off_t *o, size_t n), SYS_sendfile, out, in, (long) o, (long) n, 0, 0)
FORWARD(int, rename, (const char *p, const char *q), SYS_renameat2, AT_FDCWD, (long) p, AT_FDCWD, (long) q, 0, 0)
FORWARD(int, renameat, (int at, const char *p, int to, const char *q), SYS_renameat2, at, (long) p, to, (long) q, 0, 0)
FORWARD(int, renameat2, (int at, const char *p, int to, const char *q, unsigned f), SYS_renameat2, at, (long) p, to,
    (long) q, f, 0)
FORWARD(int, unlink, (const char *p), SYS_unlinkat, AT_FDCWD, (long) p, 0, 0, 0, 0)
FORWARD(int, unlinkat, (int at, const char *p, int f), SYS_unlinkat, at, (long) p, f, 0, 0, 0)
FORWARD(int, rmdir, (const char *p), SYS_unlinkat, AT_FDCWD, (long) p, AT_REMOVEDIR, 0, 0, 0)
FORWARD(int, mkdir, (const char *p, mode_t m), SYS_mkdirat, AT_FDCWD, (long) p, m, 0, 0, 0)
FORWARD(int, mkdirat, (int at, const char *p, mode_t m), SYS_mkdirat, at, (long) p, m, 0, 0, 0)
FORWARD(int, link, (const char *p, const char *q), SYS_linkat, AT_FDCWD, (long) p, AT_FDCWD, (long) q, 0, 0)
FORWARD(int, linkat, (int at, const char *p, int to, const char *q, int f), SYS_linkat, at, (long) p, to, (long) q, f,
    0)
FORWARD(int, fsync, (int fd), SYS_fsync, fd, 0, 0, 0, 0, 0)
FORWARD(int, fdatasync, (int fd), SYS_fdatasync, fd, 0, 0, 0, 0, 0)
FORWARD(int, syncfs, (int fd), SYS_syncfs, fd, 0, 0, 0, 0, 0)
FORWARD(void *, mmap, (void *p, size_t n, int r, int f, int fd, off_t o), SYS_mmap, (long) p, (long) n, r, f, fd, o)
FORWARD(void *, mmap64, (void *p, size_t n, int r, int f, int fd, off_t o), SYS_mmap, (long) p, (long) n, r, f, fd, o)

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("POWERLOG_FILE");
  const char *below = getenv("POWERLOG_ROOTS");
  if (file == NULL || below == NULL) {
    return;
  }
  if (getenv("POWERLOG_DROP") != NULL) {
    dropped = getenv("POWERLOG_DROP");
  }
  char list[ROOTS * LONGEST];
  snprintf(list, sizeof list, "%s", below);
  char *rest = NULL;
  for (char *root = strtok_r(list, ":", &rest); root != NULL && root_count < ROOTS;
       root = strtok_r(NULL, ":", &rest)) {
    snprintf(roots[root_count++], LONGEST, "%s", root);
  }
  log_fd = (int) raw(SYS_openat, AT_FDCWD, (long) file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600, 0, 0);
}
