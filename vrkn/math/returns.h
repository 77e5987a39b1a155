#pragma once

#include <ATen/core/Tensor.h>

namespace vrkn::math {

/// Lambda-returns along a trajectory of H states, time on axis 0, for all but the last state:
///
///   V_t = r_t + discount ((1 - lambda) v_{t+1} + lambda V_{t+1}),     V_{H-1} = v_{H-1},
///
/// r_t being the reward that came with state t. lambda = 0 is one step of temporal difference, lambda = 1 the
/// discounted sum of all rewards and the last value (Sutton and Barto 2018; Hafner et al. 2020, Eq. 6). rewards [H-1,
/// ...], values v [H, ...], H >= 2 -> [H-1, ...]. Gradient flows to both. Throws ShapeError.
at::Tensor lambda_returns(const at::Tensor& rewards, const at::Tensor& values, double discount, double lambda);

}  // namespace vrkn::math
