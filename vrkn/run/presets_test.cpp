#include "vrkn/run/presets.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::run::presets_test {
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

TEST(Presets, EveryOneSaysWhatItIsFor) {
  for (const std::string& name : preset_names()) EXPECT_NE(preset_chain(name).about, "") << name;
}

/// One of the paper's runs.
struct PaperRun {
  std::string preset, kind;

  std::string name() const { return preset + " with " + kind; }
  ExperimentConfig config(std::vector<std::string> overrides = {}) const {
    overrides.insert(overrides.begin(), "model.kind=" + kind);
    return load_preset(preset, overrides);
  }
};

/// The runs of Figures 4 to 8 with an agent of that name.
std::vector<PaperRun> paper_runs(const std::string& agent) {
  std::vector<PaperRun> runs;
  for (const char* kind : {"rssm", "rssm-mcd", "rssm-smoothing", "rssm-smoothing-mcd", "vrkn", "vrkn-no-mcd"}) {
    runs.push_back({"paper-" + agent, kind});
  }
  if (agent == "dreamer") {
    for (const char* preset : {"fig6-occlusion", "fig8-fusion", "fig8-missing"}) {
      for (const char* kind : {"vrkn", "rssm"}) runs.push_back({preset, kind});
    }
  }
  return runs;
}

void expect_paper_sizes(const std::string& name, const ExperimentConfig& config) {
  EXPECT_EQ(config.environment.image_size, 64) << name;
  EXPECT_EQ(config.environment.task, "cartpole_swingup") << name;
  EXPECT_EQ(config.networks.image_depth, 32) << name;
  EXPECT_EQ(config.networks.vector_hidden, 300) << name;
  EXPECT_EQ(config.networks.vector_layers, 3) << name;
  EXPECT_EQ(config.objective.free_nats, 3.0) << name;
  EXPECT_EQ(config.objective.sensor_weight, 1.0) << name;
  EXPECT_EQ(config.training.prefill_episodes, 5) << name;
  EXPECT_EQ(config.training.iterations, 1000) << name;  // of 1000 control steps: a million
  EXPECT_EQ(config.training.updates, 100) << name;
  EXPECT_EQ(config.training.batch_size, 50) << name;
  EXPECT_EQ(config.training.sequence_length, 50) << name;
  EXPECT_EQ(config.training.exploration_noise, 0.3) << name;
  EXPECT_EQ(config.evaluation.every, 20) << name;
  EXPECT_EQ(config.evaluation.episodes, 10) << name;
}

void expect_paper_model(const std::string& name, const ExperimentConfig& config, int64_t hidden,
                        const std::string& vrkn_nonlinearity) {
  const auto expect = [&](const auto& model) {
    EXPECT_TRUE(name.ends_with(" " + std::string(model.kKind))) << name;
    EXPECT_EQ(model.hidden_dim, hidden) << name;
    EXPECT_EQ(model.feature_size(), 230) << name;
    EXPECT_EQ(model.dropout_masks, "step") << name;
    if constexpr (requires { model.stochastic_dim; }) {
      EXPECT_EQ(model.stochastic_dim, 30) << name;
      EXPECT_EQ(model.nonlinearity, "elu") << name;
      EXPECT_EQ(model.min_std, 0.1) << name;
      EXPECT_EQ(model.initial_kl_weight, 1.0) << name;
      EXPECT_EQ(model.dropout, name.ends_with("-mcd") ? 0.1 : 0.0) << name;
      EXPECT_EQ(model.smoother_dim, name.find("smoothing") != name.npos ? 300 : 0) << name;
    } else {
      EXPECT_EQ(model.nonlinearity, vrkn_nonlinearity) << name;
      EXPECT_EQ(model.initial_kl_weight, 0.0) << name;
      EXPECT_EQ(model.dropout, name.ends_with("no-mcd") ? 0.0 : 0.1) << name;
    }
  };
  std::visit(expect, config.model);
}

TEST(Presets, ThePapersPlanetIsThePapers) {
  for (const PaperRun& run : paper_runs("planet")) {
    const std::string name = run.name();
    const ExperimentConfig config = run.config();
    expect_paper_sizes(name, config);
    expect_paper_model(name, config, 200, "elu");
    EXPECT_EQ(config.environment.action_repeat, 0) << name;  // the task's
    EXPECT_EQ(config.networks.reward_hidden, 200) << name;
    EXPECT_EQ(config.networks.reward_layers, 2) << name;
    EXPECT_EQ(config.networks.reward_nonlinearity, "relu") << name;
    EXPECT_EQ(config.objective.reward_weight, 10.0) << name;
    const agent::PlanetConfig& agent = std::get<agent::PlanetConfig>(config.agent);
    EXPECT_EQ(agent.horizon, 12) << name;
    EXPECT_EQ(agent.iterations, 10) << name;
    EXPECT_EQ(agent.population_size, 1000) << name;
    EXPECT_EQ(agent.num_elites, 100) << name;
    EXPECT_EQ(agent.learning_rate, 1e-3) << name;
    EXPECT_EQ(agent.adam_epsilon, 1e-8) << name;
    EXPECT_EQ(agent.max_gradient_norm, 1000.0) << name;
  }
}

