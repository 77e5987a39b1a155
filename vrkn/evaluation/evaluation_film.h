#pragma once

#include <cstdint>

#include "vrkn/core/metrics.h"
#include "vrkn/env/environment.h"

namespace vrkn::evaluation {

/// A short film of one episode: about 50 pictures of 120 x 160 pixels, evenly spread over an episode of full length, so
/// that the file they go to stays small.
class EvaluationFilm {
 public:
  /// `step_limit`: agent steps of an episode of full length.
  explicit EvaluationFilm(int64_t step_limit);

  /// After every reset and step, in their order: adds a picture when it is time for one; nothing where the world has
  /// none. Throws as Environment::render.
  void add(env::Environment& environment);

  /// The film so far, shown at 10 pictures per second; without frames when there were no pictures.
  VideoRecord record(int64_t env_step) const;

 private:
  int64_t every_;  ///< agent steps from one picture to the next
  int64_t steps_ = 0;
  std::vector<Image> frames_;
};

}  // namespace vrkn::evaluation
