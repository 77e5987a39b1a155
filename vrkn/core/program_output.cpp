#include "vrkn/core/program_output.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file_descriptor.h"

namespace vrkn {
namespace {

/// All that comes out of `descriptor` until its end; nothing when a stop is asked for before.
std::optional<std::string> read_all(int descriptor, const std::function<bool()>& stop_requested) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    // Unlike read(2), poll(2) is never taken up again after a signal.
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, /*milliseconds=*/1000);
    if (stop_requested && stop_requested()) return std::nullopt;
    if (ready <= 0) continue;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace

std::optional<ProgramOutput> run_program(const std::vector<std::string>& command,
                                         const std::function<bool()>& stop_requested) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error("A pipe cannot be made: " + std::generic_category().message(errno));
  const FileDescriptor output(ends[0]);
  FileDescriptor input(ends[1]);
  const FileDescriptor complaints(::memfd_create("complaints", MFD_CLOEXEC));
  ChildProcess process = ChildProcess::start(
      command.front(), command,
      {.input = STDIN_FILENO, .output = input.get(), .errors = complaints.get(), .own_group = true});
  input.close();  // so that the output ends with the process
  std::optional<std::string> printed = read_all(output.get(), stop_requested);
  if (!printed) process.send(SIGTERM);
  const ExitStatus status = process.wait();
  if (!printed) return std::nullopt;
  return ProgramOutput{std::move(*printed), last_line(complaints.get()), status};
}

}  // namespace vrkn
