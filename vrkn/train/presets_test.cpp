#include "vrkn/train/presets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"

namespace vrkn {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Presets, EveryOneLoadsAndComesBackFromItsResolvedText) {
  ASSERT_THAT(preset_names(), testing::Contains(kDefaultPreset));
  for (const std::string& name : preset_names()) {
    const ExperimentConfig config = load_preset(name);
    ExperimentConfig again;
    config::apply_entries(config::parse_toml(config::to_toml(config), name), again);
    EXPECT_THAT(config::differences(config, again), testing::IsEmpty()) << name;
  }
}

TEST(Presets, OverridesComeOnTop) {
  EXPECT_EQ(load_preset(kDefaultPreset, {"training.iterations=7"}).training.iterations, 7);
}

TEST(Presets, ThePapersSizesAreThePapers) {
  const ExperimentConfig config = load_preset("paper-planet");
  EXPECT_EQ(std::get<VrknConfig>(config.model).latent_dim, 230);
  EXPECT_EQ(config.training.batch_size, 50);
  EXPECT_EQ(config.training.sequence_length, 50);
  EXPECT_EQ(config.environment.image_size, 64);
  EXPECT_EQ(std::get<PlanetConfig>(config.agent).candidates, 1000);
}

TEST(Presets, NamesTheNearest) {
  EXPECT_THAT([] { load_preset("defualt"); }, ThrowsMessage<ConfigError>(HasSubstr("did you mean 'default'")));
}

TEST(ExperimentConfig, NamesTheNearestKey) {
  EXPECT_THAT([] { load_preset(kDefaultPreset, {"model.latnet_dim=10"}); },
              ThrowsMessage<ConfigError>(HasSubstr("model.latent_dim")));
}

TEST(ExperimentConfig, RefusesSequencesLongerThanEpisodes) {
  EXPECT_THAT([] { load_preset(kDefaultPreset, {"training.sequence_length=500"}); },
              ThrowsMessage<ConfigError>(HasSubstr("training.sequence_length is 500")));
}

}  // namespace
}  // namespace vrkn
