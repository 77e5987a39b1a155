#pragma once

#include <filesystem>
#include <memory>

#include "vrkn/env/environment.h"
#include "vrkn/report/video.h"

namespace vrkn::presentation {

/// Films one environment while episodes run, in the simulator's own time where one agent step is action_repeat control
/// steps of about 10 ms, but no fewer than 10 pictures a second.
class Film {
 public:
  explicit Film(std::filesystem::path path) : path_(std::move(path)) {}

  /// Adds what the environment looks like now, 240 x 320 pixels; nothing when the world has no picture.
  void add(env::Environment& environment);

  /// Adds what the agent sees of it, and the environment beside that. Pixels of image sensors become squares of pixels,
  /// together about 240 high; a missing reading is grey. Without an image sensor the same as the other add().
  void add(env::Environment& environment, const env::Observation& observation);

  /// Ends the video. Returns whether there is one.
  bool close();

  const std::filesystem::path& path() const { return path_; }

 private:
  void write(const Image& picture, const env::EnvironmentSpec& spec);

  std::filesystem::path path_;
  std::unique_ptr<report::VideoWriter> video_;
};

}  // namespace vrkn::presentation
