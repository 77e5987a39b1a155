#include "vrkn/env/suite/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::env::replay_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Replay : public testing::Test {
 protected:
  SuiteTask task_ = find_suite_task("cartpole_swingup").value();
  std::string text_ = read_file(VRKN_GOLDEN_DIR "/cartpole_swingup.json");
  json golden_ = json::parse(text_);
};

void expect_near(const json& golden, const json& found, double tolerance, const std::string& what) {
  ASSERT_EQ(golden.type(), found.type()) << what;
  if (golden.is_number()) {
    EXPECT_NEAR(golden.get<double>(), found.get<double>(), tolerance) << what;
  } else if (golden.is_object() || golden.is_array()) {
    ASSERT_EQ(golden.size(), found.size()) << what;
    for (const auto& [key, value] : golden.items()) {
      expect_near(value, golden.is_array() ? found.at(std::stoul(key)) : found.at(key), tolerance, what + " " + key);
    }
  }
}

TEST_F(Replay, IsWhatWasRecorded) {
  const json found = json::parse(replay(task_, parse_recording(text_, "golden")));
  ASSERT_EQ(found.at("episodes").size(), golden_.at("episodes").size());
  for (size_t i = 0; i < golden_["episodes"].size(); ++i) {
    const json& golden = golden_["episodes"][i];
    const json& episode = found["episodes"][i];
    expect_near(golden.at("reset").at("obs"), episode.at("reset").at("obs"), 1e-9, "reset");
    EXPECT_TRUE(episode["reset"].at("reward").is_null());
    ASSERT_EQ(episode.at("steps").size(), golden.at("steps").size());
    for (size_t t = 0; t < golden["steps"].size(); ++t) {
      for (const char* key : {"qpos", "qvel", "obs", "reward"}) {
        expect_near(golden["steps"][t].at(key), episode["steps"][t].at(key), 1e-8,
                    "step " + std::to_string(t) + " " + key);
      }
    }
  }
  ASSERT_EQ(found.at("probes").size(), golden_.at("probes").size());
  for (size_t i = 0; i < golden_["probes"].size(); ++i) {
    for (const char* key : {"obs", "reward"}) {
      expect_near(golden_["probes"][i].at(key), found["probes"][i].at(key), 1e-9, "probe " + std::to_string(i));
    }
  }
}

TEST_F(Replay, AReplayIsARecordingOfItself) {
  const std::string once = replay(task_, parse_recording(text_, "golden"));
  EXPECT_EQ(replay(task_, parse_recording(once, "once")), once);
}

TEST_F(Replay, WritesNumbersWhereTheRecordingHasNumbers) {
  golden_["episodes"][0]["reset"]["obs"]["velocity"] = 0.5;  // a number, but of two values
  golden_["episodes"].erase(1);
  golden_["probes"] = json::array();
  const json found = json::parse(replay(task_, parse_recording(golden_.dump(), "golden")));
  EXPECT_TRUE(found["episodes"][0]["reset"]["obs"]["velocity"].is_array());
  // The pendulum-like case: one value in a list stays a list.
  EXPECT_TRUE(found["episodes"][0]["steps"][0]["obs"]["position"].is_array());
}

TEST_F(Replay, AFieldOfOneEpisodeDoesNotReachTheNext) {
  const json plain = json::parse(replay(task_, parse_recording(text_, "golden")));
  golden_["episodes"][0]["model_fields"] = {{{"field", "dof_damping"}, {"id", 0}, {"value", {5.0}}}};
  golden_["probes"] = json::array();
  const json heavy = json::parse(replay(task_, parse_recording(golden_.dump(), "golden")));
  EXPECT_NE(heavy["episodes"][0]["steps"], plain["episodes"][0]["steps"]);
  EXPECT_EQ(heavy["episodes"][1]["steps"], plain["episodes"][1]["steps"]);
}

TEST_F(Replay, NamesThePlaceOfAWrongSize) {
  json bent = golden_;
  bent["episodes"][1]["actions"][3] = {0.0, 0.0};
  EXPECT_THAT([&] { replay(task_, parse_recording(bent.dump(), "bent")); },
              ThrowsMessage<ShapeError>(AllOf(HasSubstr("episodes[1]: actions[3]: "), HasSubstr("2 components"))));
  bent = golden_;
  bent["episodes"][0]["reset"]["qpos"] = {0.0};
  EXPECT_THAT([&] { replay(task_, parse_recording(bent.dump(), "bent")); },
              ThrowsMessage<ShapeError>(AllOf(HasSubstr("episodes[0]: reset: position"), HasSubstr("needs 2"))));
  bent = golden_;
  bent["probes"][2]["ctrl"] = {0.0, 1.0};
  EXPECT_THAT([&] { replay(task_, parse_recording(bent.dump(), "bent")); },
              ThrowsMessage<ShapeError>(HasSubstr("probes[2]: control")));
  bent = golden_;
  bent["probes"][2]["model_fields"] = {{{"field", "geom_smell"}, {"id", 1}, {"value", {5.0}}}};
  EXPECT_THROW(replay(task_, parse_recording(bent.dump(), "bent")), InputError);
}

TEST_F(Replay, ThePictureIsThatOfTheFirstStart) {
  const Recording recording = parse_recording(text_, "golden");
  const Image found = picture_of_start(task_, recording, {}, 48, 64);
  SuiteEnvironment environment(task_, {.sensors = {"state"}});
  environment.begin_at(recording.episodes[0].start.physics);
  EXPECT_EQ(found.pixels, environment.render(48, 64).value().pixels);
  EXPECT_NE(found.pixels, picture_of_start(task_, recording, {.camera = "lookatcart"}, 48, 64).pixels);
  EXPECT_THROW(picture_of_start(task_, {.episodes = {}, .probes = {}}, {}, 48, 64), DataError);
}

TEST(FindRecordedTask, KnowsTheSuitesTasksOnly) {
  EXPECT_EQ(find_recorded_task("cartpole_swingup").spec.name, "cartpole_swingup");
  EXPECT_THAT([] { find_recorded_task("counter"); },
              ThrowsMessage<ConfigError>(HasSubstr("\"counter\", which is none")));
  EXPECT_THAT([] { find_recorded_task("cartpole_swingp"); }, ThrowsMessage<ConfigError>(HasSubstr("cartpole_swingup")));
}

}  // namespace
}  // namespace vrkn::env::replay_test
