#include "vrkn/data/episode_log.h"

#include <cmath>
#include <functional>
#include <sys/stat.h>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/episode_file.h"

namespace vrkn::data::episode_log_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

template <class T>
NpzArray counted(std::vector<int64_t> shape, T factor = T{1}) {
  int64_t size = 1;
  for (const int64_t extent : shape) size *= extent;
  std::vector<T> values(static_cast<size_t>(size));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(static_cast<T>(i % 100) * factor);
  return make_array<T>(std::move(shape), values);
}

/// The only episode of a file.
Episode to_episode(const Npz& file, const EpisodeLayout& layout) {
  std::vector<Episode> episodes = to_episodes(file, layout);
  EXPECT_EQ(episodes.size(), 1u);
  return episodes.at(0);
}

std::vector<float> floats(const at::Tensor& tensor) {
  const at::Tensor packed = tensor.contiguous();
  return {packed.data_ptr<float>(), packed.data_ptr<float>() + packed.numel()};
}

/// An episode of four steps as Dreamer's programs write it: colours last, numbers of several types, no flags.
Npz dreamer_file(const std::string& source = "a.npz") {
  return {source,
          {{"image", counted<uint8_t>({4, 2, 5, 3})},
           {"orientations", counted<double>({4, 2, 3}, 0.5)},
           {"height", counted<float>({4})},
           {"action", counted<double>({4, 2}, 0.1)},
           {"reward", counted<float>({4})},
           {"is_terminal", make_flag_array({4}, std::vector<uint8_t>{0, 0, 0, 1})},
           {"log_success", counted<float>({4})},
           {"step", counted<int64_t>({4})}}};
}

NpzArray& array(Npz& file, const std::string& name) {
  for (NamedArray& entry : file.arrays) {
    if (entry.name == name) return entry.array;
  }
  return file.arrays.emplace_back(NamedArray{name, {}}).array;
}

TEST(EpisodeLog, SensorsFollowFromTheArrays) {
  const EpisodeLayout layout = layout_of(dreamer_file());
  const EpisodeLayout expected{.sensors = {{.name = "image", .kind = env::SensorKind::kImage, .shape = {3, 2, 5}},
                                           {.name = "orientations", .kind = env::SensorKind::kVector, .shape = {6}},
                                           {.name = "height", .kind = env::SensorKind::kVector, .shape = {1}}},
                               .action_size = 2};
  EXPECT_EQ(layout, expected);
}

TEST(EpisodeLog, ADreamerFileBecomesAnEpisode) {
  const Npz file = dreamer_file();
  const Episode episode = to_episode(file, layout_of(file));
  const auto& image = episode.observations[0];
  ASSERT_EQ(image.values.sizes(), (at::IntArrayRef{4, 3, 2, 5}));
  // Pixel (row 1, column 3) of step 2, colour 1, lies at ((2 * 2 + 1) * 5 + 3) * 3 + 1 = 85 of the file.
  EXPECT_EQ((image.values[2][1][1][3].item<int>()), 85);
  EXPECT_TRUE(image.valid.all().item<bool>());
  EXPECT_FALSE(image.visible.defined());
  EXPECT_EQ((episode.observations[1].values[1][2].item<float>()), 4.0f);  // 0.5 * (6 + 2)
  EXPECT_TRUE(episode.actions[0].eq(0).all().item<bool>());
  EXPECT_FLOAT_EQ(episode.actions[3][1].item<float>(), 0.7f);
  EXPECT_EQ(episode.rewards[3].item<float>(), 3.0f);
  EXPECT_TRUE(episode.discounts.equal(at::tensor({1.0f, 1.0f, 1.0f, 0.0f})));
}

TEST(EpisodeLog, ColoursMayComeFirst) {
  Npz last = dreamer_file(), first = dreamer_file();
  const Episode episode = to_episode(last, layout_of(last));
  const at::Tensor planes = episode.observations[0].values;
  array(first, "image") =
      make_array<uint8_t>({4, 3, 2, 5}, {planes.data_ptr<uint8_t>(), static_cast<size_t>(planes.numel())});
  EXPECT_EQ(layout_of(first), layout_of(last));
  EXPECT_TRUE(to_episode(first, layout_of(first)).observations[0].values.equal(planes));
}

