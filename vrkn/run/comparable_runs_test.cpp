#include "vrkn/run/comparable_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/two_checkpoints.h"
#include "vrkn/core/error.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run::comparable_runs_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class ComparableRuns : public testing::Test {
 protected:
  /// A run that learned from vectors of `size` numbers; returns its path.
  std::string make_run(const std::string& name, const ExperimentConfig& config = vector_experiment(),
                       int64_t size = 3) {
    const env::EnvironmentSpec spec{
        .name = "own", .sensors = {{"sonar", env::SensorKind::kVector, {size}}}, .action_size = 2};
    const RunDirectory run = RunDirectory::create(folder_ / name, config, "");
    const auto agent = agent::make_agent(config.agent, config.world_model(), spec, /*seed=*/1, c10::kCPU);
    write_checkpoint(run.checkpoint(10), *agent, config, {});
    return (folder_ / name).string();
  }

  const TemporaryFolder folder_;
};

TEST_F(ComparableRuns, AreLabelledByTheirFoldersAndToldApart) {
  const std::string one = make_run("here/vrkn"), other = make_run("there/vrkn"), third = make_run("rssm");
  const std::vector<LabelledRun> runs = load_comparable_runs({one, other + "/", third, one + "/."});
  ASSERT_EQ(runs.size(), 4u);
  EXPECT_EQ(runs[0].label, "vrkn");
  EXPECT_EQ(runs[1].label, "vrkn (2)");
  EXPECT_EQ(runs[1].path, other + "/");
  EXPECT_EQ(runs[2].label, "rssm");
}

TEST_F(ComparableRuns, OtherSensorsAreRefused) {
  const std::string one = make_run("one"), wide = make_run("wide", vector_experiment(), 5);
  EXPECT_THAT(
      [&] {
        load_comparable_runs({one, wide});
      },
      ThrowsMessage<ConfigError>(AllOf(HasSubstr(wide + " has sonar [5]"), HasSubstr(one + " has sonar [3]"))));
}

TEST_F(ComparableRuns, ARunWithoutAModelThatShowsSensorsIsRefused) {
  ExperimentConfig random = vector_experiment(), silent = vector_experiment();
  random.agent = agent::RandomConfig{};
  silent.objective.sensor_weight = 0.0;
  EXPECT_THAT([&] { load_comparable_runs({make_run("random", random)}); },
              ThrowsMessage<ConfigError>(HasSubstr("random agent")));
  EXPECT_THAT([&] { load_comparable_runs({make_run("silent", silent)}); },
              ThrowsMessage<ConfigError>(HasSubstr("rewards alone")));
}

}  // namespace
}  // namespace vrkn::run::comparable_runs_test
