#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exported_run.h"
#include "filter.h"
#include "graph.h"

namespace deploy {

/// Whether the world is still the one that the run was evaluated in: one number per decision, with a threshold that
/// `vrkn eval --fit-monitor` found. Allocates nothing after the constructor.
class Monitor {
 public:
  /// Throws std::runtime_error for a run without a monitor.
  explicit Monitor(const ExportedRun& run);

  /// An episode begins: its first readings were not expected.
  void reset();

  /// How wrong was what the belief of the decision before let expect of this one's readings? After Filter::update.
  void observe(const Filter& filter);

  /// The mean of the latest squared errors over their variances, over the window; NaN while nothing was heard.
  double error() const { return error_; }
  bool alarm() const { return error_ > threshold_; }
  double threshold() const { return threshold_; }

 private:
  struct Expected {
    size_t sensor;
    bool image;
    std::span<const float> mean, var;
  };

  double threshold_, error_;
  std::vector<double> errors_;  ///< a ring
  size_t seen_ = 0;
  Graph imagine_, decode_;
  std::span<float> belief_, action_, features_in_;
  std::span<const float> features_;
  std::vector<Expected> expected_;
};

}  // namespace deploy
