#include "vrkn/sweep/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/sweep/sweep_axis.h"

namespace vrkn::sweep::sweep_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

Sweep load(const std::string& text, const std::vector<std::string>& overrides = {},
           const std::vector<std::string>& settings = {}) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "mine.toml", text);
  write_file_atomically(folder / "base.toml", "base = \"quick\"\nthreads = 7\n[training]\niterations = 11\n");
  return load_sweep(folder / "mine.toml", overrides, settings);
}

std::vector<std::string> names(const Sweep& sweep) {
  std::vector<std::string> result;
  for (const SweepRun& run : sweep.runs) result.push_back(run.name);
  return result;
}

const run::ExperimentConfig& config_of(const Sweep& sweep, const std::string& name) {
  return std::ranges::find(sweep.runs, name, &SweepRun::name)->config;
}

TEST(Sweep, TheFirstSeedOfEverythingComesFirst) {
  const Sweep sweep = load(R"(
[variants.model.vrkn]
[variants.model.rssm]
model.kind = "rssm"
[variants.rate.slow]
agent.learning_rate = 1e-4
[grid]
environment.transition_noise = [0.0, 0.2]
seed = [7, 8]
)");
  EXPECT_EQ(sweep.settings.name, "mine");
  EXPECT_THAT(names(sweep), ElementsAre("rssm-slow-transition_noise0.0-seed7", "rssm-slow-transition_noise0.2-seed7",
                                        "vrkn-slow-transition_noise0.0-seed7", "vrkn-slow-transition_noise0.2-seed7",
                                        "rssm-slow-transition_noise0.0-seed8", "rssm-slow-transition_noise0.2-seed8",
                                        "vrkn-slow-transition_noise0.0-seed8", "vrkn-slow-transition_noise0.2-seed8"));
  const run::ExperimentConfig config = config_of(sweep, "rssm-slow-transition_noise0.2-seed8");
  EXPECT_TRUE(std::holds_alternative<model::RssmConfig>(config.model));
  EXPECT_EQ(config.environment.transition_noise, 0.2);
  EXPECT_EQ(config.seed, 8);
  EXPECT_EQ(std::get<agent::PlanetConfig>(config.agent).learning_rate, 1e-4);
}

TEST(Sweep, ARunIsWhatThePresetWithTheSameOverridesIs) {
  const Sweep sweep = load(R"(
base = "small-planet"
[set]
model.hidden_dim = 20
[grid]
model.kind = ["rssm", "vrkn"]
environment.sensors = [["image", "state"], ["state"]]
)");
  // The kind comes first, so that what is set for all kinds stands.
  const run::ExperimentConfig expected = run::load_preset(
      "small-planet", {"model.kind=rssm", "model.hidden_dim=20", "environment.sensors=image,state", "threads=1"});
  EXPECT_THAT(config::differences(config_of(sweep, "image+state-rssm"), expected), IsEmpty());
  EXPECT_EQ(sweep.runs.size(), 4u);
}

TEST(Sweep, LaterWordsWin) {
  const auto iterations = [](const std::string& text, const std::vector<std::string>& overrides = {}) {
    return load("base = \"quick\"\n" + text, overrides).runs.at(0).config.training.iterations;
  };
  const std::string set = "[set]\ntraining.iterations = 2\n";
  const std::string variant = "[variants.length.short]\ntraining.iterations = 3\n";
  const std::string grid = "[grid]\ntraining.iterations = [4]\n";
  EXPECT_EQ(iterations(""), 10);
  EXPECT_EQ(iterations(set), 2);
  EXPECT_EQ(iterations(set + variant), 3);
  EXPECT_EQ(iterations(set + variant + grid), 4);
  EXPECT_EQ(iterations(set + variant + grid, {"training.iterations=5"}), 5);
}

TEST(Sweep, ABaseIsAPresetOrAFileBesideAndAVariantMayChooseAnother) {
  const Sweep sweep =
      load("base = \"base.toml\"\n[variants.size.usual]\n[variants.size.large]\nbase = \"small-planet\"\n");
  EXPECT_EQ(config_of(sweep, "usual").training.iterations, 11);
  EXPECT_EQ(config_of(sweep, "usual").environment.task, "cartpole_balance");
  EXPECT_EQ(config_of(sweep, "large").training.iterations, 100);
  EXPECT_THAT([] { load("[variants.a.x]\nbase = \"quick\"\n[variants.b.y]\nbase = \"quick\"\n"); },
              ThrowsMessage<ConfigError>(HasSubstr("only one axis may choose it")));
  EXPECT_THAT([] { load("[variants.a.x]\nbase = 3\n"); }, ThrowsMessage<ConfigError>(HasSubstr("must be a text")));
}

