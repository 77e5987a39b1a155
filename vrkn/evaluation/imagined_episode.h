#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "vrkn/evaluation/paired_episode.h"
#include "vrkn/model/open_loop.h"

namespace vrkn::evaluation {

/// What the models of several runs made of the first T steps of one episode. Everything is on the host.
struct ImaginedEpisode {
  std::vector<env::SensorSpec> sensors;
  int64_t context = 0;      ///< steps that were seen before imagination began
  data::Batch seen, truth;  ///< [1, T]
  /// Numbers of the sensors that are decoded; unset: all.
  std::optional<std::vector<size_t>> predicted = {};
  std::vector<std::string> labels;             ///< of the runs, R
  std::vector<model::OpenLoop> imagined;       ///< per run [1, T]: after `context` steps nothing was seen
  std::vector<model::OpenLoop> reconstructed;  ///< per run [1, T]: from posterior beliefs, every step was seen

  int64_t steps() const { return truth.actions.size(1); }
  bool predicts(size_t sensor) const { return !predicted || std::ranges::find(*predicted, sensor) != predicted->end(); }
};

/// The first `steps` steps of an episode, before any model saw it. Throws ShapeError when it has fewer.
ImaginedEpisode first_steps(const PairedEpisode& pair, const std::vector<env::SensorSpec>& sensors, int64_t context,
                            int64_t steps);

/// Lets a model, which lives on `device`, imagine and reconstruct the episode with `samples` samples, each with
/// dropout masks of its own (paper Sec. 3.3). Streams under `seed`: "imagine" and "reconstruct".
void add_run(ImaginedEpisode& episode, const std::string& label, model::WorldModel& model, c10::Device device,
             int64_t samples, uint64_t seed);

/// All numbers as the bytes of a .npz file (docs/offline.md).
std::string imagined_npz(const ImaginedEpisode& episode);

}  // namespace vrkn::evaluation
