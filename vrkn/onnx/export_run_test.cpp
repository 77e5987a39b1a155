#include "vrkn/onnx/export_run.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/small_models.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"
#include "vrkn/run/monitor_file.h"

namespace vrkn::onnx::export_run_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class ExportRunTest : public testing::Test {
 protected:
  ExportRunTest() {
    config_.model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 4};
    config_.networks = {
        .image_depth = 2, .vector_hidden = 4, .vector_layers = 1, .reward_hidden = 4, .reward_layers = 1};
    config_.agent = agent::PlanetConfig{.horizon = 2, .iterations = 2, .population_size = 8, .num_elites = 3};
  }

  run::TrainedRun make_run(const std::vector<env::SensorSpec>& sensors) {
    const env::EnvironmentSpec spec{.name = "own", .sensors = sensors, .action_size = 2};
    const run::RunDirectory directory = run::RunDirectory::create(folder_ / "run", config_, "");
    const auto agent = agent::make_agent(config_.agent, config_.world_model(), spec, /*seed=*/1, c10::kCPU);
    run::write_checkpoint(directory.checkpoint(0), *agent, config_, {});
    return run::load_run(folder_ / "run");
  }

  std::vector<std::string> names(const std::vector<std::filesystem::path>& files) const {
    std::vector<std::string> names;
    for (const auto& file : files) names.push_back(file.filename().string());
    return names;
  }

  nlohmann::json json() const { return nlohmann::json::parse(read_file(folder_ / "out" / "model.json")); }

  const TemporaryFolder folder_;
  run::ExperimentConfig config_;
  const std::vector<env::SensorSpec> sensors_ = {{"sonar", env::SensorKind::kVector, {3}},
                                                 {"camera", env::SensorKind::kImage, {3, 16, 16}, /*masked=*/true}};
};

TEST_F(ExportRunTest, TheDescriptionComesLast) {
  const run::TrainedRun run = make_run(sensors_);
  EXPECT_THAT(names(export_run(run, folder_ / "out")), ElementsAre("filter.onnx", "decode.onnx", "imagine.onnx",
                                                                   "policy.onnx", "model.safetensors", "model.json"));
  const nlohmann::json model = json(), sensors = model.at("sensors");
  EXPECT_EQ(sensors.at(0).at("shape"), nlohmann::json({3}));
  EXPECT_EQ(sensors.at(0).at("std"), nlohmann::json({1.0, 1.0, 1.0}));
  EXPECT_EQ(sensors.at(1).at("high"), 255);
  EXPECT_EQ(model.at("control").at("rate_hz"), 12.5);  // cartpole: 100 Hz, 8 control steps per decision
}

TEST_F(ExportRunTest, AMonitorOfTheseWeightsIsDescribed) {
  const run::TrainedRun run = make_run(sensors_);
  export_run(run, folder_ / "out");
  EXPECT_TRUE(json().at("monitor").is_null());
  run::write_monitor(run.directory.monitor(), {.updates = 0,
                                               .checkpoint = run::checkpoint_hash(run.checkpoint),
                                               .window = 7,
                                               .false_alarms = 0.25,
                                               .threshold = 1.5});
  export_run(run, folder_ / "out");
  EXPECT_EQ(json().at("monitor"), nlohmann::json({{"window", 7}, {"threshold", 1.5}, {"false_alarms", 0.25}}));
}

TEST_F(ExportRunTest, APlannerThatWeighsDisagreementIsRefused) {
  config_.agent = agent::PlanetConfig{.horizon = 2,
                                      .iterations = 2,
                                      .population_size = 8,
                                      .num_elites = 3,
                                      .evaluation_disagreement = -2.0,
                                      .ensemble = {.members = 2, .hidden = 4, .layers = 1}};
  const run::TrainedRun run = make_run(sensors_);
  EXPECT_THAT([&] { export_run(run, folder_ / "out"); },
              ThrowsMessage<ConfigError>(testing::HasSubstr("agent.evaluation_disagreement is -2")));
}

TEST_F(ExportRunTest, TheWorldIsDescribed) {
  config_.environment.transition_noise = 0.25;
  config_.environment.camera = "lookatcart";
  config_.environment.image_supersampling = 3;
  config_.environment.occlusion = env::WallOcclusion{.number = 4, .width_max = 0.5};
  config_.environment.image.noise = 0.125;
  const run::TrainedRun run = make_run({{"image", env::SensorKind::kImage, {3, 16, 16}, /*masked=*/true}});
  export_run(run, folder_ / "out");
  EXPECT_EQ(json().at("world"), nlohmann::json::parse(R"({
    "episode_steps": 125, "transition_noise": 0.25, "camera": "lookatcart", "picture": "suite", "image_supersampling": 3,
    "occlusion": {"kind": "walls", "number": 4, "width_min": 0.1, "width_max": 0.5, "speed_min": 0.005,
                  "speed_max": 0.02}})"));
  EXPECT_EQ(json().at("sensors").at(0).at("learned_with").at("noise"), 0.125);
}

TEST_F(ExportRunTest, OfAnOwnWorldTheLengthOfEpisodesIsNotKnown) {
  config_.environment.task = "own:sonar";
  const run::TrainedRun run = make_run(sensors_);
  export_run(run, folder_ / "out");
  EXPECT_TRUE(json().at("world").at("episode_steps").is_null());
  EXPECT_EQ(json().at("world").at("occlusion"), nlohmann::json({{"kind", "none"}}));
}

TEST_F(ExportRunTest, WhatWasNotLearnedIsNotDecoded) {
  config_.objective.sensor_weights = {"sonar=0"};
  config_.objective.sensor_noise = "learned";
  config_.objective.reward_weight = 0.0;
  const run::TrainedRun run = make_run(sensors_);
  export_run(run, folder_ / "out");
  std::vector<std::string> outputs;
  const nlohmann::json model = json();
  for (const auto& port : model.at("files").at(1).at("outputs")) outputs.push_back(port.at("name"));
  EXPECT_THAT(outputs, ElementsAre("camera_mean", "camera_var"));
}

TEST_F(ExportRunTest, WithoutAnythingToDecodeThereIsNoDecoder) {
  config_.objective.sensor_weight = 0.0;
  config_.objective.reward_weight = 0.0;
  const run::TrainedRun run = make_run(sensors_);
  EXPECT_THAT(names(export_run(run, folder_ / "out")),
              ElementsAre("filter.onnx", "imagine.onnx", "policy.onnx", "model.safetensors", "model.json"));
}

TEST_F(ExportRunTest, RefusesASensorWithTheNameOfAnotherInput) {
  const run::TrainedRun run = make_run({{"noise", env::SensorKind::kVector, {3}}});
  EXPECT_THAT([&] { export_run(run, folder_ / "out"); },
              ThrowsMessage<ConfigError>(HasSubstr("a sensor has the name 'noise'")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(ExportRunTest, RefusesAnAgentThatLearnedNothing) {
  config_.agent = agent::RandomConfig{};
  const run::TrainedRun run = make_run(sensors_);
  EXPECT_THAT([&] { export_run(run, folder_ / "out"); },
              ThrowsMessage<ConfigError>(HasSubstr("its agent acts at random")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

}  // namespace
}  // namespace vrkn::onnx::export_run_test
