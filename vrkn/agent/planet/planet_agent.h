#pragma once

#include <memory>

#include "vrkn/agent/model_based_agent.h"
#include "vrkn/agent/planet/planet_config.h"
#include "vrkn/nn/adam.h"

namespace vrkn::agent {

/// PlaNet: filters what it observes, plans by cross-entropy over imagined returns, learns the world model only
/// (Hafner et al. 2019; paper, Section 4).
class PlanetAgent final : public ModelBasedAgent {
 public:
  /// `disagreement`: null where the configuration wants no ensemble.
  PlanetAgent(PlanetConfig config, std::shared_ptr<model::WorldModel> world_model, c10::Device device,
              std::unique_ptr<Disagreement> disagreement = nullptr);

  void all_reduce_gradients(const nn::GradientMean& mean) override;
  void scale_learning_rates(double factor) override;
  void exchange_averages() override { optimiser_.exchange_average(); }
  UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng) override;
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  /// The first action of the best plan found from each of the beliefs.
  at::Tensor choose_action(const model::Belief& posterior, ActOptions options) override;

  PlanetConfig config_;
  nn::Adam optimiser_;
};

}  // namespace vrkn::agent
