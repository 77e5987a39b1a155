#include "vrkn/env/suite/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::env::recording_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* kSmall = R"({
  "episodes": [{
    "model_fields": [{"field": "geom_pos", "object": "target", "id": 6, "value": [1, 2.5, 3]}],
    "reset": {"qpos": [1, 2], "qvel": [3, 4], "qacc_warmstart": [5, 6], "obs": {"height": 1.5, "velocity": [3, 4]}},
    "actions": [[0.5], [-1]]
  }],
  "probes": [{"qpos": [7, 8], "qvel": [9, 10], "ctrl": [0.25]}]
})";

TEST(Recording, IsReadWhole) {
  const Recording recording = parse_recording(kSmall, "small.json");
  ASSERT_EQ(recording.episodes.size(), 1u);
  const RecordedEpisode& episode = recording.episodes[0];
  ASSERT_EQ(episode.start.model_fields.size(), 1u);
  EXPECT_EQ(episode.start.model_fields[0].field, "geom_pos");
  EXPECT_EQ(episode.start.model_fields[0].row, 6);
  EXPECT_EQ(episode.start.model_fields[0].value, (std::vector{1.0, 2.5, 3.0}));
  EXPECT_EQ(episode.start.physics.position, (std::vector{1.0, 2.0}));
  EXPECT_EQ(episode.start.physics.velocity, (std::vector{3.0, 4.0}));
  EXPECT_EQ(episode.start.physics.warm_start, (std::vector{5.0, 6.0}));
  EXPECT_EQ(episode.actions, (std::vector<std::vector<double>>{{0.5}, {-1.0}}));
  ASSERT_EQ(recording.probes.size(), 1u);
  EXPECT_EQ(recording.probes[0].state.physics.position, (std::vector{7.0, 8.0}));
  EXPECT_TRUE(recording.probes[0].state.physics.warm_start.empty());
  EXPECT_EQ(recording.probes[0].control, std::vector{0.25});
  EXPECT_TRUE(recording.is_number.at("height"));
  EXPECT_FALSE(recording.is_number.at("velocity"));
}

void expect_refused(std::string text, const std::string& part, const std::string& replacement, const std::string& place,
                    const std::string& allowed) {
  text.replace(text.find(part), part.size(), replacement);
  EXPECT_THAT([&] { parse_recording(text, "small.json"); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("small.json: " + place), HasSubstr(allowed))));
}

TEST(Recording, NamesThePlaceOfAMistake) {
  expect_refused(kSmall, "\"qvel\": [3, 4]", "\"qvle\": []", "episodes[0].reset has no", "\"qvel\"");
  expect_refused(kSmall, "[-1]", "[null]", "episodes[0].actions[1][0] is null", "must be a number");
  expect_refused(kSmall, "[-1]", "\"left\"", "episodes[0].actions[1] is string", "must be a list");
  expect_refused(kSmall, "\"id\": 6", "\"id\": -1", "episodes[0].model_fields[0].id is number", "whole number");
  expect_refused(kSmall, "\"geom_pos\"", "3", "episodes[0].model_fields[0].field is number", "a text");
  expect_refused(kSmall, "\"ctrl\"", "\"control\"", "probes[0] has no", "\"ctrl\"");
  EXPECT_THAT([] { parse_recording("[]", "list.json"); },
              ThrowsMessage<DataError>("list.json: the whole is array, but must be an object"));
}

TEST(Recording, ACutFileIsRefused) {
  const std::string whole = kSmall;
  for (size_t length = 0; length < whole.size(); length += 7) {
    EXPECT_THROW(parse_recording(whole.substr(0, length), "cut.json"), DataError) << length;
  }
  EXPECT_THAT([&] { parse_recording(whole.substr(0, 100), "cut.json"); },
              ThrowsMessage<DataError>(HasSubstr("cut.json is not JSON")));
  EXPECT_THROW(parse_recording(R"({"episodes": [{"reset": {"qpos": [1e999]}}]})", "huge.json"), DataError);
  EXPECT_THROW(read_recording("/no/such/file.json"), DataError);
}

TEST(Recording, TheGoldenFilesAreRecordings) {
  const Recording recording = read_recording(VRKN_GOLDEN_DIR "/cartpole_swingup.json");
  EXPECT_EQ(recording.episodes.size(), 2u);
  EXPECT_EQ(recording.episodes[0].actions.size(), 60u);
  EXPECT_EQ(recording.probes.size(), 20u);
}

}  // namespace
}  // namespace vrkn::env::recording_test
