#include "vrkn/agent/planet/planet_agent.h"

#include <ATen/ATen.h>

#include "vrkn/agent/planet/cross_entropy_method.h"
#include "vrkn/core/error.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/nn/weights.h"

namespace vrkn::agent {

PlanetAgent::PlanetAgent(PlanetConfig config, std::shared_ptr<model::WorldModel> world_model, c10::Device device,
                         std::unique_ptr<Disagreement> disagreement)
    : ModelBasedAgent(std::move(world_model), device, std::move(disagreement)),
      config_(config),
      optimiser_(world_model_->parameters(), {.learning_rate = config.learning_rate,
                                              .epsilon = config.adam_epsilon,
                                              .max_gradient_norm = config.max_gradient_norm,
                                              .average = config.weight_average}) {}

void PlanetAgent::all_reduce_gradients(const nn::GradientMean& mean) {
  optimiser_.all_reduce_gradients(mean);
  if (disagreement_) disagreement_->all_reduce_gradients(mean);
  world_model_->share_noise(mean);
}

void PlanetAgent::scale_learning_rates(double factor) {
  optimiser_.set_learning_rate(factor * config_.learning_rate);
  if (disagreement_) disagreement_->scale_learning_rate(factor);
}

at::Tensor PlanetAgent::choose_action(const model::Belief& posterior, ActOptions options) {
  const int64_t B = posterior.mean.size(0), N = config_.population_size, H = config_.horizon;
  const model::Sampling sampling{options.rng, options.dropout};
  model::StateSpaceModel& dynamics = world_model_->dynamics();
  const model::Belief start = model::repeat_rows(model::new_chain(posterior), N);
  const double disagreement = options.sample_policy ? config_.disagreement : config_.evaluation_disagreement;
  const PlanScore imagined_return = [&](const at::Tensor& plans) {
    const auto actions = plans.flatten(0, 1).unbind(1);          // H x [B * N, A]
    std::vector<at::Tensor> features{dynamics.features(start)};  // H + 1
    model::Belief belief = start;
    for (int64_t h = 0; h < H; ++h) {
      belief = dynamics.predict(belief, actions[h], sampling);
      features.push_back(dynamics.features(belief));
    }
    const at::Tensor states = at::stack(features);
    at::Tensor rewards = world_model_->predict_reward(states.narrow(0, 1, H));
    if (disagreement != 0.0) rewards += disagreement * disagreement_->of(states.narrow(0, 0, H), at::stack(actions));
    return rewards.sum(0).view({B, N});
  };
  return plan_with_cross_entropy(imagined_return, B, world_model_->action_size(), config_, options.rng).select(1, 0);
}

UpdateReport PlanetAgent::update(const data::Batch& batch, math::TensorGenerator& rng) {
  optimiser_.zero_gradients();
  const data::Batch on_device = batch.to(device_);
  const model::WorldModel::LossPass pass = math::profile_scope("model forward", [&] {
    return world_model_->compute_loss(on_device, {rng, /*dropout=*/true});
  });
  math::profile_scope("model backward", [&] { pass.loss.backward(); });
  ReportBuilder report;
  report_model(pass, math::profile_scope("optimiser", [&] { return optimiser_.step(); }), report);
  world_model_->learn_noise(pass);
  if (disagreement_) disagreement_->learn(world_model_->dynamics(), pass.inference, on_device.actions, report);
  return report.build();
}

void PlanetAgent::save(torch::serialize::OutputArchive& archive) const {
  torch::serialize::OutputArchive model, optimiser;
  nn::save_weights(*world_model_, model);
  optimiser_.save(optimiser);
  archive.write("world_model", model);
  archive.write("optimiser", optimiser);
  save_ensemble(archive);
}

void PlanetAgent::load(torch::serialize::InputArchive& archive) {
  torch::serialize::InputArchive model, optimiser;
  if (!archive.try_read("world_model", model) || !archive.try_read("optimiser", optimiser)) {
    throw DataError("The saved agent is no PlaNet agent.");
  }
  nn::load_weights(*world_model_, model);
  optimiser_.load(optimiser);
  load_ensemble(archive);
}

}  // namespace vrkn::agent
