// Compares tasks with what dm_control's own code recorded; tests/golden/README.md tells how.

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/golden_file.h"
#include "vrkn/env/mujoco/model_field.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::golden_test {
namespace {

struct GoldenCase {
  std::string task;
  double tolerance;                   // absolute, on states, observations and rewards of whole episodes
  double late_tolerance = tolerance;  // the same after step 30, where a chaotic scene has amplified the last digits
};

constexpr double kOneStepTolerance = 1e-9;

// What OpenGL drivers may differ by at edges, in grey levels.
constexpr double kMeanDifference = 1.0;
constexpr int kClearDifference = 16;
constexpr double kClearlyDifferentPixels = 0.02;  // at most this share of them

class Golden : public testing::TestWithParam<GoldenCase> {
 protected:
  void SetUp() override {
    golden_ = nlohmann::json::parse(read_golden_file(GetParam().task + ".json"));
    for (const SuiteTask& task : suite_tasks()) {
      if (task.spec.name == GetParam().task) {
        environment_ = std::make_unique<SuiteEnvironment>(task, SuiteView{.sensors = {"state"}});
      }
    }
    ASSERT_NE(environment_, nullptr) << "there is no task " << GetParam().task;
  }

  // What the recorded reset had changed in the scene.
  void write_model_fields(const nlohmann::json& fields) {
    for (const auto& field : fields) {
      write_model_field(environment_->physics().editable_model(), field.at("field").get<std::string>(), field.at("id"),
                        field.at("value").get<std::vector<double>>());
    }
  }

  static PhysicsState state_of(const nlohmann::json& record) {
    return {.position = record.at("qpos"), .velocity = record.at("qvel"), .warm_start = record.at("qacc_warmstart")};
  }

  static void expect_near(const std::vector<double>& golden, const std::vector<double>& found, double tolerance,
                          const std::string& what) {
    ASSERT_EQ(golden.size(), found.size()) << what;
    for (size_t i = 0; i < golden.size(); ++i) EXPECT_NEAR(golden[i], found[i], tolerance) << what << "[" << i << "]";
  }

  void expect_observation(const nlohmann::json& golden, double tolerance, const std::string& where) {
    const std::vector<Component> found = environment_->task().observe(environment_->physics());
    ASSERT_EQ(golden_.at("obs_layout").size(), found.size());
    for (size_t i = 0; i < found.size(); ++i) {
      const std::string name = golden_["obs_layout"][i][0];
      ASSERT_EQ(name, found[i].name) << where;
      const nlohmann::json& values = golden.at(name);
      expect_near(values.is_array() ? values.get<std::vector<double>>() : std::vector<double>{values.get<double>()},
                  found[i].values, tolerance, where + " " + name);
    }
  }

  void expect_step(const nlohmann::json& golden, const StepResult& outcome, double tolerance,
                   const std::string& where) {
    const PhysicsState found = environment_->physics().state();
    expect_near(golden.at("qpos"), found.position, tolerance, where + " qpos");
    expect_near(golden.at("qvel"), found.velocity, tolerance, where + " qvel");
    EXPECT_NEAR(golden.at("reward").get<double>(), outcome.reward, tolerance) << where << " reward";
    expect_observation(golden.at("obs"), tolerance, where);
  }

