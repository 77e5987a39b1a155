#include "vrkn/study/learning.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

#include "vrkn/core/random.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/adam.h"

namespace vrkn::study {
namespace {

using at::Tensor;

/// `batch` different sequences.
Tensor draw_batch(const Tensor& observations, int64_t batch, uint64_t seed, int64_t update) {
  if (batch >= observations.size(0)) return observations;
  ScalarGenerator random(derive_seed(seed, "batch", static_cast<uint64_t>(update)));
  // A partial shuffle (Fisher and Yates).
  std::vector<int64_t> order(static_cast<size_t>(observations.size(0)));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (int64_t i = 0; i < batch; ++i) {
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(random.integer(i, observations.size(0) - 1))]);
  }
  order.resize(static_cast<size_t>(batch));
  return observations.index_select(0, at::tensor(order));
}

}  // namespace

std::optional<LearnedDynamics> learn(InferenceNetwork& network, const Tensor& observations, double observation_var,
                                     const LearningOptions& options, uint64_t seed,
                                     const std::function<bool()>& on_update) {
  const int64_t Z = observations.size(2);
  const LearnedDynamics dynamics{at::eye(Z, at::kDouble).set_requires_grad(true),
                                 at::scalar_tensor(std::log(kFirstTransitionVar), at::kDouble).set_requires_grad(true)};
  std::vector<Tensor> parameters = network.parameters();
  parameters.push_back(dynamics.transition_matrix);
  parameters.push_back(dynamics.log_transition_var);
  const auto loss = [&](const Tensor& sequences) {
    return -lower_bound(network.infer(sequences), dynamics, observation_var, sequences).mean();
  };

  nn::Adam adam(parameters, {.learning_rate = options.learning_rate});
  for (int64_t update = 0; update < options.updates; ++update) {
    const double progress = static_cast<double>(update) / static_cast<double>(options.updates);
    adam.set_learning_rate(options.learning_rate * 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
    adam.zero_gradients();
    loss(draw_batch(observations, options.batch, seed, update)).backward();
    adam.step();
    if (!on_update()) return std::nullopt;
  }
  if (options.lbfgs_steps > 0) {
    torch::optim::LBFGS search(parameters, torch::optim::LBFGSOptions(1.0)
                                               .max_iter(options.lbfgs_steps)
                                               .history_size(50)
                                               .tolerance_grad(1e-9)
                                               .tolerance_change(1e-14)
                                               .line_search_fn("strong_wolfe"));
    search.step([&] {
      adam.zero_gradients();
      const Tensor value = loss(observations);
      value.backward();
      return value;
    });
  }
  return LearnedDynamics{dynamics.transition_matrix.detach().clone(), dynamics.log_transition_var.detach().clone()};
}

}  // namespace vrkn::study
