#pragma once

#include <functional>

#include <ATen/core/Tensor.h>

#include "vrkn/agent/dreamer/dreamer_config.h"
#include "vrkn/agent/dreamer/reward_range.h"
#include "vrkn/model/world_model.h"
#include "vrkn/nn/mlp.h"

namespace vrkn::agent {

/// Actions [N, A] for features [N, F].
using Policy = std::function<at::Tensor(const at::Tensor& features)>;

/// Imagines `horizon` steps from each of N beliefs: features [H, N, F] of the states s_1 ... s_H that follow `start`,
/// s_0.
///
/// The policy sees features cut off from the graph: gradient reaches it through the actions it chose and what they led
/// to, not through what it saw, as in Dreamer's published code. With Monte Carlo dropout each trajectory has masks of
/// its own.
at::Tensor imagine(model::StateSpaceModel& dynamics, const Policy& policy, const model::Belief& start, int64_t horizon,
                   model::Sampling sampling);

/// What actor and value network learn from imagined trajectories.
struct BehaviourLosses {
  at::Tensor actor;  ///< [] minus the mean lambda-return
  at::Tensor
      value;  ///< [] half the mean squared difference of values and lambda-returns, without gradient to the returns
  at::Tensor returns;  ///< [H-1, N] lambda-returns V_1 ... V_{H-1}
};

/// Both means weigh step t with discount^(t-1) (Hafner et al. 2020, Eq. 7 and 8, and published code).
/// rewards [H-1, N] and values [H, N] of the imagined states, from s_1 on; `bounded` [H, N] are the values that
/// lambda-returns are made of.
BehaviourLosses behaviour_losses(const at::Tensor& rewards, const at::Tensor& values, const at::Tensor& bounded,
                                 double discount, double lambda);

/// Rewards [...] of the agent's own for actions [..., A] at features [..., F], differentiable.
using IntrinsicReward = std::function<at::Tensor(const at::Tensor& features, const at::Tensor& actions)>;

/// Imagines trajectories from `start` and computes their losses: rewards and values once for all imagined states.
/// `intrinsic`, where there is one, adds to the reward of every state that an action led to. `range`, where there is
/// one, bounds rewards and the values that returns are made of.
BehaviourLosses imagine_losses(model::WorldModel& world_model, nn::MlpImpl& value, const Policy& policy,
                               const model::Belief& start, const DreamerConfig& config, model::Sampling sampling,
                               const IntrinsicReward& intrinsic = {}, const RewardRange* range = nullptr);

}  // namespace vrkn::agent
