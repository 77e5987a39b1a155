#pragma once

#include <cstdint>
#include <span>

#include "exported_run.h"
#include "graph.h"
#include "normal.h"

namespace deploy {

/// What to do: policy.onnx. Dreamer's actor reads the features; PlaNet's planner searches from the belief, with
/// candidate plans that are drawn anew for every decision.
class Policy {
 public:
  Policy(const ExportedRun& run, uint64_t seed);

  /// The action [A], from -1 to 1.
  std::span<const float> act(std::span<const float> belief, std::span<const float> features);

  /// PlaNet's: the best plan found [H, A], of which the action is the first. Empty for Dreamer.
  std::span<const float> plan() const { return plan_; }

 private:
  bool plans_;
  Graph graph_;
  Normal normal_;
  std::span<float> input_, action_, plan_, plan_noise_;
};

}  // namespace deploy
