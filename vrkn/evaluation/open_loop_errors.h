#pragma once

#include <span>
#include <string>
#include <vector>

#include "vrkn/model/open_loop.h"

namespace vrkn::evaluation {

/// Which values of a sensor's readings count, in the shape of the readings: those of valid readings, of images the
/// visible pixels.
at::Tensor values_that_count(const data::Readings& readings);

/// Mean squared errors of one quantity, step by step.
struct StepErrors {
  std::string name;             ///< the sensor's, or "reward"
  std::vector<double> by_step;  ///< [T]; NaN where the truth is not known

  /// The mean over those of the steps `begin` to `end` (excluded) that are known; NaN when none is. 0 <= begin <= end
  /// <= T, unchecked.
  double mean(int64_t begin, int64_t end) const;
};

/// Compares predictions with what came. Of images: intensities from 0 to 1, where they are visible. Of vectors: raw
/// readings. A reading that is not valid does not count.
class OpenLoopErrors {
 public:
  /// `steps`: T of everything that will be added.
  OpenLoopErrors(std::span<const env::SensorSpec> sensors, int64_t steps);

  /// `truth`: leading [B, T], on any device. `predicted`: sizes that expand to the truth's.
  void add(const model::OpenLoop& predicted, const data::Batch& truth);

  /// Per sensor that was predicted, then the reward; over all that was added.
  std::vector<StepErrors> errors() const;

 private:
  struct Sum {
    std::string name;
    double scale;               // of the values, before they are squared
    at::Tensor squared, count;  // double [T]
    bool is_predicted = false;
  };
  static void add(Sum& sum, const at::Tensor& predicted, const at::Tensor& truth, const at::Tensor& counts);

  std::vector<Sum> sensors_;
  Sum reward_;
};

}  // namespace vrkn::evaluation
