#pragma once

#include <cstdint>
#include <functional>

#include "vrkn/study/inference_network.h"

namespace vrkn {

/// How a generative model and its inference network are learned together.
struct LearningOptions {
  int64_t updates = 4000;  ///< steps of Adam, the learning rate falling to zero along half a cosine
  int64_t batch = 200;     ///< sequences in each
  double learning_rate = 1e-2;
  int64_t polish = 100;    ///< steps of L-BFGS on all sequences at once, afterwards
};

/// Maximises the mean bound of `observations` [N, T, Z] over the weights of `network` and the dynamics, from A = I, q =
/// 0.1. `seed` decides which sequences form a batch. `on_update` is called after each update with its number, for
/// progress; it may throw to stop.
LearnedDynamics learn(InferenceNetwork& network, const at::Tensor& observations, double observation_var,
                      const LearningOptions& options, uint64_t seed, const std::function<void(int64_t)>& on_update = {});

}  // namespace vrkn
