#include "vrkn/run/memory_need.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/run/presets.h"

namespace vrkn::run::memory_need_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int64_t kMachine = 16'000'000'000;

MemoryNeed need_of(const std::vector<std::string>& overrides) {
  const ExperimentConfig config = load_preset("quick", overrides);
  return memory_need(config, task_spec(config));
}

TEST(MemoryNeed, EveryPresetFitsIntoALargeMachineAndTheQuickOneIntoASmallOne) {
  for (const std::string& name : preset_names()) {
    const ExperimentConfig config = load_preset(name);
    EXPECT_NO_THROW(check_memory(config, task_spec(config), 64'000'000'000)) << name;
  }
  const ExperimentConfig quick = load_preset("quick");
  EXPECT_NO_THROW(check_memory(quick, task_spec(quick), 1'000'000'000));
}

TEST(MemoryNeed, NamesTheMemoryAndTheKeysThatDecideIt) {
  struct Case {
    std::string setting, key;
  };
  for (const Case& large :
       std::vector<Case>{{"model.latent_dim=1000000", "model.latent_dim = 1000000"},
                         {"model.hidden_dim=100000000", "model.hidden_dim = 100000000"},
                         {"networks.image_depth=100000", "networks.image_depth = 100000"},
                         {"networks.reward_hidden=100000000", "networks.reward_hidden = 100000000"},
                         {"networks.reward_layers=1000000", "networks.reward_layers = 1000000"},
                         {"training.batch_size=100000000", "training.batch_size = 100000000"},
                         {"training.prefill_episodes=100000000", "training.prefill_episodes = 100000000"},
                         {"training.iterations=100000000", "training.iterations = 100000000"},
                         {"evaluation.episodes=1000000000", "evaluation.episodes = 1000000000"},
                         {"agent.population_size=1000000000", "agent.population_size = 1000000000"},
                         {"agent.horizon=1000000000", "agent.horizon = 1000000000"},
                         {"networks.image_waves=1000000000", "networks.image_waves = 1000000000"}}) {
    const ExperimentConfig config = load_preset("quick", {large.setting});
    EXPECT_THAT([&] { check_memory(config, task_spec(config), kMachine); },
                ThrowsMessage<ConfigError>(AllOf(HasSubstr("this run needs at least"), HasSubstr("but 16 GB are there"),
                                                 HasSubstr("what decides it: "), HasSubstr(large.key))))
        << large.setting;
  }
}

TEST(MemoryNeed, OfOtherAgentsAndSensors) {
  const ExperimentConfig dreamer = load_preset("quick", {"agent.kind=dreamer", "agent.actor_hidden=1000000"});
  EXPECT_THAT([&] { check_memory(dreamer, task_spec(dreamer), kMachine); },
              ThrowsMessage<ConfigError>(HasSubstr("agent.actor_hidden = 1000000")));
  const ExperimentConfig vectors =
      load_preset("quick", {"environment.sensors=state", "networks.vector_hidden=100000000"});
  EXPECT_THAT([&] { check_memory(vectors, task_spec(vectors), kMachine); },
              ThrowsMessage<ConfigError>(HasSubstr("networks.vector_hidden = 100000000")));
  const ExperimentConfig occluded =
      load_preset("quick", {"environment.occlusion.kind=discs", "environment.occlusion.number=1000000000000"});
  EXPECT_THAT([&] { check_memory(occluded, task_spec(occluded), kMachine); },
              ThrowsMessage<ConfigError>(HasSubstr("environment.occlusion.number = 1000000000000")));
  const ExperimentConfig images = load_preset("quick", {"environment.image_size=480", "training.batch_size=20000"});
  EXPECT_THAT([&] { check_memory(images, task_spec(images), kMachine); },
              ThrowsMessage<ConfigError>(HasSubstr("environment.image_size = 480")));
}

TEST(MemoryNeed, GrowsAsItShould) {
  EXPECT_NEAR(need_of({"training.iterations=2", "training.prefill_episodes=6"}).replay /
                  need_of({"training.iterations=2", "training.prefill_episodes=2"}).replay,
              2.0, 1e-12);
  EXPECT_NEAR(need_of({"training.batch_size=8"}).batches / need_of({"training.batch_size=4"}).batches, 2.0, 1e-12);
  EXPECT_NEAR(need_of({"training.async_collection=true"}).weights / need_of({}).weights, 2.0, 1e-12);
  EXPECT_NEAR(need_of({"agent.weight_average=0.9"}).weights / need_of({}).weights, 1.25, 1e-12);
  const ExperimentConfig config = load_preset("quick");
  EXPECT_NEAR(memory_need(config, task_spec(config), 2).batches, memory_need(config, task_spec(config)).batches / 2,
              1e-6);
  EXPECT_EQ(need_of({"agent.kind=random"}).weights, 0.0);
  EXPECT_EQ(memory_need(config, {.name = "log", .sensors = task_spec(config).sensors, .action_size = 1}).replay, 0.0);
}

}  // namespace
}  // namespace vrkn::run::memory_need_test
