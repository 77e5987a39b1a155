#include "vrkn/agent/dreamer/dreamer_agent.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/math/tanh_gaussian.h"
#include "vrkn/nn/frozen.h"
#include "vrkn/nn/initialise.h"
#include "vrkn/nn/weights.h"

namespace vrkn::agent {
namespace {

/// A network with weights from `rng`, moved to `device`.
template <class Network>
Network made(Network network, math::TensorGenerator& rng, c10::Device device) {
  nn::initialise(*network, rng);
  network->to(device);
  return network;
}

}  // namespace

DreamerAgent::DreamerAgent(DreamerConfig config, std::shared_ptr<model::WorldModel> world_model, int64_t feature_size,
                           math::TensorGenerator& rng, c10::Device device, std::unique_ptr<Disagreement> disagreement)
    : ModelBasedAgent(std::move(world_model), device, std::move(disagreement)),
      config_(config),
      actor_(made(Actor(feature_size, world_model_->action_size(), config.actor_hidden, config.actor_layers), rng,
                  device)),
      value_(
          made(nn::Mlp(nn::MlpOptions{
                   .input = feature_size, .hidden = config.value_hidden, .layers = config.value_layers, .output = 1}),
               rng, device)),
      reward_range_(config.bound_returns ? std::make_unique<RewardRange>() : nullptr),
      actor_parameters_(actor_->parameters()),
      value_parameters_(value_->parameters()),
      model_optimiser_(world_model_->parameters(), {.learning_rate = config.model_learning_rate,
                                                    .epsilon = config.adam_epsilon,
                                                    .max_gradient_norm = config.max_gradient_norm,
                                                    .average = config.weight_average}),
      actor_optimiser_(actor_parameters_, {.learning_rate = config.actor_learning_rate,
                                           .epsilon = config.adam_epsilon,
                                           .max_gradient_norm = config.max_gradient_norm,
                                           .average = config.weight_average}),
      value_optimiser_(value_parameters_, {.learning_rate = config.value_learning_rate,
                                           .epsilon = config.adam_epsilon,
                                           .max_gradient_norm = config.max_gradient_norm}) {
  if (reward_range_) reward_range_->to(device);
}

at::Tensor DreamerAgent::choose_action(const model::Belief& posterior, ActOptions options) {
  const math::DiagonalGaussian policy = actor_->forward(world_model_->dynamics().features(posterior));
  if (!options.sample_policy) return math::tanh_gaussian_median(policy);
  return at::tanh(math::sample(policy, options.rng.normal_like(policy.mean)));
}

void DreamerAgent::all_reduce_gradients(const nn::GradientMean& mean) {
  for (nn::Adam* optimiser : {&model_optimiser_, &actor_optimiser_, &value_optimiser_})
    optimiser->all_reduce_gradients(mean);
  if (disagreement_) disagreement_->all_reduce_gradients(mean);
  world_model_->share_noise(mean);
}

void DreamerAgent::scale_learning_rates(double factor) {
  model_optimiser_.set_learning_rate(factor * config_.model_learning_rate);
  actor_optimiser_.set_learning_rate(factor * config_.actor_learning_rate);
  value_optimiser_.set_learning_rate(factor * config_.value_learning_rate);
  if (disagreement_) disagreement_->scale_learning_rate(factor);
}

void DreamerAgent::exchange_averages() {
  model_optimiser_.exchange_average();
  actor_optimiser_.exchange_average();
}

UpdateReport DreamerAgent::update(const data::Batch& batch, math::TensorGenerator& rng) {
  for (nn::Adam* optimiser : {&model_optimiser_, &actor_optimiser_, &value_optimiser_}) optimiser->zero_gradients();
  const model::Sampling sampling{rng, /*dropout=*/true};
  const data::Batch on_device = batch.to(device_);
  const model::WorldModel::LossPass pass =
      math::profile_scope("model forward", [&] { return world_model_->compute_loss(on_device, sampling); });
  math::profile_scope("model backward", [&] { pass.loss.backward(); });
  if (reward_range_) reward_range_->learn(on_device.rewards);
  const Behaviour behaviour =
      learn_behaviour(model::flatten_sequences(model::detach(pass.inference.posterior)), sampling);

  // The steps come last: all gradients are of the same weights.
  const auto step = [](nn::Adam& optimiser) {
    return math::profile_scope("optimiser", [&] { return optimiser.step(); });
  };
  ReportBuilder report;
  report_model(pass, step(model_optimiser_), report);
  world_model_->learn_noise(pass);
  report.add("actor/loss", behaviour.losses.actor);
  report.add("actor/imagined_return", behaviour.losses.returns.mean());
  report.add("actor/entropy", behaviour.entropy);
  report.add("actor/gradient_norm", step(actor_optimiser_));
  report.add("value/loss", behaviour.losses.value);
  report.add("value/gradient_norm", step(value_optimiser_));
  if (disagreement_) disagreement_->learn(world_model_->dynamics(), pass.inference, on_device.actions, report);
  return report.build();
}

DreamerAgent::Behaviour DreamerAgent::learn_behaviour(const model::Belief& start, model::Sampling sampling) {
  std::vector<at::Tensor> frozen_parameters = world_model_->parameters();
  IntrinsicReward intrinsic;
  if (config_.disagreement != 0.0) {
    for (at::Tensor& parameter : disagreement_->parameters()) frozen_parameters.push_back(std::move(parameter));
    intrinsic = [&](const at::Tensor& features, const at::Tensor& actions) {
      return config_.disagreement * disagreement_->of(features, actions);
    };
  }
  const nn::Frozen frozen(std::move(frozen_parameters));
  std::vector<at::Tensor> log_probs;
  const Policy policy = [&](const at::Tensor& features) {
    const math::DiagonalGaussian moments = actor_->forward(features);
    const at::Tensor u = math::sample(moments, sampling.rng.normal_like(moments.mean));
    const math::DiagonalGaussian constant{moments.mean.detach(), moments.var.detach()};
    log_probs.push_back(math::tanh_gaussian_log_prob(constant, u.detach()).mean());
    return at::tanh(u);
  };
  const BehaviourLosses losses = math::profile_scope("imagination forward", [&] {
    return imagine_losses(*world_model_, *value_, policy, start, config_, sampling, intrinsic, reward_range_.get());
  });
  // One graph, of which each pass takes what its weights need: the value network's pass ends at the features, the
  // actor's goes through value, reward and dynamics without a look at their weights.
  math::profile_scope("behaviour backward", [&] {
    losses.value.backward({}, /*retain_graph=*/true, /*create_graph=*/false, value_parameters_);
    losses.actor.backward({}, /*retain_graph=*/false, /*create_graph=*/false, actor_parameters_);
  });
  return {losses, -at::stack(log_probs).mean()};
}

void DreamerAgent::save(torch::serialize::OutputArchive& archive) const {
  const auto write_weights = [&](const char* name, const torch::nn::Module& network) {
    torch::serialize::OutputArchive weights;
    nn::save_weights(network, weights);
    archive.write(name, weights);
  };
  const auto write_state = [&](const char* name, const nn::Adam& optimiser) {
    torch::serialize::OutputArchive state;
    optimiser.save(state);
    archive.write(name, state);
  };
  write_weights("world_model", *world_model_);
  write_weights("actor", *actor_);
  write_weights("value", *value_);
  if (reward_range_) write_weights("reward_range", *reward_range_);
  write_state("model_optimiser", model_optimiser_);
  write_state("actor_optimiser", actor_optimiser_);
  write_state("value_optimiser", value_optimiser_);
  save_ensemble(archive);
}

void DreamerAgent::load(torch::serialize::InputArchive& archive) {
  const auto part = [&](const char* name) {
    torch::serialize::InputArchive found;
    if (!archive.try_read(name, found))
      throw DataError("The saved agent is no Dreamer agent: it has no " + std::string(name) + ".");
    return found;
  };
  const auto read_weights = [&](const char* name, torch::nn::Module& network) {
    torch::serialize::InputArchive weights = part(name);
    nn::load_weights(network, weights);
  };
  const auto read_state = [&](const char* name, nn::Adam& optimiser) {
    torch::serialize::InputArchive state = part(name);
    optimiser.load(state);
  };
  read_weights("world_model", *world_model_);
  read_weights("actor", *actor_);
  read_weights("value", *value_);
  if (reward_range_) read_weights("reward_range", *reward_range_);
  read_state("model_optimiser", model_optimiser_);
  read_state("actor_optimiser", actor_optimiser_);
  read_state("value_optimiser", value_optimiser_);
  load_ensemble(archive);
}

}  // namespace vrkn::agent
