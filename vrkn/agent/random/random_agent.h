#pragma once

#include "vrkn/agent/agent.h"

namespace vrkn {

/// Actions uniform in [-amplitude, amplitude], whatever is observed.
class RandomAgent final : public Agent {
 public:
  explicit RandomAgent(int64_t action_size, double amplitude = 1.0)
      : action_size_(action_size), amplitude_(amplitude) {}

  Belief begin(int64_t batch, ActOptions options) override;
  at::Tensor act(Belief& memory, const Observations& observations, ActOptions options) override;
  bool learns() const override { return false; }
  void set_statistics(const std::vector<SensorStatistics>& statistics) override;
  void all_reduce_gradients(const GradientMean& /*mean*/) override {}
  UpdateReport update(const Batch& batch, TensorGenerator& rng) override;
  void exchange_averages() override {}
  WorldModel* world_model() override { return nullptr; }
  c10::Device device() const override { return c10::kCPU; }
  void save(torch::serialize::OutputArchive& archive) const override;
  void load(torch::serialize::InputArchive& archive) override;

 private:
  int64_t action_size_;
  double amplitude_;
};

}  // namespace vrkn
