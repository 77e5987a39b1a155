#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exported_run.h"
#include "graph.h"
#include "normal.h"

namespace deploy {

/// What is expected of one sensor, or of the reward, and how sure that is. In the sensor's units, variances in their
/// square.
struct Expected {
  std::string name;
  size_t values;  ///< of one step
  std::vector<float> mean;
  std::vector<float> state_var;  ///< of the means over the draws: the state is uncertain, and so are learned weights
  std::vector<float> noise_var;  ///< of a reading around its mean
};

/// What the coming steps will bring if given actions are done: imagine.onnx from several draws of the present state,
/// each with its own noise and, for models with Monte Carlo dropout, its own weights. Pictures are made on demand, by
/// decode.onnx, as they cost more than all else.
class Forecast {
 public:
  /// Throws std::runtime_error with fewer than two draws, with no step, or when model.json lacks the sizes of masks.
  Forecast(const ExportedRun& run, int64_t draws, int64_t horizon, uint64_t seed);

  /// From a belief [K], doing `actions` [horizon, A].
  void run(std::span<const float> belief, std::span<const float> actions);

  /// Vectors and the reward after each of the steps: [horizon, values] each.
  std::span<const Expected> vectors() const { return vectors_; }

  /// The pictures after step `step`, from 0, in grey levels: [values] each. None where the run has no picture that it
  /// learned to decode.
  std::span<const Expected> pictures(int64_t step);

  int64_t horizon() const { return horizon_; }

 private:
  void draw(std::span<const float> belief);

  int64_t draws_, horizon_;
  BeliefPart mean_, var_, sample_;
  double dropout_rate_;
  Normal normal_;
  Graph imagine_;
  std::unique_ptr<Graph> decode_;
  std::span<float> belief_, actions_, noise_, features_;
  std::vector<std::span<float>> masks_;
  std::vector<Expected> vectors_, pictures_;
  std::vector<std::span<const float>> vector_means_, vector_vars_, picture_means_, picture_vars_;
};

}  // namespace deploy
