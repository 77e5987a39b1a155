#include "vrkn/bench/subject.h"

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/run/presets.h"
#include "vrkn/run/processor_setup.h"

namespace vrkn::bench::subject_test {
namespace {

constexpr int64_t kZ = 6, kH = 7, kB = 3, kT = 5, kA = 1;

/// A VRKN of a few units that sees the five numbers of cart-pole.
run::ExperimentConfig tiny(std::vector<std::string> more = {}) {
  std::vector<std::string> overrides = {"environment.sensors=state",
                                        "threads=1",
                                        "model.latent_dim=" + std::to_string(kZ),
                                        "model.hidden_dim=" + std::to_string(kH),
                                        "networks.vector_hidden=8",
                                        "networks.vector_layers=1",
                                        "networks.reward_hidden=9",
                                        "networks.reward_layers=1",
                                        "training.batch_size=" + std::to_string(kB),
                                        "training.sequence_length=" + std::to_string(kT)};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return run::load_preset("paper-dreamer", overrides);
}

run::ExperimentConfig tiny_planner() {
  run::ExperimentConfig config = tiny();
  config.agent = agent::PlanetConfig{.horizon = 3, .iterations = 2, .population_size = 10, .num_elites = 4};
  return config;
}

BenchReport run(std::string_view name, const run::ExperimentConfig& config, BenchOptions options = {.repetitions = 2}) {
  run::set_up_processor(config);
  return run_subject(find_subject(name), config, options);
}

/// Of the transition network for one row: from the mean, without the action's share.
constexpr double kTransition = 2.0 * (kZ * kH + 3 * kZ * (kH + kZ) + kZ * kH + kH * 3 * kZ);
constexpr double kAction = 2.0 * kA * kH;
constexpr double kEmbedding = 8;
constexpr double kHeads = 2.0 * 2 * kEmbedding * kZ;

TEST(Recurrence, CostsWhatItsFormulasNeed) {
  const BenchReport report = run("recurrence", tiny());
  ASSERT_EQ(report.rows.size(), 2u);
  const double steps = kB * (kT - 1), all = kB * kT;
  const double forwards = all * kHeads + all * kAction + steps * kTransition;
  EXPECT_DOUBLE_EQ(report.rows[0].cost.flop, forwards);
  // Nobody wants the gradient of the actions.
  const double backwards = 2 * forwards - all * kAction;
  EXPECT_DOUBLE_EQ(report.rows[1].cost.flop, forwards + backwards);
}

TEST(TrainStep, CostsWhatItsFormulasNeed) {
  // Per row: policy, value, reward, and of each the first layer.
  const double first = 2.0 * kZ * 300, value = first + 2.0 * (2 * 300 * 300 + 300),
               policy = first + 2.0 * (2 * 300 * 300 + 300 * 2 * kA), reward = 2.0 * (kZ * 9 + 9);
  const double rows = kB * kT, H = 15;
  const double codec = 3 * 2.0 * (5 * 8 + kZ * 8 + 8 * 5) - 2.0 * 5 * 8;  // nobody wants the readings' gradient
  const double model = rows * (3 * kHeads + codec + 3 * reward + 2 * kAction) + kB * (kT - 1) * 3 * kTransition;
  const double imagination = rows * (H * (policy + kTransition + kAction + value) + (H - 1) * reward);
  // The value network's weights, all but its first layer's inputs; the same of the policy.
  const double learned = rows * H * (2 * value + 2 * policy - 2 * first);
  // The actor's gradient goes through value, reward and dynamics, whose first state is a constant.
  const double from_state = 2.0 * (kZ * kH + 3 * kZ * kZ);
  const double through = rows * (H * (value + kTransition - from_state + kAction) + (H - 1) * (reward + from_state));
  EXPECT_NEAR(run("train-step", tiny()).rows[0].cost.flop, model + imagination + learned + through, 1.0);
}

TEST(TrainStep, ReportsPartsKindsAndMemory) {
  const BenchReport report = run("train-step", tiny());
  ASSERT_EQ(report.rows.size(), 1u);
  EXPECT_GT(report.rows[0].cost.flop, 0.0);
  EXPECT_GT(report.rows[0].ratio(), 1.0);
  ASSERT_TRUE(report.rows[0].processor_s);
  ASSERT_TRUE(report.profile);
  std::vector<std::string> parts;
  for (const TimeShare& part : report.profile->parts) parts.push_back(part.name);
  EXPECT_EQ(parts, (std::vector<std::string>{"model forward", "inference forward", "model backward",
                                             "imagination forward", "behaviour backward", "optimiser", "other"}));
  for (const TimeShare& kind : report.profile->kinds) {
    EXPECT_EQ(kind.time_s > 0.0, kind.name != "convolutions") << kind.name;
  }
  EXPECT_GT(report.peak_memory_bytes, int64_t{1} << 20);
}

TEST(TrainStep, CostGrowsWithTheBatch) {
  const double one = run("train-step", tiny()).rows[0].cost.flop;
  EXPECT_DOUBLE_EQ(run("train-step", tiny({"training.batch_size=6"})).rows[0].cost.flop, 2 * one);
  EXPECT_DOUBLE_EQ(
      run("train-step", tiny({"training.batch_size=15"}), {.repetitions = 1, .quick = true}).rows[0].cost.flop, one);
}

TEST(Plan, CostsItsTransitionsAndRewards) {
  const BenchReport report = run("plan", tiny_planner());
  // 10 plans of 3 steps, 2 times; then the prior of the next observation. The observation: one layer, two heads.
  const double reward = 2.0 * (kZ * 9 + 9);
  const double plans = 10 * 3 * 2 * (kTransition + kAction + reward), next = kTransition + kAction;
  EXPECT_DOUBLE_EQ(report.rows[0].cost.flop, plans + next + 2.0 * 5 * 8 + kHeads);
}

TEST(Act, CostsOneFilterStepAndThePolicy) {
  const BenchReport report = run("act", tiny());
  const double policy = 2.0 * (kZ * 300 + 2 * 300 * 300 + 300 * 2 * kA);
  EXPECT_DOUBLE_EQ(report.rows[0].cost.flop, 2.0 * 5 * 8 + kHeads + policy + kTransition + kAction);
}

TEST(Forecast, CostsWhatIsAskedForAlone) {
  const BenchReport report = run("forecast", tiny({"environment.sensors=state,position"}), {.repetitions = 1});
  // 10 draws of the weights with 10 samples each; a position has three numbers.
  const double rows = 10 * 10, step = rows * (kTransition + kAction);
  const double state = rows * 2.0 * (kZ * 8 + 8 * 5), position = rows * 2.0 * (kZ * 8 + 8 * 3);
  const double reward = rows * 2.0 * (kZ * 9 + 9), everything = state + position + reward;
  ASSERT_EQ(report.rows.size(), 4u);
  EXPECT_DOUBLE_EQ(report.rows[0].cost.flop, 10 * (step + everything));
  EXPECT_DOUBLE_EQ(report.rows[1].cost.flop, 10 * step + everything);
  EXPECT_DOUBLE_EQ(report.rows[2].cost.flop, 10 * (step + reward));
  EXPECT_DOUBLE_EQ(report.rows[3].cost.flop, 10 * step + reward);
}

TEST(Codec, HasTwoRowsForEverySensor) {
  const BenchReport report = run("codec", tiny({"environment.sensors=state,position"}), {.repetitions = 1});
  ASSERT_EQ(report.rows.size(), 4u);
  // One layer 5 -> 8; nobody wants the gradient of the readings.
  EXPECT_DOUBLE_EQ(report.rows[0].cost.flop, 2 * kB * kT * 2.0 * 5 * 8);
  EXPECT_DOUBLE_EQ(report.rows[1].cost.flop, 3 * kB * kT * 2.0 * (kZ * 8 + 8 * 5));
}

TEST(Replay, MovesTheBatchOnceInAndOnceOut) {
  const BenchReport report = run("replay", tiny(), {.repetitions = 1});
  // Five numbers and a flag, an action, a reward.
  EXPECT_DOUBLE_EQ(report.rows[0].cost.bytes_moved, 2.0 * kB * kT * (5 * 4 + 1 + kA * 4 + 4));
  EXPECT_EQ(report.rows[0].limited_by, "memory");
  EXPECT_GT(report.copied_bytes_s, 0.0);
}

TEST(Subjects, AreFoundByName) {
  for (const Subject& subject : bench_subjects()) EXPECT_EQ(&find_subject(subject.name), &subject);
  EXPECT_THROW(find_subject("nothing"), ConfigError);
}

TEST(Subjects, RefuseWhatHasNothingToMeasure) {
  EXPECT_THROW(run("plan", tiny()), ConfigError);
  run::ExperimentConfig random = tiny();
  random.agent = agent::RandomConfig{};
  EXPECT_THROW(run("train-step", random), ConfigError);
  EXPECT_THROW(run("act", random), ConfigError);
  EXPECT_THROW(run("act", tiny(), {.repetitions = 0}), ConfigError);
  run::ExperimentConfig synthetic = tiny();
  synthetic.environment.task = "double_integrator";
  EXPECT_THROW(run("env", synthetic), ConfigError);
}

}  // namespace
}  // namespace vrkn::bench::subject_test