TEST(Presets, ThePapersDreamerIsThePapers) {
  for (const PaperRun& run : paper_runs("dreamer")) {
    const std::string name = run.name();
    const ExperimentConfig config = run.config();
    expect_paper_sizes(name, config);
    expect_paper_model(name, config, 300, "relu");
    EXPECT_EQ(config.environment.action_repeat, 2) << name;
    EXPECT_EQ(config.networks.reward_hidden, 300) << name;
    EXPECT_EQ(config.networks.reward_layers, 3) << name;
    EXPECT_EQ(config.networks.reward_nonlinearity, "elu") << name;
    EXPECT_EQ(config.objective.reward_weight, 1.0) << name;
    const agent::DreamerConfig& agent = std::get<agent::DreamerConfig>(config.agent);
    EXPECT_EQ(agent.horizon, 15) << name;
    EXPECT_EQ(agent.discount, 0.99) << name;
    EXPECT_EQ(agent.lambda, 0.95) << name;
    for (const int64_t size : {agent.actor_hidden, agent.value_hidden}) EXPECT_EQ(size, 300) << name;
    for (const int64_t layers : {agent.actor_layers, agent.value_layers}) EXPECT_EQ(layers, 3) << name;
    EXPECT_EQ(agent.model_learning_rate, 6e-4) << name;
    EXPECT_EQ(agent.actor_learning_rate, 8e-5) << name;
    EXPECT_EQ(agent.value_learning_rate, 8e-5) << name;
    EXPECT_EQ(agent.adam_epsilon, 1e-8) << name;
    EXPECT_EQ(agent.max_gradient_norm, 100.0) << name;
  }
}

TEST(Presets, TheConditionsAreThePapers) {
  for (const std::string& name : preset_names()) {
    const env::EnvironmentConfig environment = load_preset(name).environment;
    const bool occluded = name.find("fig6") != name.npos, rare = name.find("fig8") != name.npos;
    EXPECT_EQ(environment.transition_noise, occluded || rare ? 0.2 : 0.0) << name;
    EXPECT_EQ(std::holds_alternative<env::DiscOcclusion>(environment.occlusion), occluded) << name;
    EXPECT_EQ(environment.image.interval_min, rare ? 4 : 1) << name;
    EXPECT_EQ(environment.image.interval_max, rare ? 8 : 1) << name;
    if (name.find("fig") == name.npos) continue;
    const std::vector<std::string> both = {"image", "proprioception"}, image = {"image"};
    EXPECT_EQ(environment.sensors, name.find("fusion") != name.npos ? both : image) << name;
  }
}

/// All that a small preset may change: what a run costs.
const std::vector<std::string> kSizes = {"threads",
                                         "environment.image_size",
                                         "model.latent_dim",
                                         "model.stochastic_dim",
                                         "model.deterministic_dim",
                                         "model.hidden_dim",
                                         "model.smoother_dim",
                                         "networks.image_depth",
                                         "networks.vector_hidden",
                                         "networks.reward_hidden",
                                         "agent.iterations",
                                         "agent.population_size",
                                         "agent.num_elites",
                                         "agent.actor_hidden",
                                         "agent.value_hidden",
                                         "training.iterations",
                                         "training.batch_size",
                                         "training.sequence_length"};

/// What small pictures need beside that: docs/learning-from-pixels.md.
const std::vector<std::string> kForSmallPictures = {"environment.image_supersampling",
                                                    "objective.sensor_noise",
                                                    "objective.free_nats",
                                                    "networks.centre_images",
                                                    "networks.image_waves",
                                                    "agent.weight_average",
                                                    "agent.horizon"};

TEST(Presets, SmallOnesDifferFromThePapersInSizesAndWhatSmallPicturesNeed) {
  for (const std::string agent : {"planet", "dreamer"}) {
    for (const PaperRun& paper : paper_runs(agent)) {
      const bool is_root = paper.preset.starts_with("paper-");
      const PaperRun small{"small-" + (is_root ? agent : paper.preset), paper.kind};
      const auto differences = config::differences(small.config(), paper.config());
      EXPECT_GE(differences.size(), 10u) << small.name();
      for (const config::Difference& difference : differences) {
        if (std::ranges::count(kForSmallPictures, difference.key) > 0) continue;
        EXPECT_THAT(kSizes, testing::Contains(difference.key)) << small.name();
        if (difference.key == "threads") continue;  // 0, all of them, is more than 1
        EXPECT_LT(std::stod(difference.left), std::stod(difference.right)) << small.name() << ", " << difference.key;
      }
    }
  }
}

