#include "vrkn/run/recalibration_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "tests/support/two_checkpoints.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run::recalibration_file_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

RecalibrationFile example() {
  math::Recalibration one{.variance_scale = 1.0 / 3.0};
  for (size_t i = 1; i <= math::Recalibration::kLevels; ++i) one.half_widths.push_back(0.1 * static_cast<double>(i));
  math::Recalibration other = one;
  other.half_widths.back() = 1e4;
  return {.updates = 20,
          .checkpoint = "0123456789abcdef",
          .seed = 7,
          .episodes = 10,
          .recalibrations = {{"reward", {{1, one}, {12, other}}}, {"state", {{5, other}}}}};
}

TEST(RecalibrationFile, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const RecalibrationFile written = example();
  write_recalibration(folder / "recalibration.json", written);
  const RecalibrationFile read = read_recalibration(folder / "recalibration.json");
  EXPECT_EQ(read.updates, 20);
  EXPECT_EQ(read.checkpoint, written.checkpoint);
  EXPECT_EQ(read.seed, 7);
  EXPECT_EQ(read.episodes, 10);
  ASSERT_EQ(read.recalibrations.size(), 2u);
  for (const auto& [name, steps] : written.recalibrations) {
    ASSERT_EQ(read.recalibrations.at(name).size(), steps.size());
    for (const auto& [step, one] : steps) {
      const math::Recalibration& same = read.recalibrations.at(name).at(step);
      EXPECT_EQ(same.variance_scale, one.variance_scale);
      EXPECT_EQ(same.half_widths, one.half_widths);
    }
  }
}

TEST(RecalibrationFile, IsRefusedWhenDamaged) {
  const TemporaryFolder folder;
  const auto path = folder / "recalibration.json";
  const auto refuses = [&](const std::string& content, const std::string& part) {
    write_file_atomically(path, content);
    EXPECT_THAT([&] { read_recalibration(path); }, ThrowsMessage<DataError>(HasSubstr(part))) << content.substr(0, 200);
  };
  EXPECT_THROW(read_recalibration(path), DataError);
  write_recalibration(path, example());
  const std::string whole = read_file(path);
  for (size_t length = 0; length + 2 < whole.size(); length += 7) {
    refuses(whole.substr(0, length), "is no recalibration of predictions");
  }
  const auto changed = [&](auto change) {
    auto json = nlohmann::json::parse(whole);
    change(json);
    return json.dump();
  };
  for (const char* key : {"updates", "checkpoint", "seed", "episodes", "quantities"}) {
    refuses(changed([&](nlohmann::json& json) { json.erase(key); }), key);
  }
  refuses(changed([](nlohmann::json& json) { json["quantities"] = nlohmann::json::object(); }), "no quantities");
  refuses(changed([](nlohmann::json& json) { json["quantities"]["state"]["5"]["half_widths"][3] = 0.2; }),
          "never fall");
  refuses(changed([](nlohmann::json& json) { json["quantities"]["state"]["5"]["half_widths"][3] = nullptr; }), "null");
  refuses(changed([](nlohmann::json& json) { json["quantities"]["state"]["5"]["half_widths"].erase(0); }), "not 99");
  refuses(changed([](nlohmann::json& json) { json["quantities"]["state"]["5"]["variance_scale"] = 0.0; }), "above 0");
  refuses(changed([](nlohmann::json& json) { json["quantities"]["state"]["x"] = json["quantities"]["state"]["5"]; }),
          "no number of steps");
}

TEST(RecalibrationFile, ServesTheWeightsThatItWasFittedWithAlone) {
  const TemporaryFolder folder;
  const RunDirectory directory = make_run_with_two_checkpoints(folder / "run");
  const TrainedRun first = load_run(folder / "run", "10"), last = load_run(folder / "run");
  EXPECT_THAT([&] { load_recalibration(last); }, ThrowsMessage<DataError>(HasSubstr("has no recalibration")));
  RecalibrationFile file = example();
  file.updates = 10;
  file.checkpoint = checkpoint_hash(first.checkpoint);
  write_recalibration(directory.recalibration(), file);
  EXPECT_EQ(load_recalibration(first).seed, 7);
  EXPECT_THAT([&] { load_recalibration(last); },
              ThrowsMessage<DataError>(HasSubstr("after 10 updates, and not with update_00000020.ckpt")));
  EXPECT_THROW(checkpoint_hash(folder / "run" / "config.toml"), DataError);
}

}  // namespace
}  // namespace vrkn::run::recalibration_file_test
