/* Disturbs a program at a chosen system call: for tests that must not depend on luck. Loaded with LD_PRELOAD.
 *
 * FAULT_PROGRAM  the program's name; others that it starts run undisturbed
 * FAULT_PATH     only calls on files with this text in their path count
 * FAULT_CALLS    only these calls count: a list of open (for writing), write, fsync, truncate, rename, remove, mkdir
 * FAULT_AT       the number, from 1, of the call at which it happens
 * FAULT_ACTION   kill      end before the call, as SIGKILL does
 *                torn      end after the call, which of a write did only half
 *                term      SIGTERM before the call, which then goes on
 *                powerloss end before the call, and with it every process of the group
 *                full      from here on the disk is full: half of this write succeeds
 *                quota     the same, where a quota is used up
 *                broken    the same, where the disk no longer takes anything, and says so when it is synchronised
 *                readonly  from here on nothing can be changed
 *                move      FAULT_MOVE, a folder, gets the name FAULT_MOVE.gone; then go on
 *                stop      wait for SIGCONT
 * FAULT_LOG      where to note every call that counts
 * FAULT_TRACE    where to record all that is written, in a form that power_loss.py reads; of every program
 * FAULT_TREE     the beginning of the paths that are recorded
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;

static const char* setting(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

static int is_listed(const char* call) {
  const char* list = setting("FAULT_CALLS");
  const char* found = strstr(list, call);
  return *list == '\0' || found != NULL;
}

static void note(const char* call, const char* path) {
  const char* log = setting("FAULT_LOG");
  if (*log == '\0') return;
  char line[5000];
  const int size = snprintf(line, sizeof line, "%s %s\n", call, path);
  const int file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
  syscall(SYS_write, file, line, size);
  syscall(SYS_close, file);
}

/* One record: call, inode, offset, number of bytes, two paths, then the bytes. In one call, so that records stay whole.
 * Writes are recorded before they happen, all else when it is done: until then nothing is certain. */
static void record(const char* call, unsigned long inode, long offset, const char* path, const char* to, const void* bytes,
                   size_t size) {
  const char* trace = setting("FAULT_TRACE");
  const char* tree = setting("FAULT_TREE");
  if (*trace == '\0' || strncmp(path, tree, strlen(tree)) != 0) return;
  char head[9000];
  const int length = snprintf(head, sizeof head, "%s\t%lu\t%ld\t%zu\t%s\t%s\n", call, inode, offset, size, path, to);
  const struct iovec parts[] = {{head, (size_t)length}, {(void*)bytes, size}};
  const int file = (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  syscall(SYS_writev, file, parts, 2);
  syscall(SYS_close, file);
}

static void path_of(int file, char* path, size_t size) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, size - 1);
  path[length > 0 ? length : 0] = '\0';
}

static void record_file(const char* call, int file, long offset, const void* bytes, size_t size) {
  if (*setting("FAULT_TRACE") == '\0') return;
  char path[4100];
  struct stat status;
  path_of(file, path, sizeof path);
  if (fstat(file, &status) == 0) record(call, status.st_ino, offset, path, "", bytes, size);
}

enum verdict { GO_ON, HALF_THEN_DIE, DISK_IS_FULL, DISK_IS_FULL_NOW, READ_ONLY };

/* What a full disk, a quota that is used up, and a broken disk say. */
static int disk_error(void) {
  const char* action = setting("FAULT_ACTION");
  return strcmp(action, "quota") == 0 ? EDQUOT : strcmp(action, "broken") == 0 ? EIO : ENOSPC;
}