TEST(EpisodeLog, OurOwnFilesComeBackAsTheyWere) {
  const EpisodeLayout layout{
      .sensors = {{.name = "image", .kind = env::SensorKind::kImage, .shape = {3, 4, 4}, .masked = true},
                  {.name = "state", .kind = env::SensorKind::kVector, .shape = {2}}},
      .action_size = 1};
  const Episode episode{.observations = {{at::randint(256, {5, 3, 4, 4}).to(at::kByte),
                                          at::randint(2, {5}).to(at::kBool), at::randint(2, {5, 4, 4}).to(at::kBool)},
                                         {at::randn({5, 2}), at::randint(2, {5}).to(at::kBool)}},
                        .actions = at::cat({at::zeros({1, 1}), at::rand({4, 1})}),
                        .rewards = at::cat({at::zeros({1}), at::rand({4})}),
                        .discounts = at::tensor({1.0f, 1.0f, 1.0f, 1.0f, 0.0f})};
  const TemporaryFolder folder;
  for (const char* name : {"1.npz", "0.npz"}) write_episode(folder / name, episode, layout.sensors);
  write_file_atomically(folder / "note.txt", "mine");

  const std::vector<std::filesystem::path> files = episode_files(folder.path());
  ASSERT_EQ(files, (std::vector{folder / "0.npz", folder / "1.npz"}));
  const EpisodeLog log = read_episode_log(files);
  EXPECT_EQ(log.layout, layout);
  ASSERT_EQ(log.episodes.size(), 2u);
  for (size_t s = 0; s < 2; ++s) {
    map(
        [](const at::Tensor& found, const at::Tensor& expected) {
          EXPECT_TRUE(found.equal(expected));
          return found;
        },
        log.episodes[1].at(0).observations[s], episode.observations[s]);
  }
  EXPECT_TRUE(log.episodes[1].at(0).actions.equal(episode.actions));
  EXPECT_TRUE(log.episodes[1].at(0).rewards.equal(episode.rewards));
  EXPECT_TRUE(log.episodes[1].at(0).discounts.equal(episode.discounts));
}

TEST(EpisodeLog, WithoutAMaskEverythingIsVisible) {
  const Npz file = dreamer_file();
  EpisodeLayout layout = layout_of(file);
  layout.sensors[0].masked = true;
  const at::Tensor visible = to_episode(file, layout).observations[0].visible;
  EXPECT_EQ(visible.sizes(), (at::IntArrayRef{4, 2, 5}));
  EXPECT_TRUE(visible.all().item<bool>());
}

TEST(EpisodeLog, AFileThatIsNoEpisodeIsRefused) {
  struct Case {
    std::string array;
    NpzArray content;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {"reward", counted<float>({4, 2}), "'reward' is <f4 [4, 2], expected [L]"},
      {"action", counted<float>({2, 2}), "'action' is <f4 [2, 2], but 'reward' has 4 steps"},
      {"reward", make_array<float>({4}, std::vector<float>{0, 1, 1e30f, 0}),
       "'reward' holds 1e+30 at step 2, beyond 1e+06"},
      {"action", make_array<float>({4}, std::vector<float>{0, 1, 0, -2e6f}), "'action' holds -2e+06 at step 3"},
      {"height", make_array<double>({4}, std::vector<double>{0, 1e300, 0, 0}), "'height' holds 1e+300 at step 1"},
      {"discount", make_array<float>({4}, std::vector<float>{1, 1, 1, 2}), "'discount' holds values outside 0 to 1"},
      {"is_first", counted<float>({7}), "but the file has 7 steps"},
      {"action", counted<float>({4, 2, 2}), "'action' is <f4 [4, 2, 2], expected [L] or [L, A] with A > 0"},
      {"height", counted<float>({5}), "'height' is <f4 [5], but 'reward' has 4 steps"},
      {"height", make_array<float>({4}, std::vector<float>{0, 0, NAN, 0}),
       "'height' holds a value that is not finite "
       "at step 2"},
      {"image_valid", counted<float>({4, 2}), "'image_valid' is <f4 [4, 2], expected [L]"},
      {"my height", counted<float>({4}), "my height"},
  };
  for (const Case& wrong : cases) {
    Npz file = dreamer_file();
    array(file, wrong.array) = wrong.content;
    const auto read = [&] { to_episode(file, layout_of(file)); };
    EXPECT_THAT(read, ThrowsMessage<DataError>(AllOf(HasSubstr("a.npz"), HasSubstr(wrong.reason)))) << wrong.array;
  }
  Npz blind = dreamer_file();
  std::erase_if(blind.arrays, [](const NamedArray& entry) {
    return entry.name == "image" || entry.name == "orientations" || entry.name == "height";
  });
  EXPECT_THAT([&] { layout_of(blind); }, ThrowsMessage<DataError>(HasSubstr("a.npz holds no sensor")));
}

