#include "vrkn/analysis/metrics_file.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_folder.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis::metrics_file_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void append(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

TEST(MetricRecord, IsReadAsItWasWritten) {
  const MetricRecord record =
      parse_metric_record(R"({"kind":"train","env_step":5000,"iteration":3,"loss/kl":2.75,"loss/reward":null})");
  EXPECT_EQ(record.kind, "train");
  EXPECT_EQ(record.env_step, 5000);
  EXPECT_EQ(record.iteration, 3);
  ASSERT_EQ(record.metrics.size(), 2u);
  EXPECT_EQ(record.metrics[0].name, "loss/kl");
  EXPECT_EQ(record.metrics[0].value, 2.75);
  EXPECT_TRUE(std::isnan(record.metrics[1].value));
}

TEST(MetricRecord, RefusesWhatIsNone) {
  for (const char* line :
       {"", "[]", "{", R"({"env_step":1,"iteration":0})", R"({"kind":"a","iteration":0})",
        R"({"kind":"a","env_step":-1,"iteration":0})", R"({"kind":"a","env_step":1.5,"iteration":0})",
        R"({"kind":"a","env_step":1,"iteration":0,"return":"high"})"}) {
    EXPECT_THROW(parse_metric_record(line), DataError) << line;
  }
}

TEST(MetricsFile, ReadsWhatIsAppendedAndOnlyWholeLines) {
  const TemporaryFolder folder;
  MetricsFile file(folder / "metrics.jsonl");
  EXPECT_FALSE(file.read());  // not there yet
  append(folder / "metrics.jsonl", evaluation_line(1, 10.0) + evaluation_line(2, 20.0).substr(0, 9));
  EXPECT_TRUE(file.read());
  EXPECT_EQ(file.records().size(), 1u);
  EXPECT_FALSE(file.read());
  append(folder / "metrics.jsonl", evaluation_line(2, 20.0).substr(9) + evaluation_line(3, 30.0));
  EXPECT_TRUE(file.read());
  ASSERT_EQ(file.records().size(), 3u);
  EXPECT_EQ(file.records()[1].metrics[0].value, 20.0);
}

TEST(MetricsFile, AResumedRunThatRewroteTheEndIsReadAnew) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "metrics.jsonl";
  append(path, evaluation_line(1, 10.0) + evaluation_line(2, 20.0));
  MetricsFile file(path);
  file.read();
  // Shorter; then as long as before, but with other numbers.
  std::ofstream(path) << evaluation_line(1, 10.0);
  EXPECT_TRUE(file.read());
  EXPECT_EQ(file.records().size(), 1u);
  append(path, evaluation_line(2, 20.0));
  file.read();
  std::ofstream(path) << evaluation_line(1, 10.0) + evaluation_line(2, 21.0) + evaluation_line(3, 30.0);
  EXPECT_TRUE(file.read());
  ASSERT_EQ(file.records().size(), 3u);
  EXPECT_EQ(file.records()[1].metrics[0].value, 21.0);
  std::filesystem::remove(path);
  EXPECT_TRUE(file.read());
  EXPECT_TRUE(file.records().empty());
}

TEST(MetricsFile, DamageIsNamedByItsLine) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "metrics.jsonl";
  append(path, evaluation_line(5, 1.0) + "nonsense\n");
  MetricsFile file(path);
  EXPECT_THAT([&] { file.read(); }, ThrowsMessage<DataError>(HasSubstr("line 2 of '" + path.string())));
  EXPECT_TRUE(file.records().empty());
  std::ofstream(path) << evaluation_line(5, 1.0) + evaluation_line(4, 1.0);
  EXPECT_THAT([&] { file.read(); }, ThrowsMessage<DataError>(HasSubstr("goes back")));
  std::ofstream(path) << evaluation_line(5, 1.0);
  EXPECT_TRUE(file.read());
}

}  // namespace
}  // namespace vrkn::analysis::metrics_file_test
