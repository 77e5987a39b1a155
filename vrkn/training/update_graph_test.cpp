#include "vrkn/training/update_graph.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>

#include "tests/support/small_agents.h"
#include "vrkn/core/error.h"

namespace vrkn::training::update_graph_test {
namespace {

using at::Tensor;

/// Does again, instead of replaying, what it was given to record. What a replay would not do is done here as well, but
/// inputs, random numbers and results must be where they were, as in a real capture.
class Repetition final : public GraphCapture {
 public:
  void warm_up(const std::function<void()>& work) override { work(); }
  void capture(const std::function<void()>& work) override { work_ = work; }
  void replay() override { work_(); }

 private:
  std::function<void()> work_;
};

data::Batch masked_batch(uint64_t seed, int64_t B = 2) {
  return random_batch(seed, {.B = B, .states = 0.7, .masked = true});
}

std::unique_ptr<agent::Agent> agent_of(const agent::AgentConfig& config, c10::Device device = c10::kCPU) {
  return small_agent(config, /*seed=*/1, small_world_model(), device, /*masked=*/true);
}

TEST(UpdateGraph, LearnsAsTheAgentDoesByItself) {
  for (const agent::AgentConfig& config :
       {agent::AgentConfig(kSmallDreamer), agent::AgentConfig(agent::PlanetConfig{})}) {
    const auto plain = agent_of(config), recorded = agent_of(config);
    UpdateGraph graph(*recorded, std::make_unique<Repetition>());
    for (uint64_t i = 0; i < 7; ++i) {
      math::TensorGenerator rng(100 + i), same(100 + i);
      const agent::UpdateReport expected = plain->update(masked_batch(i), rng);
      EXPECT_EQ(graph.is_recorded(), i >= 4);
      const agent::UpdateReport found = graph.update(masked_batch(i), same);
      EXPECT_EQ(found.names, expected.names);
      EXPECT_TRUE(at::equal(found.values, expected.values)) << "update " << i;
    }
    const auto left = plain->world_model()->parameters(), right = recorded->world_model()->parameters();
    for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i]));
  }
}

TEST(UpdateGraph, RefusesABatchOfAnotherSize) {
  const auto agent = agent_of(agent::PlanetConfig{});
  UpdateGraph graph(*agent, std::make_unique<Repetition>());
  math::TensorGenerator rng(1);
  for (uint64_t i = 0; i < 5; ++i) graph.update(masked_batch(i), rng);
  EXPECT_THROW(graph.update(masked_batch(5, /*B=*/3), rng), ShapeError);
}

TEST(UpdateGraph, OfADeviceLearnsAsTheAgentDoesByItself) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device";
  const c10::Device cuda(c10::kCUDA);
  for (const agent::AgentConfig& config :
       {agent::AgentConfig(kSmallDreamer), agent::AgentConfig(agent::PlanetConfig{})}) {
    const auto plain = agent_of(config, cuda), recorded = agent_of(config, cuda);
    UpdateGraph graph(*recorded, make_graph_capture());
    for (uint64_t i = 0; i < 10; ++i) {
      math::TensorGenerator rng(100 + i, cuda), same(100 + i, cuda);
      const Tensor expected = plain->update(masked_batch(i), rng).values.cpu();
      EXPECT_TRUE(at::allclose(graph.update(masked_batch(i), same).values.cpu(), expected, 1e-2, 1e-3)) << i;
    }
  }
}

TEST(UpdateGraph, IsRefusedWithoutCuda) {
  if (torch::cuda::is_available()) GTEST_SKIP() << "there is a CUDA device";
  EXPECT_THROW(make_graph_capture(), ConfigError);
}

}  // namespace
}  // namespace vrkn::training::update_graph_test
