#include "vrkn/run/monitor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "tests/support/two_checkpoints.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run::monitor_file_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

MonitorFile example() {
  return {.updates = 20,
          .checkpoint = "0123456789abcdef",
          .seed = 7,
          .episodes = 10,
          .window = 5,
          .false_alarms = 0.01,
          .threshold = 1.0 / 3.0};
}

TEST(MonitorFile, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  write_monitor(folder / "monitor.json", example());
  const MonitorFile read = read_monitor(folder / "monitor.json"), written = example();
  EXPECT_EQ(read.updates, written.updates);
  EXPECT_EQ(read.checkpoint, written.checkpoint);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.episodes, written.episodes);
  EXPECT_EQ(read.window, written.window);
  EXPECT_EQ(read.false_alarms, written.false_alarms);
  EXPECT_EQ(read.threshold, written.threshold);
}

TEST(MonitorFile, IsRefusedWhenDamaged) {
  const TemporaryFolder folder;
  const auto path = folder / "monitor.json";
  const auto refuses = [&](const std::string& content, const std::string& part) {
    write_file_atomically(path, content);
    EXPECT_THAT([&] { read_monitor(path); }, ThrowsMessage<DataError>(HasSubstr(part))) << content;
  };
  EXPECT_THROW(read_monitor(path), DataError);
  write_monitor(path, example());
  const std::string whole = read_file(path);
  for (size_t length = 0; length + 2 < whole.size(); length += 5) refuses(whole.substr(0, length), "is no monitor");
  const auto changed = [&](const char* key, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(whole);
    json[key] = value;
    return json.dump();
  };
  refuses(changed("window", 0), "window");
  refuses(changed("window", "ten"), "is no monitor");
  refuses(changed("false_alarms", 1.0), "false_alarms");
  refuses(changed("threshold", -1.0), "threshold");
  refuses(changed("threshold", nullptr), "is no monitor");
}

TEST(MonitorFile, ServesTheWeightsThatItWasFittedWithAlone) {
  const TemporaryFolder folder;
  const RunDirectory directory = make_run_with_two_checkpoints(folder / "run");
  const TrainedRun first = load_run(folder / "run", "10"), last = load_run(folder / "run");
  EXPECT_FALSE(find_monitor(last));
  MonitorFile file = example();
  file.checkpoint = checkpoint_hash(first.checkpoint);
  write_monitor(directory.monitor(), file);
  EXPECT_EQ(find_monitor(first)->threshold, file.threshold);
  EXPECT_FALSE(find_monitor(last));
  write_file_atomically(directory.monitor(), "{");
  EXPECT_THROW(find_monitor(first), DataError);
}

}  // namespace
}  // namespace vrkn::run::monitor_file_test
