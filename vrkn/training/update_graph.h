#pragma once

#include <memory>

#include "vrkn/agent/agent.h"
#include "vrkn/math/recorded_draws.h"
#include "vrkn/training/graph_capture.h"

namespace vrkn::training {

/// An agent's updates as a captured graph: the first ones warm up, then one is captured, and from then on an update
/// is a copy of the batch, its random numbers and one call: some hundred kernels for the host to start, most of them
/// for the random numbers, in place of some thousand.
///
/// The weights end up as they would without, but for rounding: the same batches and the same numbers go in, in the same
/// order. What an agent's update does on the host is done once, so it must not depend on the data; Adam counts its
/// steps on the device for that reason.
class UpdateGraph {
 public:
  /// The agent must outlive it.
  UpdateGraph(agent::Agent& agent, std::unique_ptr<GraphCapture> capture);

  /// One update, as Agent::update. The values reported are those of this update until the next one. Throws ShapeError
  /// when the batch is not of the recorded sizes.
  agent::UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng);

  /// Whether the next update replays; the first ones warm up, and one is recorded.
  bool is_recorded() const { return captured_; }

 private:
  agent::UpdateReport warm_up(const data::Batch& batch, math::TensorGenerator& rng);

  agent::Agent& agent_;
  std::unique_ptr<GraphCapture> capture_;
  int64_t warm_ups_ = 0;
  bool captured_ = false;
  data::Batch inputs_;         // the graph reads the batch here
  math::RecordedDraws draws_;  // and its random numbers here
  agent::UpdateReport report_;
};

}  // namespace vrkn::training
