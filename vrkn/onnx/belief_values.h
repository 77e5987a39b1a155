#pragma once

#include <vector>

#include "vrkn/model/model_config.h"
#include "vrkn/onnx/graph.h"

namespace vrkn::onnx {

/// A belief in a graph, [rows, ...] each, as in vrkn/model/belief.h.
struct BeliefValues {
  Value mean, var, sample;
  Value memory;  ///< not defined where the model has none

  /// All that is defined, in this order.
  std::vector<Value> parts() const;
  /// The other way round.
  static BeliefValues from(const std::vector<Value>& parts);
};

/// The parts of a belief side by side in one tensor, [rows, size()]: the way it enters and leaves graphs.
struct BeliefLayout {
  int64_t stochastic = 0;  ///< Z: mean, variance and sample
  int64_t memory = 0;      ///< D, 0: none

  static BeliefLayout of(const model::ModelConfig& config);
  int64_t size() const { return 3 * stochastic + memory; }
  std::vector<int64_t> lengths() const;  ///< of the parts
  Value join(const BeliefValues& belief) const;
  BeliefValues split(const Value& belief) const;
};

/// The masks of Monte Carlo dropout, as in vrkn/model/transition_masks.h; none defined: no dropout.
struct MaskValues {
  Value input, gate, hidden;
};

/// x * mask, or x where there is none.
Value masked(const Value& x, const Value& mask);

/// What one sensor says.
struct SensorValues {
  Value embedding;  ///< [rows, E]
  Value valid;      ///< [rows, 1], float 1 or 0
};

}  // namespace vrkn::onnx