TEST(EpisodeLog, ImagesMayHaveAnyNumberOfChannelsAndAnySide) {
  struct Case {
    std::vector<int64_t> found, sensor;
  };
  for (const Case& image : std::vector<Case>{{{4, 48, 64}, {1, 48, 64}},
                                             {{4, 48, 64, 1}, {1, 48, 64}},
                                             {{4, 1, 48, 64}, {1, 48, 64}},
                                             {{4, 64, 48, 4}, {4, 64, 48}},
                                             {{4, 4, 64, 48}, {4, 64, 48}},
                                             {{4, 16, 20, 6}, {6, 16, 20}},
                                             {{4, 12, 16, 20}, {12, 16, 20}}}) {
    Npz file = dreamer_file();
    array(file, "image") = counted<uint8_t>(image.found);
    const EpisodeLayout layout = layout_of(file);
    EXPECT_EQ(layout.sensors[0].shape, image.sensor);
    const at::Tensor values = to_episode(file, layout).observations[0].values;
    ASSERT_EQ(values.sizes().slice(1), at::IntArrayRef(image.sensor));
    const bool last = image.found.size() == 4 && image.found[3] == image.sensor[0];
    const int64_t place = last ? image.sensor[0] : 1;  // of the second column of the first row
    EXPECT_EQ((values[0][0][0][1].item<int64_t>()), place % 100);
  }
}

TEST(EpisodeLog, WhatIsNoSensorIsLeftAsideAndSaid) {
  Npz file = dreamer_file();
  array(file, "log/reward") = counted<float>({4});
  array(file, "dyn/deter") = counted<double>({4, 512});
  array(file, "next_height") = counted<float>({4});
  array(file, "gamma") = counted<float>({});
  const std::string long_name(101, 'n');
  array(file, long_name) = counted<float>({4});
  file.unread.push_back({"task", "has the dtype '<U5'"});
  EXPECT_EQ(layout_of(file), layout_of(dreamer_file()));
  EXPECT_THAT(left_aside(file), testing::ElementsAre("log_success (<f4 [4])", "step (<i8 [4])", "log/reward (<f4 [4])",
                                                     "dyn/deter (<f8 [4, 512])", "next_height (<f4 [4])",
                                                     "gamma (<f4 [])", long_name + " (<f4 [4])", "task (no numbers)"));
  EXPECT_THAT(left_aside(dreamer_file()), testing::ElementsAre("log_success (<f4 [4])", "step (<i8 [4])"));
}

/// Seven steps of a replay chunk of DreamerV3: the end of one episode, a whole one, the beginning of a third. All that
/// is counted counts the steps of the file; an action of a last step is zero.
Npz chunk() {
  return {"chunk.npz",
          {{"state", counted<float>({7, 1})},
           {"action", make_array<float>({7, 1}, std::vector<float>{0.1f, 0, 0.3f, 0.4f, 0, 0.6f, 0.7f})},
           {"reward", counted<float>({7})},
           {"is_first", make_flag_array({7}, std::vector<uint8_t>{0, 0, 1, 0, 0, 1, 0})},
           {"is_last", make_flag_array({7}, std::vector<uint8_t>{0, 1, 0, 0, 1, 0, 0})},
           {"is_terminal", make_flag_array({7}, std::vector<uint8_t>{0, 0, 0, 0, 1, 0, 0})},
           {"stepid", counted<uint8_t>({7, 20})},
           {"dyn/deter", counted<float>({7, 8})}}};
}

