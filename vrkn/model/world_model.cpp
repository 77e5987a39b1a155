#include "vrkn/model/world_model.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/math/shape.h"
#include "vrkn/model/overshooting.h"
#include "vrkn/model/sensor_choices.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::model {
namespace {

/// [B, T, ...] -> [B * T, ...], for however many leading axes `valid` has.
data::Readings flatten_leading(const data::Readings& readings) {
  const int64_t leading = readings.valid.dim();
  if (leading < 2) return readings;
  return data::map([leading](const at::Tensor& tensor) { return tensor.flatten(0, leading - 1); }, readings);
}

std::vector<int64_t> joined(std::vector<int64_t> leading, const std::vector<int64_t>& shape) {
  leading.insert(leading.end(), shape.begin(), shape.end());
  return leading;
}

void check_observations(const data::Observations& observations, const std::vector<env::SensorSpec>& sensors) {
  if (observations.size() != sensors.size()) {
    throw ShapeError("The observation has " + std::to_string(observations.size()) + " sensors, the model " +
                     std::to_string(sensors.size()) + ".");
  }
  for (size_t s = 0; s < sensors.size(); ++s) {
    const std::string name = "Sensor '" + sensors[s].name + "'";
    const std::vector<int64_t> leading = observations[s].valid.sizes().vec();
    math::check_shape(observations[s].values, joined(leading, sensors[s].shape), name);
    if (observations[s].visible.defined() != sensors[s].masked) {
      throw ShapeError(name + (sensors[s].masked ? " has no mask of visible pixels, but is masked."
                                                 : " has a mask of visible pixels, but is not masked."));
    }
    if (sensors[s].masked) {
      math::check_shape(observations[s].visible, joined(leading, sensors[s].mask_shape()), "The mask of " + name);
    }
  }
}

}  // namespace

WorldModel::WorldModel(std::vector<env::SensorSpec> sensors, int64_t action_size, const WorldModelConfig& config,
                       math::TensorGenerator& rng)
    : WorldModel(std::move(sensors), action_size, model_factory(config.model), config.networks, config.objective, rng) {
}

WorldModel::WorldModel(std::vector<env::SensorSpec> sensors, int64_t action_size, const ModelFactory& dynamics,
                       const NetworksConfig& networks, const ObjectiveConfig& objective, math::TensorGenerator& rng)
    : sensors_(std::move(sensors)),
      action_size_(action_size),
      objective_(objective),
      initial_kl_weight_(dynamics.initial_kl_weight) {
  if (sensors_.empty()) throw ConfigError("A world model needs at least one sensor (environment.sensors).");
  const int64_t feature_size = dynamics.feature_size;
  if (feature_size < 1) {
    throw ConfigError("The model's feature_size is " + std::to_string(feature_size) + ", but must be at least 1.");
  }
  objective.validate();
  objective.check_sensors(sensors_);
  const SensorChoices weights(objective.sensor_weights, "objective.sensor_weights");
  const SensorChoices noises(objective.sensor_noises, "objective.sensor_noises");
  std::vector<int64_t> embedding_sizes;
  for (const env::SensorSpec& sensor : sensors_) {
    sensor_weights_.push_back(weights.weight(sensor.name, objective.sensor_weight));
    noises_.push_back(std::make_shared<ObservationNoise>(
        noise_model_from(noises.text(sensor.name, objective.sensor_noise), "objective.sensor_noise"), sensor.size()));
    register_module("noise_" + sensor.name, noises_.back());
    codecs_.push_back(make_codec(sensor, networks, feature_size));
    register_module("codec_" + sensor.name, codecs_.back());
    embedding_sizes.push_back(codecs_.back()->embedding_size());
  }
  if (dynamics.make) dynamics_ = dynamics.make(std::move(embedding_sizes), action_size);
  if (!dynamics_) throw ConfigError("The model's factory made no model.");
  register_module("dynamics", dynamics_);
  reward_ = register_module(
      "reward", nn::Mlp(nn::MlpOptions{.input = feature_size,
                                       .hidden = networks.reward_hidden,
                                       .layers = networks.reward_layers,
                                       .output = 1,
                                       .nonlinearity = nn::nonlinearity_from(networks.reward_nonlinearity)}));
  noises_.push_back(
      std::make_shared<ObservationNoise>(noise_model_from(objective.reward_noise, "objective.reward_noise"), 1));
  register_module("noise_reward", noises_.back());
  reconstructs_ = std::ranges::any_of(sensor_weights_, [](double weight) { return weight != 0.0; });
  nn::initialise(*this, rng);
}

void WorldModel::set_statistics(const std::vector<data::SensorStatistics>& statistics) {
  if (statistics.size() != codecs_.size()) {
    throw ShapeError("There are statistics of " + std::to_string(statistics.size()) + " sensors, the model has " +
                     std::to_string(codecs_.size()) + ".");
  }
  for (size_t s = 0; s < codecs_.size(); ++s) codecs_[s]->set_statistics(statistics[s]);
}

std::vector<at::Tensor> WorldModel::normalise(const data::Observations& observations,
                                              math::TensorGenerator& rng) const {
  check_observations(observations, sensors_);
  std::vector<at::Tensor> values;
  for (size_t s = 0; s < codecs_.size(); ++s) {
    values.push_back(codecs_[s]->normalise(flatten_leading(observations[s]).values, rng));
  }
  return values;
}

