#pragma once

#include <cstdint>

#include "vrkn/kalman/smoother.h"

namespace vrkn::kalman {

/// States and what was observed of them.
struct SampledSequences {
  Series states;   ///< z [N, T, Z]
  Sequences data;  ///< o [N, T, O], nothing missing, with the controls
};

/// Draws sequences from a model. Sequence n is a function of the seed and n alone, whatever N is. `controls`, [N, T,
/// U], is empty for a model without. Throws what LinearGaussianModel::validate() throws; ShapeError for controls that
/// do not fit; ConfigError when `sequences` or `steps` is below 1, or the model has a diffuse start.
SampledSequences sample(const LinearGaussianModel& model, int64_t sequences, int64_t steps, uint64_t seed,
                        const Series& controls = {});

/// Draws one path of states per sequence from p(z_{0:T-1} | o_{0:T-1}), backwards through the smoother's backward model
/// (forward filtering, backward sampling; Carter and Kohn 1994) [N, T, Z].
Series sample_posterior(const Smoothed& smoothed, uint64_t seed);

}  // namespace vrkn::kalman
