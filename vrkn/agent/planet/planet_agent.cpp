#include "vrkn/agent/planet/planet_agent.h"

#include <ATen/ATen.h>

#include "vrkn/agent/planet/cross_entropy_method.h"
#include "vrkn/core/error.h"
#include "vrkn/math/profile_scope.h"
#include "vrkn/nn/weights.h"

namespace vrkn::agent {

PlanetAgent::PlanetAgent(PlanetConfig config, std::shared_ptr<model::WorldModel> world_model, c10::Device device)
    : ModelBasedAgent(std::move(world_model), device),
      config_(config),
      optimiser_(world_model_->parameters(), {.learning_rate = config.learning_rate,
                                              .epsilon = config.adam_epsilon,
                                              .max_gradient_norm = config.max_gradient_norm,
                                              .average = config.weight_average}) {}

at::Tensor PlanetAgent::choose_action(const model::Belief& posterior, ActOptions options) {
  const int64_t B = posterior.mean.size(0), N = config_.population_size, H = config_.horizon;
  const model::Sampling sampling{options.rng, options.dropout};
  model::StateSpaceModel& dynamics = world_model_->dynamics();
  const model::Belief start = model::repeat_rows(model::new_chain(posterior), N);
  const PlanScore imagined_return = [&](const at::Tensor& plans) {
    const auto actions = plans.flatten(0, 1).unbind(1);  // H x [B * N, A]
    std::vector<at::Tensor> features;
    model::Belief belief = start;
    for (int64_t h = 0; h < H; ++h) {
      belief = dynamics.predict(belief, actions[h], sampling);
      features.push_back(dynamics.features(belief));
    }
    return world_model_->predict_reward(at::stack(features)).sum(0).view({B, N});
  };
  return plan_with_cross_entropy(imagined_return, B, world_model_->action_size(), config_, options.rng).select(1, 0);
}

UpdateReport PlanetAgent::update(const data::Batch& batch, math::TensorGenerator& rng) {
  optimiser_.zero_gradients();
  const model::WorldModel::Pass pass = math::profile_scope("model forward", [&] {
    return world_model_->evaluate(batch.to(device_), {rng, /*dropout=*/true});
  });
  math::profile_scope("model backward", [&] { pass.loss.backward(); });
  ReportBuilder report;
  report_model(pass, math::profile_scope("optimiser", [&] { return optimiser_.step(); }), report);
  world_model_->learn_noise(pass);
  return report.build();
}

void PlanetAgent::save(torch::serialize::OutputArchive& archive) const {
  torch::serialize::OutputArchive model, optimiser;
  nn::save_weights(*world_model_, model);
  optimiser_.save(optimiser);
  archive.write("world_model", model);
  archive.write("optimiser", optimiser);
}

void PlanetAgent::load(torch::serialize::InputArchive& archive) {
  torch::serialize::InputArchive model, optimiser;
  if (!archive.try_read("world_model", model) || !archive.try_read("optimiser", optimiser)) {
    throw DataError("The saved agent is no PlaNet agent.");
  }
  nn::load_weights(*world_model_, model);
  optimiser_.load(optimiser);
}

}  // namespace vrkn::agent