TEST(EpisodeLog, AChunkOfDreamerV3IsSplitWhereEpisodesBegin) {
  const Npz file = chunk();
  const std::vector<Episode> episodes = to_episodes(file, layout_of(file));
  ASSERT_EQ(episodes.size(), 3u);
  using Floats = std::vector<float>;
  EXPECT_EQ(floats(episodes[0].observations[0].values), (Floats{0, 1}));
  EXPECT_EQ(floats(episodes[0].actions), (Floats{0, 0.1f}));  // the action of step 0 led to step 1
  EXPECT_EQ(floats(episodes[0].rewards), (Floats{0, 1}));
  EXPECT_EQ(floats(episodes[1].observations[0].values), (Floats{2, 3, 4}));
  EXPECT_EQ(floats(episodes[1].actions), (Floats{0, 0.3f, 0.4f}));
  EXPECT_EQ(floats(episodes[1].rewards), (Floats{0, 3, 4}));
  EXPECT_EQ(floats(episodes[1].discounts), (Floats{1, 1, 0}));
  EXPECT_EQ(floats(episodes[2].observations[0].values), (Floats{5, 6}));
  EXPECT_EQ(floats(episodes[2].actions), (Floats{0, 0.6f}));
  EXPECT_TRUE(episodes[2].observations[0].valid.all().item<bool>());
  EXPECT_EQ(floats(to_episodes(file, layout_of(file), FileLayout::kDreamer)[1].actions), (Floats{0, 0.4f, 0}));
}

TEST(EpisodeLog, TransitionsEndWithAStepThatNobodyRead) {
  const Npz file{"d4rl.npz",
                 {{"observations", counted<float>({5, 1})},
                  {"next_observations", counted<float>({5, 1})},
                  {"actions", counted<float>({5, 1}, 0.1f)},
                  {"rewards", counted<float>({5})},
                  {"terminals", make_flag_array({5}, std::vector<uint8_t>{0, 1, 0, 0, 0})},
                  {"timeouts", make_flag_array({5}, std::vector<uint8_t>{0, 0, 0, 1, 0})},
                  {"infos/qpos", counted<double>({5, 2})}}};
  const EpisodeLayout layout = layout_of(file);
  ASSERT_EQ(layout.sensors.size(), 1u);
  const std::vector<Episode> episodes = to_episodes(file, layout);
  ASSERT_EQ(episodes.size(), 3u);
  using Floats = std::vector<float>;
  EXPECT_EQ(floats(episodes[0].observations[0].values), (Floats{0, 1, 0}));
  EXPECT_TRUE(episodes[0].observations[0].valid.equal(at::tensor({1, 1, 0}).to(at::kBool)));
  EXPECT_EQ(floats(episodes[0].actions), (Floats{0, 0, 0.1f}));
  EXPECT_EQ(floats(episodes[0].rewards), (Floats{0, 0, 1}));
  EXPECT_EQ(floats(episodes[0].discounts), (Floats{1, 1, 0}));
  EXPECT_EQ(floats(episodes[1].observations[0].values), (Floats{2, 3, 0}));
  EXPECT_EQ(floats(episodes[1].rewards), (Floats{0, 2, 3}));
  EXPECT_EQ(floats(episodes[1].discounts), (Floats{1, 1, 1}));
  EXPECT_EQ(floats(episodes[2].rewards), (Floats{0, 4}));
}

