#include "vrkn/report/video.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/picture.h"

namespace vrkn {
namespace {

using Arguments = std::vector<std::string>;

/// How ffmpeg packs a file of this ending.
Arguments packing_of(const std::filesystem::path& path) {
  // Colours are kept for squares of two by two pixels, so both sides must be even; the added edge is black.
  const std::string even_size = "pad=ceil(iw/2)*2:ceil(ih/2)*2";
  const std::string ending = path.extension().string();
  if (ending == ".mp4") {
    return {"-vf",      even_size, "-c:v",      "libx264",    "-crf", "18",
            "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f",   "mp4"};
  }
  if (ending == ".webm") {
    return {"-vf", even_size, "-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-pix_fmt", "yuv420p", "-f", "webm"};
  }
  if (ending == ".gif") {
    // Without a palette of its own colours a GIF looks poor.
    return {"-filter_complex", "split[a][b];[a]palettegen[p];[b][p]paletteuse", "-f", "gif"};
  }
  throw ConfigError("the video '" + path.string() + "' must end in .mp4, .webm or .gif");
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  throw DataError("cannot write the video '" + path.string() + "': " + why);
}

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  fail(path, std::generic_category().message(error));
}

/// Starts `arguments[0]`, found on PATH, with these descriptors as its input and standard error. Returns an errno, 0
/// for success.
int spawn(pid_t& process, const Arguments& arguments, int input, int error_output) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_output, STDERR_FILENO);
  // A process group of its own: Ctrl-C reaches only us, who may want to end the video well.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error = ::posix_spawnp(&process, pointers[0], &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Waits for the end of `process` and returns its status as waitpid(2) gives it.
int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// The last line of what was written to the file `descriptor`; empty when there is none.
std::string last_line(int descriptor) {
  std::string text(4096, '\0');
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(text.size()));
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), begin);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text.substr(text.find_last_of("\r\n") + 1);
}

}  // namespace

VideoWriter::VideoWriter(std::filesystem::path path, int width, int height, double fps)
    : path_(std::move(path)), width_(width), height_(height), fps_(fps) {
  if (width < 1 || height < 1 || width > 16384 || height > 16384) {
    throw ConfigError(
        fmt::format("the video '{}' must have 1 to 16384 pixels each way, not {} x {}", path_.string(), width, height));
  }
  if (!(fps >= 0.001 && fps <= 1000.0)) {
    throw ConfigError(
        fmt::format("the video '{}' must have 0.001 to 1000 pictures per second, not {}", path_.string(), fps));
  }
  start();
}

VideoWriter::~VideoWriter() {
  stop();
}

void VideoWriter::start() {
  const Arguments packing = packing_of(path_);
  // An absolute path cannot be taken for an option or a protocol.
  const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail(path_, error.value());
  partial_path_ = folder / fmt::format(".{}.{}.partial", path_.filename().string(), ::getpid());

  // A socket, not a pipe: writing to an ffmpeg that has died can then be told not to raise SIGPIPE.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail(path_, errno);
  pictures_ = FileDescriptor(ends[0]);
  const FileDescriptor input(ends[1]);
  // A file in memory, not a pipe: nobody need read it while pictures are written.
  complaints_ = FileDescriptor(::memfd_create("ffmpeg", MFD_CLOEXEC));
  if (!complaints_.valid()) fail(path_, errno);

  Arguments arguments = {"ffmpeg",
                         "-nostdin",
                         "-hide_banner",
                         "-loglevel",
                         "error",
                         "-y",
                         "-f",
                         "rawvideo",
                         "-pixel_format",
                         "rgb24",
                         "-video_size",
                         fmt::format("{}x{}", width_, height_),
                         "-framerate",
                         fmt::format("{:.6f}", fps_),
                         "-i",
                         "pipe:0",
                         "-an"};
  arguments.insert(arguments.end(), packing.begin(), packing.end());
  arguments.push_back(partial_path_.string());
  pid_t process = -1;
  const int spawn_error = spawn(process, arguments, input.get(), complaints_.get());
  if (spawn_error == ENOENT) fail(path_, "the program ffmpeg is not installed");
  if (spawn_error != 0) fail(path_, spawn_error);
  process_ = process;
}

void VideoWriter::write(const Image& frame) {
  check_image(frame);
  if (frame.width != width_ || frame.height != height_) {
    throw ShapeError(fmt::format("the video '{}' takes pictures of {} x {} pixels, not {} x {}", path_.string(), width_,
                                 height_, frame.width, frame.height));
  }
  if (process_ < 0) fail(path_, "it is closed");
  size_t done = 0;
  while (done < frame.pixels.size()) {
    const ssize_t sent = ::send(pictures_.get(), frame.pixels.data() + done, frame.pixels.size() - done, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += static_cast<size_t>(sent);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      fail_as_ffmpeg_did();
    } else if (errno != EINTR) {
      fail(path_, errno);
    }
  }
  ++frame_count_;
}

void VideoWriter::close() {
  if (process_ < 0) fail(path_, "it is closed");
  if (frame_count_ == 0) {
    stop();
    fail(path_, "it has no pictures");
  }
  pictures_.close();
  if (wait_for(std::exchange(process_, -1)) != 0) fail_as_ffmpeg_did();
  const std::string content = read_file(partial_path_);
  stop();
  write_file_atomically(path_, content);
}

void VideoWriter::stop() {
  if (process_ >= 0) {
    ::kill(process_, SIGKILL);
    wait_for(std::exchange(process_, -1));
  }
  pictures_.close();
  std::error_code ignored;
  std::filesystem::remove(partial_path_, ignored);
}

void VideoWriter::fail_as_ffmpeg_did() {
  pictures_.close();
  if (process_ >= 0) wait_for(std::exchange(process_, -1));
  const std::string line = last_line(complaints_.get());
  stop();
  fail(path_, line.empty() ? "ffmpeg failed without a word" : "ffmpeg said '" + line + "'");
}

}  // namespace vrkn
