#include "vrkn/report/video.h"

#include <cerrno>
#include <csignal>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/picture.h"

namespace vrkn::report {
namespace {

/// How ffmpeg packs a file of this ending.
std::vector<std::string> encoder_arguments(const std::filesystem::path& path) {
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

/// A folder for files that are gone with it.
class TemporaryFolder {
 public:
  /// Throws DataError where there is no place for it.
  TemporaryFolder() {
    std::error_code error;
    const std::filesystem::path place = std::filesystem::temp_directory_path(error);
    if (error) fail("animation.gif", error.value());
    std::string path = place / "vrkn-XXXXXX";  // the form that mkdtemp(3) fills in
    if (::mkdtemp(path.data()) == nullptr) fail(path, errno);
    path_ = path;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
  const std::vector<std::string> encoding = encoder_arguments(path_);
  // An absolute path cannot be taken for an option or a protocol.
  const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
  make_folders(folder);
  partial_path_ = folder / fmt::format(".vrkn-{}-{}.tmp", path_.filename().string(), ::getpid());

  // A socket, not a pipe: writing to an ffmpeg that has died can then be told not to raise SIGPIPE.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail(path_, errno);
  pictures_ = FileDescriptor(ends[0]);
  const FileDescriptor input(ends[1]);
  // A file in memory, not a pipe: nobody need read it while pictures are written.
  stderr_ = FileDescriptor(::memfd_create("ffmpeg", MFD_CLOEXEC));
  if (!stderr_.valid()) fail(path_, errno);

  std::vector<std::string> arguments = {"ffmpeg",
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
  arguments.insert(arguments.end(), encoding.begin(), encoding.end());
  arguments.push_back(partial_path_.string());
  try {
    ffmpeg_ =
        ChildProcess::start("ffmpeg", arguments, {.input = input.get(), .errors = stderr_.get(), .own_group = true});
  } catch (const DataError& problem) {
    fail(path_, problem.what());
  }
}

void VideoWriter::write(const Image& frame) {
  check_image(frame);
  if (frame.width != width_ || frame.height != height_) {
    throw ShapeError(fmt::format("the video '{}' takes pictures of {} x {} pixels, not {} x {}", path_.string(), width_,
                                 height_, frame.width, frame.height));
  }
  if (!ffmpeg_.runs()) fail(path_, "it is closed");
  size_t done = 0;
  while (done < frame.pixels.size()) {
    const ssize_t sent = ::send(pictures_.get(), frame.pixels.data() + done, frame.pixels.size() - done, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += static_cast<size_t>(sent);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      throw_ffmpeg_error();
    } else if (errno != EINTR) {
      fail(path_, errno);
    }
  }
  ++frame_count_;
}

void VideoWriter::close() {
  if (!ffmpeg_.runs()) fail(path_, "it is closed");
  if (frame_count_ == 0) {
    stop();
    fail(path_, "it has no pictures");
  }
  pictures_.close();
  if (!ffmpeg_.wait().is_success()) throw_ffmpeg_error();
  const std::string content = read_file(partial_path_);
  stop();
  write_file_atomically(path_, content);
}

void VideoWriter::stop() {
  if (ffmpeg_.runs()) {
    ffmpeg_.send(SIGKILL);
    ffmpeg_.wait();
  }
  pictures_.close();
  std::error_code ignored;
  std::filesystem::remove(partial_path_, ignored);
}

void VideoWriter::throw_ffmpeg_error() {
  pictures_.close();
  if (ffmpeg_.runs()) ffmpeg_.wait();
  const std::string line = last_line(stderr_.get());
  stop();
  fail(path_, line.empty() ? "ffmpeg failed without a word" : "ffmpeg said '" + line + "'");
}

std::string gif_of(std::span<const Image> frames, double fps) {
  if (frames.empty()) throw ShapeError("An animation needs at least one picture.");
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "animation.gif";
  VideoWriter video(path, frames.front().width, frames.front().height, fps);
  for (const Image& frame : frames) video.write(frame);
  video.close();
  return read_file(path);
}

}  // namespace vrkn::report
