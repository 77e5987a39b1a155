#pragma once

#include <memory>

#include "vrkn/agent/agent.h"
#include "vrkn/agent/planet/planet_config.h"
#include "vrkn/nn/adam.h"

namespace vrkn {

/// PlaNet: filters what it observes, plans by cross-entropy over imagined returns, learns the world model only
/// (Hafner et al. 2019; paper, Section 4).
class PlanetAgent final : public Agent {
 public:
  PlanetAgent(PlanetConfig config, std::shared_ptr<WorldModel> world_model, c10::Device device);

  Belief begin(int64_t batch, ActOptions options) override;
  at::Tensor act(Belief& memory, const Observations& observations, ActOptions options) override;
  bool learns() const override { return true; }
  void set_statistics(const std::vector<SensorStatistics>& statistics) override;
  UpdateReport update(const Batch& batch, Rng& rng) override;
  WorldModel* world_model() override { return world_model_.get(); }
  c10::Device device() const override { return device_; }
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  /// The first action of the best plan found from each of the beliefs: [B, A].
  at::Tensor plan(const Belief& posterior, Sampling sampling);

  PlanetConfig config_;
  std::shared_ptr<WorldModel> world_model_;
  c10::Device device_;
  Adam optimiser_;
};

}  // namespace vrkn
