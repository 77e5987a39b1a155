#include "vrkn/sweep/child_process.h"

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

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& verb, const fs::path& path, int error) {
  throw DataError("cannot " + verb + " '" + path.string() + "': " + std::generic_category().message(error));
}

/// The child's side between fork(2) and execv(2): only calls that POSIX allows there. Tells `report` why it failed.
[[noreturn]] void become(const char* program, char* const* arguments, int input, int log, int report, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it died before the kernel knew
  ::dup2(input, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(program, arguments);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof(error));
  ::_exit(127);
}

}  // namespace

std::string ExitStatus::to_text() const {
  if (signal == 0) return "exit code " + std::to_string(code);
  return "killed by signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

ChildProcess ChildProcess::start(const fs::path& program, const std::vector<std::string>& arguments,
                                 const fs::path& log) {
  const FileDescriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input.valid()) fail("open", "/dev/null", errno);
  const FileDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!output.valid()) fail("write", log, errno);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("start", program, errno);
  const FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t id = ::fork();
  if (id < 0) fail("start", program, errno);
  if (id == 0) become(program.c_str(), pointers.data(), input.get(), output.get(), writing.get(), parent);
  writing.close();
  ChildProcess child(id);
  int error = 0;
  ssize_t count = 0;
  while ((count = ::read(reading.get(), &error, sizeof(error))) < 0 && errno == EINTR) {
  }
  if (count > 0) fail("start", program, error);  // else the program runs: it closed the pipe
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (id_ == 0) return;
  send(SIGTERM);
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::send(int signal) const {
  if (id_ != 0) ::kill(id_, signal);
}

std::optional<ExitStatus> ChildProcess::poll() {
  int status = 0;
  if (id_ == 0 || ::waitpid(id_, &status, WNOHANG) != id_) return std::nullopt;
  id_ = 0;
  if (WIFSIGNALED(status)) return ExitStatus{.code = 0, .signal = WTERMSIG(status)};
  return ExitStatus{.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace vrkn::sweep
