#include "vrkn/agent/disagreement.h"

#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/nn/initialise.h"
#include "vrkn/nn/weights.h"

namespace vrkn::agent {

using at::Tensor;

namespace {

/// Predictions [K, ..., F] -> [...]. The root has no slope at 0.
Tensor deviation(const Tensor& predictions) {
  // at::var is many times slower.
  const Tensor squares = (predictions - predictions.mean(0)).square().sum(0);
  return (squares.mean(-1) / static_cast<double>(predictions.size(0) - 1) + 1e-8).sqrt();
}

torch::nn::Module& initialised(torch::nn::Module& network, math::TensorGenerator& rng, c10::Device device) {
  nn::initialise(network, rng);
  network.to(device);
  return network;
}

}  // namespace

Disagreement::Network::Network(const EnsembleConfig& config, int64_t feature_size, int64_t action_size)
    : members(
          register_module("members", nn::MlpEnsemble(config.members, nn::MlpOptions{.input = feature_size + action_size,
                                                                                    .hidden = config.hidden,
                                                                                    .layers = config.layers,
                                                                                    .output = feature_size}))),
      mean(register_buffer("mean", at::zeros({feature_size}))),
      square(register_buffer("square", at::ones({feature_size}))),
      updates(register_buffer("updates", at::zeros({}, at::kDouble))) {}

Disagreement::Disagreement(const EnsembleConfig& config, int64_t feature_size, int64_t action_size,
                           math::TensorGenerator& rng, c10::Device device)
    : config_(config),
      network_(config, feature_size, action_size),
      optimiser_(initialised(network_, rng, device).parameters(), {.learning_rate = config.learning_rate}) {}

Tensor Disagreement::of(const Tensor& features, const Tensor& actions) {
  return deviation(network_.members->forward(at::cat({features, actions}, -1)));
}

void Disagreement::learn(const model::StateSpaceModel& dynamics, const model::Inference& inference,
                         const Tensor& actions, ReportBuilder& report) {
  const model::Belief posterior = model::detach(inference.posterior);
  const int64_t steps = actions.size(1) - 1;
  const Tensor seen = dynamics.features(posterior).narrow(1, 0, steps),
               next = dynamics.features(model::at_mean(posterior)).narrow(1, 1, steps);
  learn_moments(next);
  optimiser_.zero_gradients();
  const Tensor predicted = math::profile_scope("ensemble forward", [&] {
    return network_.members->forward(at::cat({seen, actions.narrow(1, 1, steps)}, -1));
  });
  const Tensor error = (predicted - standardise(next)).square().mean();
  // Each member's own loss, so that its steps do not depend on how many there are.
  math::profile_scope("ensemble backward", [&] { (0.5 * static_cast<double>(config_.members) * error).backward(); });
  report.add("ensemble/error", error);
  report.add("ensemble/disagreement", deviation(predicted.detach()).mean());
  report.add("ensemble/gradient_norm", math::profile_scope("optimiser", [&] { return optimiser_.step(); }));
}

void Disagreement::learn_moments(const Tensor& targets) {
  const at::NoGradGuard no_grad;
  const Tensor rows = targets.flatten(0, -2);
  Tensor moments = at::stack({rows.mean(0), rows.square().mean(0)});
  if (mean_over_processes_) mean_over_processes_(moments);
  network_.updates.add_(1);
  const Tensor weight = network_.updates.clamp_max(kAveraged).reciprocal().to(moments.scalar_type());
  network_.mean.lerp_(moments[0], weight);
  network_.square.lerp_(moments[1], weight);
}

Tensor Disagreement::standardise(const Tensor& targets) const {
  const Tensor variance = (network_.square - network_.mean.square()).clamp_min(1e-6);
  return (targets - network_.mean) / variance.sqrt();
}

void Disagreement::all_reduce_gradients(const nn::GradientMean& mean) {
  optimiser_.all_reduce_gradients(mean);
  mean_over_processes_ = mean;
}

void Disagreement::save(torch::serialize::OutputArchive& archive) const {
  torch::serialize::OutputArchive weights, optimiser;
  nn::save_weights(network_, weights);
  optimiser_.save(optimiser);
  archive.write("weights", weights);
  archive.write("optimiser", optimiser);
}

void Disagreement::load(torch::serialize::InputArchive& archive) {
  torch::serialize::InputArchive weights, optimiser;
  if (!archive.try_read("weights", weights) || !archive.try_read("optimiser", optimiser)) {
    throw DataError("The saved ensemble is not complete.");
  }
  nn::load_weights(network_, weights);
  optimiser_.load(optimiser);
}

}  // namespace vrkn::agent