SensorEmbeddings WorldModel::encode_values(const std::vector<at::Tensor>& values,
                                           const data::Observations& observations) {
  SensorEmbeddings embeddings;
  for (size_t s = 0; s < codecs_.size(); ++s) {
    const at::Tensor embedding = codecs_[s]->encode(values[s]);
    embeddings.values.push_back(embedding.view(joined(observations[s].valid.sizes().vec(), {embedding.size(-1)})));
    embeddings.valid.push_back(observations[s].valid.to(embedding.scalar_type()).unsqueeze(-1));
  }
  return embeddings;
}

SensorEmbeddings WorldModel::encode(const data::Observations& observations, math::TensorGenerator& rng) {
  return encode_values(normalise(observations, rng), observations);
}

WorldModel::LossPass WorldModel::compute_loss(const data::Batch& batch, Sampling sampling) {
  const int64_t B = batch.actions.size(0), T = batch.actions.size(1);
  math::check_shape(batch.actions, {B, T, action_size_}, "actions");
  math::check_shape(batch.rewards, {B, T, 1}, "rewards");
  const std::vector<at::Tensor> targets = normalise(batch.observations, sampling.rng);

  LossPass pass;
  const SensorEmbeddings embeddings = encode_values(targets, batch.observations);
  pass.inference =
      math::profile_scope("inference forward", [&] { return dynamics_->infer(embeddings, batch.actions, sampling); });
  const at::Tensor features = dynamics_->features(pass.inference.belief).flatten(0, 1);
  for (size_t s = 0; reconstructs() && s < codecs_.size(); ++s) {
    auto [log_prob, squared_error] = sensor_likelihood(s, features, targets[s], batch.observations[s]);
    pass.terms.sensor_log_probs.push_back(log_prob);
    pass.squared_errors.push_back(squared_error);
    pass.counts.push_back(batch.observations[s].valid.flatten());
  }
  auto [reward_log_prob, squared_error] =
      noises_.back()->likelihood(reward_->forward(features), batch.rewards.flatten(0, 1), {});
  pass.terms.reward_log_prob = reward_log_prob.view({B, T});
  pass.squared_errors.push_back(squared_error);
  pass.counts.push_back(at::ones({B * T}, batch.rewards.options()));
  pass.terms.kl = math::kl_divergence(pass.inference.inferred, pass.inference.predicted);
  if (objective_.dynamics_weight != objective_.representation_weight) {
    const math::DiagonalGaussian& inferred = pass.inference.inferred;
    pass.terms.dynamics_kl =
        math::kl_divergence({inferred.mean.detach(), inferred.var.detach()}, pass.inference.predicted);
  }
  const int64_t distance = std::min(objective_.overshooting_distance, T - 1);
  if (distance > 1) {
    pass.terms.overshooting_kl = overshooting_kl(*dynamics_, pass.inference, batch.actions, distance, sampling);
  }
  pass.loss = negative_elbo(pass.terms, objective_, sensor_weights_, initial_kl_weight_);
  return pass;
}

ObservationNoise::Likelihood WorldModel::sensor_likelihood(size_t sensor, const at::Tensor& features,
                                                           const at::Tensor& targets, const data::Readings& readings) {
  auto [log_prob, squared_error] =
      noises_[sensor]->likelihood(codecs_[sensor]->decode(features), targets, flatten_leading(readings).visible);
  return {log_prob.view(readings.valid.sizes()) * readings.valid.to(log_prob.scalar_type()), squared_error};
}

void WorldModel::learn_noise(const LossPass& pass) {
  const size_t first = pass.squared_errors.size() == noises_.size() ? 0 : noises_.size() - 1;
  for (size_t i = 0; i < pass.squared_errors.size(); ++i) {
    ObservationNoise& noise = *noises_[first + i];
    if (noise.is_learned()) noise.learn(pass.squared_errors[i], pass.counts[i], mean_over_processes_);
  }
}

at::Tensor WorldModel::sensor_var(size_t sensor) const {
  const double weight = sensor_weights_.at(sensor);  // before the noises, among which is the reward's
  const ObservationNoise& noise = *noises_[sensor];
  return noise.is_learned() ? noise.var() : noise.var() / weight;
}

at::Tensor WorldModel::reward_var() const {
  return noises_.back()->is_learned() ? noises_.back()->var() : noises_.back()->var() / objective_.reward_weight;
}

std::vector<std::pair<std::string, at::Tensor>> WorldModel::learned_noise() const {
  std::vector<std::pair<std::string, at::Tensor>> found;
  for (size_t i = 0; i < noises_.size(); ++i) {
    if (!noises_[i]->is_learned()) continue;
    found.emplace_back(i < sensors_.size() ? sensors_[i].name : "reward", noises_[i]->var().sqrt().mean());
  }
  return found;
}

at::Tensor WorldModel::predict_reward(const at::Tensor& features) {
  return reward_->forward(features).squeeze(-1);
}

at::Tensor WorldModel::reconstruct(size_t sensor, const at::Tensor& features) {
  return codecs_.at(sensor)->denormalise(codecs_[sensor]->decode(features));
}

}  // namespace vrkn::model
