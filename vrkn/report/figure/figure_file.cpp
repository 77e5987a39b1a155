#include "vrkn/report/figure/figure_file.h"

#include <cerrno>
#include <cmath>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "vrkn/core/child_process.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/file_descriptor.h"
#include "vrkn/report/figure/svg.h"

namespace vrkn::report {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw DataError("cannot write the figure '" + path.string() + "': " + why);
}

/// A file in memory. Unlike a pipe it need not be read while the other side writes.
FileDescriptor memory_file(const std::filesystem::path& path) {
  FileDescriptor file(::memfd_create("figure", MFD_CLOEXEC));
  if (!file.valid()) fail(path, std::generic_category().message(errno));
  return file;
}

/// A file in memory that holds `content`, to be read from its beginning.
FileDescriptor memory_file_with(const std::filesystem::path& path, std::string_view content) {
  FileDescriptor file = memory_file(path);
  for (size_t done = 0; done < content.size();) {
    const ssize_t count = ::pwrite(file.get(), content.data() + done, content.size() - done, static_cast<off_t>(done));
    if (count > 0) {
      done += static_cast<size_t>(count);
    } else if (errno != EINTR) {
      fail(path, std::generic_category().message(errno));
    }
  }
  return file;
}

std::string content_of(const FileDescriptor& file) {
  return read_file(fmt::format("/proc/self/fd/{}", file.get()));
}

}  // namespace

void write_svg(const std::filesystem::path& path, const Figure& figure) {
  write_file_atomically(path, to_svg(figure));
}

void write_png(const std::filesystem::path& path, const Figure& figure, double scale) {
  if (!(scale >= 0.1 && scale <= 10.0)) {
    throw ConfigError(
        fmt::format("the figure '{}' must have 0.1 to 10 pixels for each of its own, not {}", path.string(), scale));
  }
  const FileDescriptor svg = memory_file_with(path, to_svg(figure));
  const FileDescriptor png = memory_file(path), complaints = memory_file(path);
  const int width = static_cast<int>(std::lround(scale * figure.width));
  const std::vector<std::string> command = {"rsvg-convert", "--format", "png", "--width", std::to_string(width)};
  ChildProcess process;
  try {
    process = ChildProcess::start(
        command[0], command, {.input = svg.get(), .output = png.get(), .errors = complaints.get(), .own_group = true});
  } catch (const DataError& error) {
    fail(path, std::string(error.what()) + " (Debian package librsvg2-bin)");
  }
  const ExitStatus status = process.wait();
  const std::string content = content_of(png);
  if (!status.is_success() || !content.starts_with("\x89PNG")) {
    const std::string line = last_line(complaints.get());
    fail(path, line.empty() ? "rsvg-convert failed without a word" : "rsvg-convert said '" + line + "'");
  }
  write_file_atomically(path, content);
}

void write_figure(const std::filesystem::path& folder, const std::string& name, const Figure& figure) {
  write_svg(folder / (name + ".svg"), figure);
  write_png(folder / (name + ".png"), figure);
}

}  // namespace vrkn::report
