#include "vrkn/evaluation/imagined_episode.h"

#include <variant>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/core/random.h"

namespace vrkn::evaluation::imagined_episode_test {
namespace {

/// Ten steps of one vector sensor and one action, four of them seen.
ImaginedEpisode episode() {
  math::TensorGenerator rng(1);
  const data::Batch batch{.observations = {{rng.normal({1, 10, 3}), at::ones({1, 10}, at::kBool)}},
                          .actions = rng.normal({1, 10, 1}),
                          .rewards = rng.normal({1, 10, 1})};
  return {.sensors = {{"state", env::SensorKind::kVector, {3}}},
          .context = 4,
          .seen = batch,
          .truth = batch,
          .labels = {},
          .imagined = {},
          .reconstructed = {}};
}

TEST(ImaginedEpisode, EverySampleHasDropoutMasksOfItsOwn) {
  constexpr int64_t kSamples = 8;
  constexpr uint64_t kSeed = 3;
  for (const model::ModelConfig& config : small_models()) {
    math::TensorGenerator rng(2);
    model::WorldModelConfig world;
    world.model = config;
    ImaginedEpisode result = episode();
    model::WorldModel model(result.sensors, 1, world, rng);
    add_run(result, "run", model, c10::kCPU, kSamples, kSeed);

    math::TensorGenerator same(derive_seed(kSeed, "imagine"));
    const model::OpenLoop without = model::open_loop(model, result.seen, result.context, kSamples, {same, false});
    const bool has_dropout = std::visit([](const auto& kind) { return kind.dropout > 0.0; }, config);
    EXPECT_EQ(result.imagined[0].reward.mean.equal(without.reward.mean), !has_dropout) << kind_of(config);
  }
}

}  // namespace
}  // namespace vrkn::evaluation::imagined_episode_test
