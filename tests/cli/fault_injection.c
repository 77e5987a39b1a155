/* Disturbs a program at a chosen system call: for tests that must not depend on luck. Loaded with LD_PRELOAD.
 *
 * FAULT_PROGRAM  the program's name; others that it starts run undisturbed
 * FAULT_PATH     only calls on files with this text in their path count
 * FAULT_CALLS    only these calls count: a list of open (for writing), write, fsync, truncate, rename, remove, mkdir
 * FAULT_AT       the number, from 1, of the call at which it happens
 * FAULT_ACTION   kill      end before the call, as SIGKILL does
 *                torn      end after the call, which of a write did only half
 *                full      from here on the disk is full: half of this write succeeds
 *                readonly  from here on nothing can be changed
 *                move      FAULT_MOVE, a folder, gets the name FAULT_MOVE.gone; then go on
 *                stop      wait for SIGCONT
 * FAULT_LOG      where to note every call that counts
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

enum verdict { GO_ON, HALF_THEN_DIE, DISK_IS_FULL, DISK_IS_FULL_NOW, READ_ONLY };

/* What is to happen at this call. */
static enum verdict judge(const char* call, const char* path) {
  if (strcmp(program_invocation_short_name, setting("FAULT_PROGRAM")) != 0) return GO_ON;
  if (!is_listed(call) || !strstr(path, setting("FAULT_PATH"))) return GO_ON;
  note(call, path);
  const int number = atomic_fetch_add(&calls, 1) + 1;
  const int at = atoi(setting("FAULT_AT"));
  const char* action = setting("FAULT_ACTION");
  if (at == 0 || number < at) return GO_ON;
  if (strcmp(action, "full") == 0) return number == at ? DISK_IS_FULL_NOW : DISK_IS_FULL;
  if (strcmp(action, "readonly") == 0) return READ_ONLY;
  if (number > at) return GO_ON;
  if (strcmp(action, "torn") == 0) return HALF_THEN_DIE;
  if (strcmp(action, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(action, "stop") == 0) kill(getpid(), SIGSTOP);
  if (strcmp(action, "move") == 0) {
    char gone[4200];
    snprintf(gone, sizeof gone, "%s.gone", setting("FAULT_MOVE"));
    syscall(SYS_rename, setting("FAULT_MOVE"), gone);
  }
  return GO_ON;
}

static enum verdict judge_file(const char* call, int file) {
  char link[40], path[4100];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  path[size > 0 ? size : 0] = '\0';
  return judge(call, path);
}

/* For calls that are done as a whole or not at all. */
static long decide(enum verdict verdict, long number, long a, long b, long c, long d) {
  if (verdict == READ_ONLY || verdict == DISK_IS_FULL) {
    errno = verdict == READ_ONLY ? EROFS : ENOSPC;
    return -1;
  }
  const long result = syscall(number, a, b, c, d);
  if (verdict == HALF_THEN_DIE) kill(getpid(), SIGKILL);
  return result;
}

static ssize_t write_at(int file, const void* bytes, size_t size, long offset) {
  const enum verdict verdict = judge_file("write", file);
  if (verdict == DISK_IS_FULL || verdict == READ_ONLY) {
    errno = verdict == READ_ONLY ? EROFS : ENOSPC;
    return -1;
  }
  if (verdict == HALF_THEN_DIE || verdict == DISK_IS_FULL_NOW) size /= 2;
  const ssize_t written =
      offset < 0 ? syscall(SYS_write, file, bytes, size) : syscall(SYS_pwrite64, file, bytes, size, offset);
  if (verdict == HALF_THEN_DIE) kill(getpid(), SIGKILL);
  return written;
}

ssize_t write(int file, const void* bytes, size_t size) { return write_at(file, bytes, size, -1); }
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) { return write_at(file, bytes, size, offset); }
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t offset) { return write_at(file, bytes, size, offset); }

int fsync(int file) {
  const enum verdict verdict = judge_file("fsync", file);
  return (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_fsync, file, 0, 0, 0);
}

int ftruncate(int file, off_t size) {
  const enum verdict verdict = judge_file("truncate", file);
  return (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_ftruncate, file, size, 0, 0);
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

int rename(const char* from, const char* to) {
  const enum verdict verdict = judge("rename", to);
  return (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_rename, (long)from, (long)to, 0, 0);
}

static int remove_file(const char* path, int flags) {
  const enum verdict verdict = judge("remove", path);
  return (int)decide(verdict == DISK_IS_FULL ? GO_ON : verdict, SYS_unlinkat, AT_FDCWD, (long)path, flags, 0);
}
int unlink(const char* path) { return remove_file(path, 0); }
int remove(const char* path) {
  struct stat status;
  return remove_file(path, lstat(path, &status) == 0 && S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

int mkdir(const char* path, mode_t mode) { return (int)decide(judge("mkdir", path), SYS_mkdirat, AT_FDCWD, (long)path, mode, 0); }

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const enum verdict verdict = flags & (O_WRONLY | O_RDWR) ? judge("open", path) : GO_ON;
  return (int)decide(verdict, SYS_openat, AT_FDCWD, (long)path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open(path, flags, mode);
}