TEST(Presets, EveryOneCanTakeTheTasksOfItsFigure) {
  const std::vector<std::string> planet = {"cartpole_swingup", "reacher_easy",      "cheetah_run",
                                           "finger_spin",      "ball_in_cup_catch", "walker_walk"};
  const std::vector<std::string> dreamer = {"cheetah_run",  "walker_walk", "cartpole_swingup", "ball_in_cup_catch",
                                            "reacher_easy", "hopper_hop",  "pendulum_swingup", "walker_run"};
  const auto expect_all = [](const std::vector<PaperRun>& runs, const std::vector<std::string>& tasks) {
    for (const PaperRun& run : runs) {
      for (const std::string& task : tasks) {
        EXPECT_NO_THROW(run.config({"environment.task=" + task})) << run.name() << ", " << task;
      }
    }
  };
  expect_all(paper_runs("planet"), planet);
  expect_all(paper_runs("dreamer"), dreamer);
}

TEST(ExperimentConfig, CountsStepsAndUpdatesOfARun) {
  const ExperimentConfig config = load_preset("paper-planet", {"training.iterations=10"});
  EXPECT_EQ(config.environment_steps(), 15 * 1000);
  EXPECT_EQ(config.updates(), 1000);
  // 1000 control steps hold 142 decisions of 7; the rest of the episode is not played.
  EXPECT_EQ(load_preset("paper-planet", {"training.iterations=0", "environment.action_repeat=7"}).environment_steps(),
            5 * 142 * 7);
}

TEST(LoadExperiment, AFileMayBuildOnAPreset) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "mine.toml", "base = \"small-planet\"\n[training]\nbatch_size = 7\n");
  const ExperimentConfig config = load_experiment(folder.path() / "mine.toml", {"training.updates=3"});
  EXPECT_EQ(config.training.batch_size, 7);
  EXPECT_EQ(config.training.updates, 3);
  EXPECT_EQ(config.environment.image_size, 32);
}

TEST(Presets, EveryKindOfModelHasThePapersSettings) {
  const auto model = [](const std::string& kind) { return load_preset("paper-planet", {"model.kind=" + kind}).model; };
  const auto rssm = [&](const std::string& kind) {
    return std::visit(
        [](const auto& config) -> model::RssmConfig {
          if constexpr (std::is_convertible_v<decltype(config), const model::RssmConfig&>) return config;
          throw ConfigError("no RSSM");
        },
        model(kind));
  };
  for (const char* kind : {"rssm", "rssm-mcd", "rssm-smoothing", "rssm-smoothing-mcd", "ssm"}) {
    const model::RssmConfig config = rssm(kind);
    const std::string_view name = kind;
    EXPECT_EQ(config.stochastic_dim, 30) << kind;
    EXPECT_EQ(config.min_std, 0.1) << kind;
    EXPECT_EQ(config.initial_kl_weight, 1.0) << kind;
    EXPECT_EQ(config.deterministic_dim, name == "ssm" ? 0 : 200) << kind;
    EXPECT_EQ(config.smoother_dim, name.find("smoothing") != name.npos ? 300 : 0) << kind;
    EXPECT_EQ(config.dropout, name.find("mcd") != name.npos ? 0.1 : 0.0) << kind;
    EXPECT_EQ(config.dropout_masks, "step") << kind;
  }
  EXPECT_EQ(std::get<model::VrknNoMcdConfig>(model("vrkn-no-mcd")).dropout, 0.0);
  EXPECT_EQ(std::get<model::VrknNoMcdConfig>(model("vrkn-no-mcd")).latent_dim, 230);
}

TEST(Presets, EveryOneKnowsTheSizesOfEveryKindOfModel) {
  const auto hidden = [](const ExperimentConfig& config) {
    return std::visit([](const auto& model) { return model.hidden_dim; }, config.model);
  };
  for (const std::string& name : preset_names()) {
    for (const char* kind :
         {"vrkn", "vrkn-no-mcd", "rssm", "rssm-mcd", "rssm-smoothing", "rssm-smoothing-mcd", "ssm"}) {
      EXPECT_EQ(hidden(load_preset(name, {std::string("model.kind=") + kind})), hidden(load_preset(name)))
          << name << " with " << kind;
    }
  }
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
}  // namespace vrkn::run::presets_test
