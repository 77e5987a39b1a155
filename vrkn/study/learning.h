#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "vrkn/study/inference_network.h"

namespace vrkn::study {

/// How a generative model and its inference network are learned together.
struct LearningOptions {
  int64_t updates = 0;  ///< steps of Adam, the learning rate falling to zero along half a cosine
  int64_t batch = 1;    ///< sequences in each
  double learning_rate = 1e-2;
  int64_t lbfgs_steps = 0;  ///< most steps of L-BFGS
};

/// The transition variance that learning begins with; the matrix is the identity.
constexpr double kFirstTransitionVar = 0.1;

/// Maximises the mean bound of `observations` [N, T, Z] over the weights of `network` and the dynamics: steps of Adam
/// on batches, then of L-BFGS on all. `seed` decides which sequences form a batch. `on_update` is asked after each step
/// of Adam whether to go on; nothing is returned when it says no.
std::optional<LearnedDynamics> learn(InferenceNetwork& network, const at::Tensor& observations, double observation_var,
                                     const LearningOptions& options, uint64_t seed,
                                     const std::function<bool()>& on_update);

}  // namespace vrkn::study
