#pragma once

#include <memory>

#include "vrkn/agent/dreamer/actor.h"
#include "vrkn/agent/dreamer/behaviour.h"
#include "vrkn/agent/dreamer/dreamer_config.h"
#include "vrkn/agent/model_based_agent.h"
#include "vrkn/nn/adam.h"
#include "vrkn/nn/mlp.h"

namespace vrkn::agent {

/// Dreamer: filters what it observes, acts with a learned policy, and learns world model, policy and value together,
/// the latter two in imagination (Hafner et al. 2020; paper, Section 4).
class DreamerAgent final : public ModelBasedAgent {
 public:
  /// Weights of actor and value network are drawn from `rng`. `disagreement`: null where the configuration wants no
  /// ensemble.
  DreamerAgent(DreamerConfig config, std::shared_ptr<model::WorldModel> world_model, int64_t feature_size,
               math::TensorGenerator& rng, c10::Device device, std::unique_ptr<Disagreement> disagreement = nullptr);

  void all_reduce_gradients(const nn::GradientMean& mean) override;
  void scale_learning_rates(double factor) override;
  void exchange_averages() override;
  const torch::nn::Module* policy() const override { return actor_.get(); }
  UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng) override;
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  /// A sample of the policy, or its median.
  at::Tensor choose_action(const model::Belief& posterior, ActOptions options) override;

  struct Behaviour {
    BehaviourLosses losses;
    at::Tensor entropy;  // [] of the policy at the imagined states, nats, estimated from the actions taken there
  };
  /// Imagines from `start` and computes the gradients of actor and value network.
  Behaviour learn_behaviour(const model::Belief& start, model::Sampling sampling);

  DreamerConfig config_;
  Actor actor_;
  nn::Mlp value_;
  std::unique_ptr<RewardRange> reward_range_;  // null where returns are not bounded
  std::vector<at::Tensor> actor_parameters_, value_parameters_;
  nn::Adam model_optimiser_, actor_optimiser_, value_optimiser_;
};

}  // namespace vrkn::agent
