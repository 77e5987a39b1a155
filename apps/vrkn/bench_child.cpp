#include "apps/vrkn/bench_child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string_view>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "apps/vrkn/console.h"
#include "vrkn/core/child_process.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file_descriptor.h"

namespace vrkn::app {
namespace {

constexpr int kBadInput = 2;

/// All that comes out of `descriptor` until its end; nothing when a stop is asked for before.
std::optional<std::string> read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  while (true) {
    // Unlike read(2), poll(2) is never taken up again after a signal.
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, /*milliseconds=*/1000);
    if (stop_requested()) return std::nullopt;
    if (ready <= 0) continue;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace

std::optional<std::string> run_self(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error("A pipe cannot be made: " + std::generic_category().message(errno));
  const FileDescriptor output(ends[0]);
  FileDescriptor input(ends[1]);
  const FileDescriptor complaints(::memfd_create("complaints", MFD_CLOEXEC));
  std::vector<std::string> command = {std::filesystem::read_symlink("/proc/self/exe").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());

  ChildProcess process = ChildProcess::start(
      command.front(), command,
      {.input = STDIN_FILENO, .output = input.get(), .errors = complaints.get(), .own_group = true});
  input.close();  // so that the output ends with the process
  std::optional<std::string> printed = read_all(output.get());
  if (!printed) process.send(SIGTERM);
  const ExitStatus status = process.wait();
  if (!printed || status.is_success()) return printed;
  std::string why = last_line(complaints.get());
  constexpr std::string_view kOurName = "vrkn: ";
  if (why.starts_with(kOurName)) why.erase(0, kOurName.size());
  const std::string message = fmt::format("'vrkn {}' failed: {}", fmt::join(arguments, " "), why);
  if (status.code == kBadInput) throw InputError(message);
  throw Error(message);
}

}  // namespace vrkn::app
