#include "vrkn/agent/planet/planet_agent.h"

#include <ATen/ATen.h>

#include "vrkn/agent/planet/cross_entropy.h"
#include "vrkn/core/error.h"
#include "vrkn/nn/weights.h"

namespace vrkn {
PlanetAgent::PlanetAgent(PlanetConfig config, std::shared_ptr<WorldModel> world_model, c10::Device device)
    : config_(config),
      world_model_(std::move(world_model)),
      device_(device),
      optimiser_(world_model_->parameters(), {.learning_rate = config.learning_rate,
                                              .epsilon = config.adam_epsilon,
                                              .max_gradient_norm = config.max_gradient_norm}) {}

Belief PlanetAgent::begin(int64_t batch, ActOptions options) {
  const at::NoGradGuard no_grad;
  return world_model_->dynamics().initial(batch, {options.rng, options.dropout});
}

at::Tensor PlanetAgent::act(Belief& memory, const Observations& observations, ActOptions options) {
  const c10::InferenceMode inference;
  const Sampling sampling{options.rng, options.dropout};
  StateSpaceModel& dynamics = world_model_->dynamics();
  const Evidence evidence = world_model_->encode(to(observations, device_), options.rng);
  const Belief posterior = dynamics.update(memory, evidence, sampling);
  at::Tensor action = plan(posterior, sampling);
  if (options.exploration_noise > 0.0) {
    action = (action + options.rng.normal(action.sizes()) * options.exploration_noise).clamp(-1.0, 1.0);
  }
  // The memory between steps is the prior of the next observation: the action taken is in it.
  memory = dynamics.predict(posterior, action, sampling);
  return action.cpu();
}

at::Tensor PlanetAgent::plan(const Belief& posterior, Sampling sampling) {
  const int64_t B = posterior.mean.size(0), N = config_.candidates, H = config_.horizon;
  StateSpaceModel& dynamics = world_model_->dynamics();
  const Belief start = repeat_rows(posterior, N);
  const PlanScore imagined_return = [&](const at::Tensor& plans) {
    const auto actions = plans.flatten(0, 1).unbind(1);  // H x [B * N, A]
    std::vector<at::Tensor> features;
    Belief belief = start;
    for (int64_t h = 0; h < H; ++h) {
      belief = dynamics.predict(belief, actions[h], sampling);
      features.push_back(dynamics.features(belief));
    }
    return world_model_->predict_reward(at::stack(features)).sum(0).view({B, N});
  };
  return plan_with_cross_entropy(imagined_return, B, world_model_->action_size(), config_, sampling.rng).select(1, 0);
}

void PlanetAgent::set_statistics(const std::vector<SensorStatistics>& statistics) {
  world_model_->set_statistics(statistics);
}

UpdateReport PlanetAgent::update(const Batch& batch, Rng& rng) {
  optimiser_.zero_gradients();
  const WorldModel::Pass pass = world_model_->evaluate(batch.to(device_), {rng, /*dropout=*/true});
  pass.loss.backward();
  const at::Tensor gradient_norm = optimiser_.step();

  UpdateReport report{{"loss/total"}, {}};
  std::vector<at::Tensor> values{pass.loss};
  for (size_t s = 0; s < pass.terms.sensor_log_probs.size(); ++s) {
    report.names.push_back("loss/" + world_model_->sensors()[s].name);
    values.push_back(-pass.terms.sensor_log_probs[s].mean());
  }
  // The KL of the first step is of another kind, and by default weighs nothing.
  report.names.insert(report.names.end(), {"loss/reward", "loss/kl", "model/gradient_norm"});
  values.insert(values.end(), {-pass.terms.reward_log_prob.mean(),
                               pass.terms.kl.narrow(1, 1, pass.terms.kl.size(1) - 1).mean(), gradient_norm});
  report.values = at::stack(values).detach();
  return report;
}

void PlanetAgent::save(torch::serialize::OutputArchive& archive) const {
  torch::serialize::OutputArchive model, optimiser;
  save_weights(*world_model_, model);
  optimiser_.save(optimiser);
  archive.write("world_model", model);
  archive.write("optimiser", optimiser);
}

void PlanetAgent::load(torch::serialize::InputArchive& archive) {
  torch::serialize::InputArchive model, optimiser;
  if (!archive.try_read("world_model", model) || !archive.try_read("optimiser", optimiser)) {
    throw DataError("The saved agent is no PlaNet agent.");
  }
  load_weights(*world_model_, model);
  optimiser_.load(optimiser);
}

}  // namespace vrkn