TEST(EpisodeLog, ActionsAndRewardsMayBeOneShorterThanReadings) {
  using Floats = std::vector<float>;
  const Npz minari{"minari.npz",
                   {{"observations", counted<float>({4, 1})},
                    {"actions", counted<float>({3, 1}, 0.1f)},
                    {"rewards", counted<float>({3})},
                    {"terminations", make_flag_array({3}, std::vector<uint8_t>{0, 0, 1})},
                    {"truncations", make_flag_array({3}, std::vector<uint8_t>{0, 0, 0})}}};
  for (const FileLayout order : {FileLayout::kAuto, FileLayout::kDreamer, FileLayout::kTransitions}) {
    const std::vector<Episode> episodes = to_episodes(minari, layout_of(minari), order);
    ASSERT_EQ(episodes.size(), 1u);
    EXPECT_EQ(floats(episodes[0].observations[0].values), (Floats{0, 1, 2, 3}));
    EXPECT_TRUE(episodes[0].observations[0].valid.all().item<bool>());
    EXPECT_EQ(floats(episodes[0].actions), (Floats{0, 0, 0.1f, 0.2f}));
    EXPECT_EQ(floats(episodes[0].rewards), (Floats{0, 0, 1, 2}));
    EXPECT_EQ(floats(episodes[0].discounts), (Floats{1, 1, 1, 0}));
  }
  Npz file = dreamer_file();  // one of them alone
  array(file, "action") = counted<float>({3, 2}, 0.1f);
  EXPECT_EQ(floats(to_episode(file, layout_of(file)).actions), (Floats{0, 0, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f}));
  EXPECT_EQ(floats(to_episode(file, layout_of(file)).rewards), (Floats{0, 1, 2, 3}));
  file = dreamer_file();
  array(file, "reward") = counted<float>({3});
  EXPECT_EQ(floats(to_episode(file, layout_of(file)).rewards), (Floats{0, 0, 1, 2}));
  EXPECT_EQ(floats(to_episode(file, layout_of(file)).actions),
            floats(to_episode(dreamer_file(), layout_of(dreamer_file())).actions));
}

TEST(EpisodeLog, LayoutsHaveNames) {
  for (const FileLayout layout :
       {FileLayout::kAuto, FileLayout::kDreamer, FileLayout::kDreamerV3, FileLayout::kTransitions}) {
    EXPECT_EQ(file_layout_from(to_string(layout)), layout);
  }
  EXPECT_THAT([] { file_layout_from("minari"); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("'minari'"), HasSubstr("transitions"))));
}

TEST(EpisodeLog, FilesThatDifferAreNamedWithTheArray) {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, const Npz& file) {
    write_file_atomically(folder / name, write_npz(file.arrays));
    return folder / name;
  };
  const auto expect_refused = [&](const std::function<void(Npz&)>& change, const std::string& reason) {
    Npz other = dreamer_file();
    change(other);
    const std::vector<std::filesystem::path> files = {write("a.npz", dreamer_file()), write("b.npz", other)};
    EXPECT_THAT([&] { read_episode_log(files); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("b.npz: "), HasSubstr(reason), HasSubstr("a.npz"))));
  };
  expect_refused(
      [](Npz& file) {
        array(file, "image") = counted<uint8_t>({4, 3, 5, 3});
      },
      "array 'image' is |u1 [4, 3, 5, 3], but |u1 [4, 2, 5, 3] in ");
  expect_refused([](Npz& file) { file.arrays.erase(file.arrays.begin() + 2); }, "array 'height' is missing");
  expect_refused([](Npz& file) { array(file, "speed") = counted<float>({4}); }, "array 'speed' is a sensor that ");
  expect_refused([](Npz& file) { array(file, "action") = counted<float>({4, 3}); }, "array 'action' is <f4 [4, 3]");
  expect_refused(
      [](Npz& file) {
        array(file, "image_visible") = make_flag_array({4, 2, 5}, std::vector<uint8_t>(40, 1));
      },
      "array 'image_visible' is there");
}

TEST(EpisodeLog, AFolderWithoutEpisodesIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { episode_files(folder.path()); }, ThrowsMessage<DataError>(HasSubstr("holds no .npz file")));
  EXPECT_THAT([&] { episode_files(folder / "none"); }, ThrowsMessage<DataError>(HasSubstr("is not a folder")));
  ASSERT_EQ(::mkfifo((folder / "pipe.npz").c_str(), 0600), 0);  // nobody writes into it
  EXPECT_THAT([&] { episode_files(folder.path()); },
              ThrowsMessage<DataError>(HasSubstr("pipe.npz' is no regular file")));
}

}  // namespace
}  // namespace vrkn::data::episode_log_test
