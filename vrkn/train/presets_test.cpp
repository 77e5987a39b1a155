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

TEST(Presets, ThePapersDreamerIsThePapers) {
  const ExperimentConfig config = load_preset("paper-dreamer");
  EXPECT_EQ(std::get<VrknConfig>(config.model).hidden_dim, 300);
  EXPECT_EQ(std::get<VrknConfig>(config.model).nonlinearity, "relu");
  EXPECT_EQ(config.networks.reward_layers, 3);
  EXPECT_EQ(config.objective.reward_weight, 1.0);
  EXPECT_EQ(config.environment.action_repeat, 2);
  EXPECT_EQ(std::get<DreamerConfig>(config.agent).horizon, 15);
  EXPECT_EQ(std::get<DreamerConfig>(config.agent).actor_learning_rate, 8e-5);
}

TEST(Presets, EveryKindOfModelHasThePapersSettings) {
  const auto model = [](const std::string& kind) { return load_preset("paper-planet", {"model.kind=" + kind}).model; };
  const auto rssm = [&](const std::string& kind) {
    return std::visit(
        [](const auto& config) -> RssmConfig {
          if constexpr (std::is_convertible_v<decltype(config), const RssmConfig&>) return config;
          throw ConfigError("no RSSM");
        },
        model(kind));
  };
  for (const char* kind : {"rssm", "rssm-mcd", "rssm-smoothing", "rssm-smoothing-mcd", "ssm"}) {
    const RssmConfig config = rssm(kind);
    const std::string_view name = kind;
    EXPECT_EQ(config.stochastic_dim, 30) << kind;
    EXPECT_EQ(config.min_std, 0.1) << kind;
    EXPECT_EQ(config.initial_kl_weight, 1.0) << kind;
    EXPECT_EQ(config.deterministic_dim, name == "ssm" ? 0 : 200) << kind;
    EXPECT_EQ(config.smoother_dim, name.find("smoothing") != name.npos ? 300 : 0) << kind;
    EXPECT_EQ(config.dropout, name.find("mcd") != name.npos ? 0.1 : 0.0) << kind;
    EXPECT_EQ(config.dropout_masks, "step") << kind;
  }
  EXPECT_EQ(std::get<VrknNoMcdConfig>(model("vrkn-no-mcd")).dropout, 0.0);
  EXPECT_EQ(std::get<VrknNoMcdConfig>(model("vrkn-no-mcd")).latent_dim, 230);
}

TEST(Presets, KeysOfAnotherKindAreRefused) {
  for (const char* key : {"model.dropout=0.1", "model.dropout_masks=step", "model.smoother_dim=3"}) {
    EXPECT_THAT(
        [&] {
          load_preset("paper-planet", {"model.kind=rssm", key});
        },
        ThrowsMessage<ConfigError>(HasSubstr("it belongs to model.kind = ")));
  }
  EXPECT_THROW(load_preset("paper-planet", {"model.kind=ssm", "model.deterministic_dim=5"}), ConfigError);
  EXPECT_THROW(load_preset("paper-planet", {"model.kind=vrkn", "model.dropout=0"}), ConfigError);
  EXPECT_THROW(load_preset("paper-planet", {"model.dropout_masks=episode"}), ConfigError);
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