  nlohmann::json golden_;
  std::unique_ptr<SuiteEnvironment> environment_;
};

TEST_P(Golden, WholeEpisodes) {
  for (const auto& episode : golden_.at("episodes")) {
    write_model_fields(episode.at("model_fields"));
    environment_->begin_at(state_of(episode.at("reset")));
    expect_observation(episode["reset"].at("obs"), GetParam().tolerance, "reset");
    ASSERT_GE(episode.at("steps").size(), 50u);
    for (size_t t = 0; t < episode["steps"].size(); ++t) {
      const StepResult outcome = environment_->advance(episode["actions"][t].get<std::vector<double>>());
      const double tolerance = t < 30 ? GetParam().tolerance : GetParam().late_tolerance;
      expect_step(episode["steps"][t], outcome, tolerance, "step " + std::to_string(t + 1));
    }
  }
}

TEST_P(Golden, EveryStepOnItsOwn) {
  for (const auto& episode : golden_.at("episodes")) {
    write_model_fields(episode.at("model_fields"));
    nlohmann::json before = episode.at("reset");
    for (size_t t = 0; t < episode.at("steps").size(); ++t) {
      environment_->begin_at(state_of(before));
      const StepResult outcome = environment_->advance(episode["actions"][t].get<std::vector<double>>());
      expect_step(episode["steps"][t], outcome, kOneStepTolerance, "step " + std::to_string(t + 1));
      before = episode["steps"][t];
    }
  }
}

TEST_P(Golden, RewardsOfProbedStates) {
  ASSERT_GE(golden_.at("probes").size(), 10u);
  for (size_t i = 0; i < golden_["probes"].size(); ++i) {
    const auto& probe = golden_["probes"][i];
    write_model_fields(probe.at("model_fields"));
    Physics& physics = environment_->physics();
    physics.restore({.position = probe.at("qpos"), .velocity = probe.at("qvel")});
    physics.set_control(probe.at("ctrl").get<std::vector<double>>());
    const std::string where = "probe " + std::to_string(i);
    EXPECT_NEAR(probe.at("reward").get<double>(), environment_->task().reward(physics), kOneStepTolerance) << where;
    expect_observation(probe.at("obs"), kOneStepTolerance, where);
  }
}

TEST_P(Golden, StepAndEpisodeLengths) {
  EXPECT_EQ(golden_.at("step_limit").get<double>(), static_cast<double>(environment_->spec().step_limit));
  EXPECT_EQ(golden_.at("action_min").size(), static_cast<size_t>(environment_->spec().action_size));
  environment_->begin(1);
  environment_->advance(std::vector<double>(static_cast<size_t>(environment_->spec().action_size)));
  EXPECT_NEAR(environment_->physics().data().time, golden_.at("control_timestep").get<double>(), 1e-12);
}

TEST_P(Golden, FirstPicture) {
  const std::string file = read_golden_file(GetParam().task + "_64x64.ppm");
  const std::string header = "P6\n64 64\n255\n";
  ASSERT_EQ(file.substr(0, header.size()), header);
  ASSERT_EQ(file.size(), header.size() + 64 * 64 * 3);

  const auto& episode = golden_.at("episodes")[0];
  write_model_fields(episode.at("model_fields"));
  environment_->begin_at(state_of(episode.at("reset")));
  const Image found = environment_->render(64, 64).value();
  double sum = 0.0;
  int clearly_different = 0;
  for (size_t pixel = 0; pixel < 64 * 64; ++pixel) {
    int largest = 0;
    for (size_t i = 3 * pixel; i < 3 * pixel + 3; ++i) {
      const int difference = std::abs(static_cast<uint8_t>(file[header.size() + i]) - found.pixels[i]);
      sum += difference;
      largest = std::max(largest, difference);
    }
    clearly_different += largest > kClearDifference;
  }
  EXPECT_LE(sum / static_cast<double>(found.pixels.size()), kMeanDifference);
  EXPECT_LE(clearly_different, kClearlyDifferentPixels * 64 * 64);
}

INSTANTIATE_TEST_SUITE_P(Tasks, Golden,
                         testing::Values(GoldenCase{.task = "ball_in_cup_catch", .tolerance = 1e-9},
                                         GoldenCase{.task = "cartpole_swingup", .tolerance = 1e-9},
                                         GoldenCase{.task = "cheetah_run", .tolerance = 1e-9},
                                         GoldenCase{.task = "reacher_easy", .tolerance = 1e-9},
                                         GoldenCase{.task = "walker_walk", .tolerance = 1e-8, .late_tolerance = 1e-6}),
                         [](const auto& test) { return test.param.task; });

}  // namespace
}  // namespace vrkn::env::golden_test
