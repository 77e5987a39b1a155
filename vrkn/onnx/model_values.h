#pragma once

#include <string>
#include <vector>

#include "vrkn/onnx/belief_values.h"
#include "vrkn/onnx/weights.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::onnx {

/// A run's world model in a graph, of whatever kind it is. The run must outlive it.
class ModelValues {
 public:
  explicit ModelValues(const run::TrainedRun& run);

  // As in vrkn_dynamics.h and rssm_dynamics.h.
  BeliefValues prior(const BeliefValues& posterior, const Value& action, const Value& is_first) const;
  BeliefValues update(const BeliefValues& prior, const std::vector<SensorValues>& sensors, const Value& noise) const;
  BeliefValues predict(const BeliefValues& belief, const Value& action, const Value& noise,
                       const MaskValues& masks = {}) const;
  Value features(const BeliefValues& belief) const;

  /// As in codec_values.h, of sensor number `sensor`.
  Value encode(size_t sensor, const Value& reading, const Value& valid, const Value& dither) const;
  Value decode(size_t sensor, const Value& features) const;
  /// The mean reward that features predict, [rows, 1].
  Value reward(const Value& features) const;

  /// Whether what features say of a sensor, or of the reward, was learned: it is not where that weighs nothing in the
  /// loss.
  bool decodes(size_t sensor) const;
  bool decodes_reward() const;
  /// The variance of readings around their mean, raw units squared, spread over a mean [rows, ...].
  Value reading_var(size_t sensor, const Value& mean) const;
  Value reward_var(const Value& mean) const;

  const std::vector<env::SensorSpec>& sensors() const { return run_.spec.sensors; }
  int64_t action_size() const { return run_.spec.action_size; }
  const BeliefLayout& layout() const { return layout_; }
  int64_t feature_size() const;
  /// Sizes of the masks of Monte Carlo dropout: input, gate, hidden; empty where the model has none.
  std::vector<int64_t> mask_sizes() const;

 private:
  const run::TrainedRun& run_;
  BeliefLayout layout_;
  Weights weights_, dynamics_;
};

/// An axis that the caller chooses, of the batch and other rows.
inline Dimension batch() {
  return std::string("batch");
}

/// An input of random numbers whose axes may all be of length 1; `axes`: a name for each.
Port random_port(const std::string& name, const std::vector<std::string>& axes, std::string meaning, double neutral);

}  // namespace vrkn::onnx
