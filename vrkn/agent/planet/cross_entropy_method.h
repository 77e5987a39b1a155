#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

#include "vrkn/agent/planet/planet_config.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::agent {

/// Scores plans: actions [B, N, H, A] -> returns [B, N].
using PlanScore = std::function<at::Tensor(const at::Tensor& plans)>;

/// Plans with the cross-entropy method, for B states at once (Hafner et al. 2019, Algorithm 2): from mean 0 and
/// deviation 1, draw a population, clip it to [-1, 1], keep the best, refit mean and sample deviation to them, again.
/// Returns the mean plan [B, H, A]. Throws NumericalError when a score is not finite.
at::Tensor plan_with_cross_entropy(const PlanScore& score, int64_t batch, int64_t action_size,
                                   const PlanetConfig& config, math::TensorGenerator& rng);

}  // namespace vrkn::agent
