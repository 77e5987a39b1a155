#pragma once

#include "vrkn/agent/agent.h"

namespace vrkn::agent {

/// Actions uniform in [-amplitude, amplitude], whatever is observed.
class RandomAgent final : public Agent {
 public:
  explicit RandomAgent(int64_t action_size, double amplitude = 1.0)
      : action_size_(action_size), amplitude_(amplitude) {}

  model::Belief begin(int64_t batch, ActOptions options) override;
  at::Tensor act(model::Belief& belief, const data::Observations& observations, ActOptions options) override;
  bool learns() const override { return false; }
  void set_statistics(const std::vector<data::SensorStatistics>& statistics) override;
  void all_reduce_gradients(const nn::GradientMean& /*mean*/) override {}
  void scale_learning_rates(double /*factor*/) override {}
  UpdateReport update(const data::Batch& batch, math::TensorGenerator& rng) override;
  void exchange_averages() override {}
  model::WorldModel* world_model() const override { return nullptr; }
  c10::Device device() const override { return c10::kCPU; }
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  int64_t action_size_;
  double amplitude_;
};

}  // namespace vrkn::agent