TEST(Sweep, ThreadsAreOneUnlessSaid) {
  EXPECT_EQ(load("base = \"base.toml\"").runs.at(0).config.threads, 1);
  EXPECT_EQ(load("threads = 3").runs.at(0).config.threads, 3);
  EXPECT_EQ(load("threads = 3\n[set]\nthreads = 4").runs.at(0).config.threads, 4);
}

TEST(Sweep, SettingsCanBeOverridden) {
  const Sweep sweep =
      load("processes = 3\n[slurm]\npartition = \"day\"\n", {}, {"processes=4", "slurm.partition=night"});
  EXPECT_EQ(sweep.settings.processes, 4);
  EXPECT_EQ(sweep.settings.slurm.partition, "night");
}

TEST(Sweep, WithoutAxesThereIsOneRun) {
  EXPECT_THAT(names(load("name = \"alone\"")), ElementsAre("run"));
  EXPECT_EQ(load("name = \"alone\"").settings.name, "alone");
}

TEST(Sweep, NamesSuitFiles) {
  const auto name = [](config::Value value) {
    return grid_axis({"a.key", std::move(value), "here", std::nullopt}).values.at(0).name;
  };
  using config::List;
  EXPECT_EQ(name(List{std::string("../x y")}), "_._x_y");
  EXPECT_EQ(name(List{0.5, 1.0}), "key0.5");
  EXPECT_EQ(name(List{true}), "keytrue");
  EXPECT_EQ(name(config::Rows{{int64_t{3}, int64_t{4}}}), "key3+4");
  EXPECT_EQ(name(config::Rows{{std::string("a"), std::string("b")}}), "a+b");
  for (const std::string bad : {"a b", "a/b", ".a"}) {
    EXPECT_THAT([&] { load("name = \"" + bad + "\""); },
                ThrowsMessage<ConfigError>(HasSubstr("the name of a sweep is '" + bad)));
  }
}

TEST(Sweep, EveryMistakeIsSaidOnce) {
  const std::string text = R"(
[variants.model.vrkn]
[variants.model.bad]
model.hidden_dim = 0
[variants.model.odd]
training.sequence_length = 5000
[grid]
seed = [1, 2]
)";
  EXPECT_THAT([&] { load(text); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("the run bad-seed1 and 1 more: "), HasSubstr("mine.toml:4: "),
                                               HasSubstr("\nthe run odd-seed1 and 1 more: training.sequence_length"),
                                               Not(HasSubstr("the run vrkn")))));
}

TEST(Sweep, ADeviceMayBeThatOfAnotherMachine) {
  const Sweep sweep = load("[set]\ndevice = \"cuda\"\n");
  EXPECT_EQ(sweep.runs.at(0).config.device, "cuda");
  EXPECT_THAT(
      [] { load("[set]\ndevice = \"abacus\"\n"); },
      ThrowsMessage<ConfigError>(HasSubstr("'device' = \"abacus\" is not allowed; it must be one of cpu, cuda")));
}

TEST(Sweep, OnlyTheRunsThatAreNamed) {
  const std::string text = "[grid]\nseed = [1, 2, 3]\n";
  EXPECT_THAT(names(only(load(text), {"seed3", "seed1"})), ElementsAre("seed1", "seed3"));
  EXPECT_THAT([&] { only(load(text), {"sed2"}); }, ThrowsMessage<ConfigError>(HasSubstr("did you mean 'seed")));
}

TEST(Sweep, SlurmTakesPlainWords) {
  EXPECT_THAT([] { load("[slurm]\nmem = \"4G\\n#SBATCH --uid=0\"\n"); },
              ThrowsMessage<ConfigError>(HasSubstr("slurm: mem is ")));
  EXPECT_THAT([] { load("[slurm]\noptions = [\"nice\"]\n"); }, ThrowsMessage<ConfigError>(HasSubstr("begins with --")));
}

}  // namespace
}  // namespace vrkn::sweep::sweep_test
