#pragma once

#include <memory>

#include "vrkn/agent/agent.h"
#include "vrkn/agent/disagreement.h"
#include "vrkn/agent/report_builder.h"

namespace vrkn::agent {

/// What agents with a world model have in common: they filter what they observe and choose actions from the posterior.
class ModelBasedAgent : public Agent {
 public:
  model::Belief begin(int64_t batch, ActOptions options) final;
  at::Tensor act(model::Belief& belief, const data::Observations& observations, ActOptions options) final;
  bool learns() const final { return true; }
  void set_statistics(const std::vector<data::SensorStatistics>& statistics) final;
  model::WorldModel* world_model() const final { return world_model_.get(); }
  Disagreement* disagreement() const final { return disagreement_.get(); }
  c10::Device device() const final { return device_; }

 protected:
  /// `disagreement`: null where no ensemble is wanted.
  ModelBasedAgent(std::shared_ptr<model::WorldModel> world_model, c10::Device device,
                  std::unique_ptr<Disagreement> disagreement = nullptr);

  /// Actions [B, A] in [-1, 1] for the posteriors of B environments, before exploration noise.
  virtual at::Tensor choose_action(const model::Belief& posterior, ActOptions options) = 0;

  /// Reports the terms of the bound and the norm of the model's gradient.
  void report_model(const model::WorldModel::LossPass& pass, const at::Tensor& gradient_norm,
                    ReportBuilder& report) const;

  /// The ensemble's part of a checkpoint; nothing where there is none. load_ensemble throws DataError.
  void save_ensemble(torch::serialize::OutputArchive& archive) const;
  void load_ensemble(torch::serialize::InputArchive& archive);

  const std::shared_ptr<model::WorldModel> world_model_;
  const std::unique_ptr<Disagreement> disagreement_;
  const c10::Device device_;
};

}  // namespace vrkn::agent
