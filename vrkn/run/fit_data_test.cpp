#include "vrkn/run/fit_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/log_episodes.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::run::fit_data_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FitData, HoldsOutAShareAndComesBackFromItsFile) {
  const TemporaryFolder folder;
  const auto files = log_episodes(folder, 8);
  const FitData data = choose_fit_data(files, 0.25, 1, 6);
  EXPECT_EQ(data.held_out.size(), 2u);
  std::vector<std::filesystem::path> all = data.training;
  all.insert(all.end(), data.held_out.begin(), data.held_out.end());
  EXPECT_THAT(all, testing::UnorderedElementsAreArray(files));
  EXPECT_EQ(choose_fit_data(files, 0.25, 1, 6).held_out, data.held_out);
  EXPECT_EQ(choose_fit_data(files, 0.01, 1, 6).held_out.size(), 1u);
  EXPECT_TRUE(choose_fit_data(files, 0.0, 1, 6).held_out.empty());

  write_fit_data(folder / "data.json", data);
  const FitData back = read_fit_data(folder / "data.json");
  EXPECT_EQ(back.layout, data.layout);
  EXPECT_EQ(back.training, data.training);
  EXPECT_EQ(back.held_out, data.held_out);
  EXPECT_EQ(back.file_layout, data::FileLayout::kAuto);
  EXPECT_EQ(read_episodes(data.held_out, back).size(), 2u);
  write_fit_data(folder / "data.json", choose_fit_data(files, 0.25, 1, 6, data::FileLayout::kTransitions));
  EXPECT_EQ(read_fit_data(folder / "data.json").file_layout, data::FileLayout::kTransitions);
}

TEST(FitData, TheTaskOffersWhatTheFilesHoldIfItCan) {
  const env::SensorSpec state{.name = "state", .kind = env::SensorKind::kVector, .shape = {2}};
  const env::SensorSpec image{.name = "image", .kind = env::SensorKind::kImage, .shape = {3, 24, 24}};
  env::EnvironmentConfig environment{.task = "double_integrator"};
  adopt_sensors({.sensors = {state, image}, .action_size = 1}, environment);
  EXPECT_EQ(environment.sensors, (std::vector<std::string>{"state", "image"}));
  EXPECT_EQ(environment.image_size, 24);
  const env::SensorSpec smell{.name = "smell", .kind = env::SensorKind::kVector, .shape = {2}};
  adopt_sensors({.sensors = {smell}, .action_size = 1}, environment);
  adopt_sensors({.sensors = {state}, .action_size = 2}, environment);
  EXPECT_EQ(environment.sensors, (std::vector<std::string>{"state", "image"}));
}

TEST(FitData, RefusesTooFewOrTooShortEpisodesAndDamagedFiles) {
  const TemporaryFolder folder;
  const auto files = log_episodes(folder, 2);
  EXPECT_THAT([&] { choose_fit_data(files, 0.1, 1, 22); },
              ThrowsMessage<DataError>(HasSubstr("0 hold an episode of the 22 steps of training.sequence_length")));
  EXPECT_THAT([&] { choose_fit_data({files[0]}, 0.1, 1, 6); }, ThrowsMessage<DataError>(HasSubstr("leaves none")));
  for (const char* text : {"", "{}", R"({"sensors": [], "action_size": 1, "training": ["a"], "held_out": []})"}) {
    write_file_atomically(folder / "data.json", text);
    EXPECT_THAT([&] { read_fit_data(folder / "data.json"); }, ThrowsMessage<DataError>(HasSubstr("data.json")));
  }
}

}  // namespace
}  // namespace vrkn::run::fit_data_test
