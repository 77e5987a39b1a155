#include "vrkn/agent/dreamer/behaviour.h"

#include <vector>

#include <ATen/ATen.h>

#include "vrkn/math/returns.h"

namespace vrkn::agent {

at::Tensor imagine(model::StateSpaceModel& dynamics, const Policy& policy, const model::Belief& start, int64_t horizon,
                   model::Sampling sampling) {
  model::Belief belief = model::new_chain(start);
  at::Tensor seen = dynamics.features(belief);
  std::vector<at::Tensor> features;
  for (int64_t h = 0; h < horizon; ++h) {
    belief = dynamics.predict(belief, policy(seen.detach()), sampling);
    seen = dynamics.features(belief);
    features.push_back(seen);
  }
  return at::stack(features);
}

BehaviourLosses behaviour_losses(const at::Tensor& rewards, const at::Tensor& values, const at::Tensor& bounded,
                                 double discount, double lambda) {
  const int64_t steps = rewards.size(0);
  const at::Tensor returns = math::lambda_returns(rewards, bounded, discount, lambda);
  const at::Tensor weights = at::pow(discount, at::arange(steps, rewards.options())).unsqueeze(-1);
  const at::Tensor error = values.narrow(0, 0, steps) - returns.detach();
  return {-(weights * returns).mean(), 0.5 * (weights * error.square()).mean(), returns};
}

BehaviourLosses imagine_losses(model::WorldModel& world_model, nn::MlpImpl& value, const Policy& policy,
                               const model::Belief& start, const DreamerConfig& config, model::Sampling sampling,
                               const IntrinsicReward& intrinsic, const RewardRange* range) {
  model::StateSpaceModel& dynamics = world_model.dynamics();
  std::vector<at::Tensor> actions;
  const Policy remembered = [&](const at::Tensor& features) { return actions.emplace_back(policy(features)); };
  const at::Tensor features = imagine(dynamics, remembered, start, config.horizon, sampling);
  // The last state counts through its value alone.
  const int64_t rewarded = config.horizon - 1;
  at::Tensor rewards = world_model.predict_reward(features.narrow(0, 0, rewarded));
  if (range) rewards = range->bound_rewards(rewards);
  if (intrinsic) {
    const at::Tensor before = at::cat({dynamics.features(start).unsqueeze(0), features.narrow(0, 0, rewarded - 1)});
    rewards = rewards + intrinsic(before, at::stack(actions).narrow(0, 0, rewarded));
  }
  const at::Tensor values = value.forward(features).squeeze(-1);
  const at::Tensor bounded = range ? range->bound_values(values, config.discount) : values;
  return behaviour_losses(rewards, values, bounded, config.discount, config.lambda);
}

}  // namespace vrkn::agent
