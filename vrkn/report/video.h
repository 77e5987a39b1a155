#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "vrkn/core/child_process.h"
#include "vrkn/core/file_descriptor.h"
#include "vrkn/core/image.h"

namespace vrkn::report {

/// A video written picture by picture through the program `ffmpeg`: .mp4 (H.264), .webm (VP9) or .gif.
///
/// The file appears whole at close(), or not at all.
class VideoWriter {
 public:
  /// Starts ffmpeg. `width` and `height` are those of the pictures, 1 to 16384 pixels; .mp4 and .webm are one pixel
  /// larger where they are odd, for their colours come in squares of two. `fps`: pictures per second, 0.001 to 1000.
  /// Missing folders are made. Throws ConfigError for another ending, size or rate; DataError when ffmpeg is not
  /// installed.
  VideoWriter(std::filesystem::path path, int width, int height, double fps);
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;
  /// Without close(), stops ffmpeg and leaves no file.
  ~VideoWriter();

  /// Adds a picture. Throws ShapeError when its size is not the video's; DataError with ffmpeg's words when it failed.
  void write(const Image& frame);

  /// Ends the video and gives it its name. Throws DataError when it has no picture, ffmpeg failed, or the disk refuses.
  void close();

 private:
  void start();
  void stop();
  [[noreturn]] void throw_ffmpeg_error();

  std::filesystem::path path_;
  std::filesystem::path partial_path_;  ///< where ffmpeg writes; beside path_
  int width_;
  int height_;
  double fps_;
  int64_t frame_count_ = 0;
  ChildProcess ffmpeg_;
  FileDescriptor pictures_;  ///< our end of ffmpeg's input
  FileDescriptor stderr_;    ///< what ffmpeg writes to its standard error
};

/// The bytes of an animated GIF of these pictures, made by ffmpeg. Throws ShapeError when there are no pictures or
/// their sizes differ, and as VideoWriter does.
std::string gif_of(std::span<const Image> frames, double fps);

}  // namespace vrkn::report