/* What is to happen at this call. */
static enum verdict judge(const char* call, const char* path) {
  if (strcmp(program_invocation_short_name, setting("FAULT_PROGRAM")) != 0) return GO_ON;
  if (!is_listed(call) || !strstr(path, setting("FAULT_PATH"))) return GO_ON;
  note(call, path);
  const int number = atomic_fetch_add(&calls, 1) + 1;
  const int at = atoi(setting("FAULT_AT"));
  const char* action = setting("FAULT_ACTION");
  if (at == 0 || number < at) return GO_ON;
  if (strcmp(action, "full") == 0 || strcmp(action, "quota") == 0 || strcmp(action, "broken") == 0) {
    return number == at ? DISK_IS_FULL_NOW : DISK_IS_FULL;
  }
  if (strcmp(action, "readonly") == 0) return READ_ONLY;
  if (number > at) return GO_ON;
  if (strcmp(action, "torn") == 0) return HALF_THEN_DIE;
  if (strcmp(action, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(action, "term") == 0) kill(getpid(), SIGTERM);
  if (strcmp(action, "powerloss") == 0) kill(0, SIGKILL);
  if (strcmp(action, "stop") == 0) kill(getpid(), SIGSTOP);
  if (strcmp(action, "move") == 0) {
    char gone[4200];
    snprintf(gone, sizeof gone, "%s.gone", setting("FAULT_MOVE"));
    syscall(SYS_rename, setting("FAULT_MOVE"), gone);
  }
  return GO_ON;
}

static enum verdict judge_file(const char* call, int file) {
  char path[4100];
  path_of(file, path, sizeof path);
  return judge(call, path);
}

/* For calls that are done as a whole or not at all. */
static long decide(enum verdict verdict, long number, long a, long b, long c, long d) {
  if (verdict == READ_ONLY || verdict == DISK_IS_FULL) {
    errno = verdict == READ_ONLY ? EROFS : disk_error();
    return -1;
  }
  const long result = syscall(number, a, b, c, d);
  if (verdict == HALF_THEN_DIE) kill(getpid(), SIGKILL);
  return result;
}

static ssize_t write_at(int file, const void* bytes, size_t size, long offset) {
  const enum verdict verdict = judge_file("write", file);
  if (verdict == DISK_IS_FULL || verdict == READ_ONLY) {
    errno = verdict == READ_ONLY ? EROFS : disk_error();
    return -1;
  }
  if (verdict == HALF_THEN_DIE || verdict == DISK_IS_FULL_NOW) size /= 2;
  const int whence = fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR;
  record_file("write", file, offset < 0 ? lseek(file, 0, whence) : offset, bytes, size);
  const ssize_t written =
      offset < 0 ? syscall(SYS_write, file, bytes, size) : syscall(SYS_pwrite64, file, bytes, size, offset);
  if (verdict == HALF_THEN_DIE) kill(getpid(), SIGKILL);
  return written;
}

ssize_t write(int file, const void* bytes, size_t size) { return write_at(file, bytes, size, -1); }
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) { return write_at(file, bytes, size, offset); }
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset) { return write_at(file, bytes, size, offset); }

ssize_t writev(int file, const struct iovec* parts, int count) {
  ssize_t written = 0;
  for (int part = 0; part < count; ++part) {
    const ssize_t now = write(file, parts[part].iov_base, parts[part].iov_len);
    if (now < 0) return written > 0 ? written : now;
    written += now;
    if ((size_t)now < parts[part].iov_len) break;
  }
  return written;
}

int fsync(int file) {
  const enum verdict verdict = judge_file("fsync", file);
  const int fails = verdict != DISK_IS_FULL || disk_error() == EIO;
  const int result = (int)decide(fails ? verdict : GO_ON, SYS_fsync, file, 0, 0, 0);
  if (result == 0) record_file("fsync", file, 0, "", 0);
  return result;
}

int ftruncate(int file, off_t size) {
  const enum verdict verdict = judge_file("truncate", file);
  record_file("truncate", file, size, "", 0);
  return (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_ftruncate, file, size, 0, 0);
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

int rename(const char* from, const char* to) {
  const enum verdict verdict = judge("rename", to);
  const int result = (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_rename, (long)from, (long)to, 0, 0);
  if (result == 0) record("rename", 0, 0, from, to, "", 0);
  return result;
}

static int remove_file(const char* path, int flags) {
  const enum verdict verdict = judge("remove", path);
  const int result = (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_unlinkat, AT_FDCWD, (long)path, flags, 0);
  if (result == 0) record("remove", 0, 0, path, "", "", 0);
  return result;
}
int unlink(const char* path) { return remove_file(path, 0); }
int remove(const char* path) {
  struct stat status;
  return remove_file(path, lstat(path, &status) == 0 && S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdir(const char* path, mode_t mode) {
  const int result = (int)decide(judge("mkdir", path), SYS_mkdirat, AT_FDCWD, (long)path, mode, 0);
  if (result == 0) record("mkdir", 0, 0, path, "", "", 0);
  return result;
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (!(flags & (O_WRONLY | O_RDWR))) return (int)decide(GO_ON, SYS_openat, AT_FDCWD, (long)path, flags, mode);
  const int file = (int)decide(judge("open", path), SYS_openat, AT_FDCWD, (long)path, flags, mode);
  if (file >= 0) record_file(flags & O_TRUNC ? "create" : "open", file, 0, "", 0);
  return file;
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open(path, flags, mode);
}
