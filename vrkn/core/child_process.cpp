#include "vrkn/core/child_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/core/file_descriptor.h"

namespace vrkn {
namespace {

[[noreturn]] void fail(const std::string& program, int error) {
  // EACCES: a folder in PATH may not be read, or its file of that name may not be run, and no other has the program.
  if ((error == ENOENT || error == EACCES) && program.find('/') == program.npos) {
    throw DataError("the program " + program + " is not installed");
  }
  throw DataError("cannot start '" + program + "': " + std::generic_category().message(error));
}

/// The child's side between fork(2) and exec(2): only calls that are allowed there. Tells `report` why it failed.
[[noreturn]] void become(const char* program, char* const* arguments, const ChildOptions& options, int nothing,
                         int report, pid_t parent) {
  if (options.ends_with_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // it died before the kernel knew
  }
  if (options.own_group) ::setpgid(0, 0);
  const int streams[] = {options.input, options.output, options.errors};
  for (int stream = 0; stream < 3; ++stream) ::dup2(streams[stream] < 0 ? nothing : streams[stream], stream);
  ::execvp(program, arguments);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof(error));
  ::_exit(127);
}

ExitStatus status_from(int status) {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

std::string ExitStatus::to_text() const {
  if (signal == 0) return "exit code " + std::to_string(code);
  return "killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

ChildProcess ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments,
                                 const ChildOptions& options) {
  const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  int ends[2];
  if (!nothing.valid() || ::pipe2(ends, O_CLOEXEC) != 0) fail(program, errno);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t id = ::fork();
  if (id < 0) fail(program, errno);
  if (id == 0) become(program.c_str(), pointers.data(), options, nothing.get(), writing.get(), parent);
  writing.close();
  ChildProcess child(id);
  int error = 0;
  ssize_t count = 0;
  while ((count = ::read(reading.get(), &error, sizeof(error))) < 0 && errno == EINTR) {
  }
  if (count > 0) fail(program, error);  // else the program runs: it closed the pipe
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (!runs()) return;
  send(SIGTERM);
  wait();
}

void ChildProcess::send(int signal) const {
  if (runs()) ::kill(id_, signal);
}

std::optional<ExitStatus> ChildProcess::poll() {
  int status = 0;
  if (!runs() || ::waitpid(id_, &status, WNOHANG) != id_) return std::nullopt;
  id_ = 0;
  return status_from(status);
}

ExitStatus ChildProcess::wait() {
  if (!runs()) return {};
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = 0;
  return status_from(status);
}

std::string last_line(int descriptor) {
  std::string text(4096, '\0');
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(text.size()));
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), begin);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text.substr(text.find_last_of("\r\n") + 1);
}

}  // namespace vrkn
