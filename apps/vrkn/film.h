#pragma once

#include <filesystem>
#include <memory>

#include "vrkn/env/environment.h"
#include "vrkn/report/video.h"

namespace vrkn::app {

/// Films one environment while an evaluation runs: 240 x 320 pixels, in the simulator's own time where one agent step
/// is action_repeat control steps of about 10 ms, but no fewer than 10 pictures a second.
class Film {
 public:
  explicit Film(std::filesystem::path path) : path_(std::move(path)) {}

  /// Adds what the environment looks like now; nothing when the world has no picture.
  void add(Environment& environment);
  /// Ends the video. Returns whether there is one.
  bool close();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<VideoWriter> video_;
};

}  // namespace vrkn::app
