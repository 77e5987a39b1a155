#include "vrkn/agent/planet/planet_agent.h"

#include <ATen/ATen.h>

#include "vrkn/agent/planet/cross_entropy.h"
#include "vrkn/core/error.h"
#include "vrkn/math/part.h"
#include "vrkn/math/row_blocks.h"
#include "vrkn/nn/weights.h"

namespace vrkn {

PlanetAgent::PlanetAgent(PlanetConfig config, std::shared_ptr<WorldModel> world_model, c10::Device device)
    : ModelBasedAgent(std::move(world_model), device),
      config_(config),
      optimiser_(world_model_->parameters(), {.learning_rate = config.learning_rate,
                                              .epsilon = config.adam_epsilon,
                                              .max_gradient_norm = config.max_gradient_norm}) {}

at::Tensor PlanetAgent::choose_action(const Belief& posterior, ActOptions options) {
  const int64_t B = posterior.mean.size(0), N = config_.candidates;
  const int64_t feature_size = world_model_->dynamics().features(posterior).size(-1);
  const Belief start = repeat_rows(new_chain(posterior), N);
  const PlanScore score = [&](const at::Tensor& plans) {
    const at::Tensor actions = plans.flatten(0, 1);  // [B * N, H, A]
    const auto returns = in_row_blocks(B * N, feature_size, options.rng, [&](const RowBlock& block, Rng& rng) {
      const Belief belief = rows(start, block.first, block.count);
      return imagined_return(belief, actions.narrow(0, block.first, block.count), {rng, options.dropout});
    });
    return at::cat(returns).view({B, N});
  };
  return plan_with_cross_entropy(score, B, world_model_->action_size(), config_, options.rng).select(1, 0);
}

at::Tensor PlanetAgent::imagined_return(Belief belief, const at::Tensor& actions, Sampling sampling) {
  StateSpaceModel& dynamics = world_model_->dynamics();
  std::vector<at::Tensor> features;
  for (const at::Tensor& action : actions.unbind(1)) {
    belief = dynamics.predict(belief, action, sampling);
    features.push_back(dynamics.features(belief));
  }
  return world_model_->predict_reward(at::stack(features)).sum(0);
}

UpdateReport PlanetAgent::update(const Batch& batch, Rng& rng) {
  optimiser_.zero_gradients();
  const WorldModel::Pass pass = as_part("model forward", [&] {
    return world_model_->evaluate(batch.to(device_), {rng, /*dropout=*/true});
  });
  as_part("model backward", [&] { pass.loss.backward(); });
  ReportBuilder report;
  report_model(pass, as_part("optimiser", [&] { return optimiser_.step(); }), report);
  return report.build();
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
