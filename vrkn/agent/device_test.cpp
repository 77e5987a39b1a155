#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/on_device.h"
#include "tests/support/small_agents.h"
#include "vrkn/math/recorded_draws.h"

namespace vrkn::agent::device_test {
namespace {

using at::Tensor;

const AgentConfig kAgents[] = {kSmallPlanet, kSmallDreamer, with_ensemble(kSmallPlanet, 1.0),
                               with_ensemble(kSmallDreamer, 1.0)};

class AgentOnDevice : public OnDevice {};

TEST_P(AgentOnDevice, LearnsAsOnTheCpu) {
  for (const AgentConfig& config : kAgents) {
    const auto on_host = small_agent(config), on_device = small_agent(config, 1, small_world_model(), device());
    for (uint64_t i = 0; i < 3; ++i) {
      math::RecordedDraws draws;
      math::TensorGenerator rng(i);
      rng.record(draws);
      const UpdateReport expected = on_host->update(random_batch(i), rng);
      const math::RecordedDraws moved = draws.to(device());
      math::TensorGenerator same(moved, device());
      const UpdateReport found = on_device->update(random_batch(i), same);
      EXPECT_EQ(found.names, expected.names);
      EXPECT_EQ(found.values.device().type(), device().type());
      for (size_t k = 0; k < found.names.size(); ++k) {
        const auto at = static_cast<int64_t>(k);
        EXPECT_LT(relative_error(found.values[at], expected.values[at]), 1e-2) << found.names[k] << ", update " << i;
      }
    }
  }
}

TEST_P(AgentOnDevice, ActsOnTheHostAsAFunctionOfTheSeed) {
  for (const AgentConfig& config : kAgents) {
    const auto agent = small_agent(config, 1, small_world_model(), device());
    const auto act = [&](uint64_t seed) {
      math::TensorGenerator rng(seed, device());
      const ActOptions options{.rng = rng, .dropout = true, .exploration_noise = 0.3, .sample_policy = true};
      data::Observations observations;
      for (const data::Readings& readings : random_batch(1).observations) {
        observations.push_back(data::map([](const Tensor& tensor) { return tensor.select(1, 0); }, readings));
      }
      model::Belief memory = agent->begin(2, options);
      agent->act(memory, observations, options);
      return agent->act(memory, observations, options);
    };
    const Tensor action = act(1);
    EXPECT_TRUE(action.is_cpu());
    EXPECT_EQ(action.sizes(), (at::IntArrayRef{2, 2}));
    EXPECT_LE(action.abs().max().item<float>(), 1.0f);
    EXPECT_LT(relative_error(act(1), action), 1e-3);
    EXPECT_GT(relative_error(act(2), action), 1e-2);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, AgentOnDevice, devices(), device_name);

}  // namespace
}  // namespace vrkn::agent::device_test
