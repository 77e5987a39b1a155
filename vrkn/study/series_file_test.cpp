#include "vrkn/study/series_file.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/npz.h"

namespace vrkn::study::series_file_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

data::NpzArray counting(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i));
  return data::make_array<double>(shape, values);
}

TEST(SeriesFile, ReadsTheOnlyArrayOrTheOneThatIsNamed) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "one.npz", data::write_npz({{"x", counting({4, 3, 2})}}));
  const kalman::Series only = read_series(folder / "one.npz", "").observations;
  EXPECT_EQ(only.sequences, 4);
  EXPECT_EQ(only.at(1, 2)(1), 11.0);  // (1 * 3 + 2) * 2 + 1
  const auto several = folder / "several.npz";
  write_file_atomically(several, data::write_npz({{"x", counting({4, 3, 2})},
                                                  {"y", counting({1, 2, 3})},
                                                  {"flat", counting({6})},
                                                  {"deep", counting({1, 1, 2, 3})}}));
  EXPECT_EQ(read_series(several, "y").observations.size, 3);
  EXPECT_EQ(read_series(several, "flat").observations.steps, 6);
  EXPECT_THAT([&] { read_series(several, ""); }, ThrowsMessage<DataError>(HasSubstr("4 arrays (x, y, flat, deep)")));
  EXPECT_THAT([&] { read_series(several, "deep"); }, ThrowsMessage<DataError>(HasSubstr("the shape [1, 1, 2, 3]")));
  EXPECT_THAT([&] { read_series(several, "z"); }, ThrowsMessage<DataError>(HasSubstr("'z'")));
}

TEST(SeriesFile, ReadsAnNpyFileOfOneTwoOrThreeAxes) {
  const TemporaryFolder folder;
  const auto read = [&](const std::vector<int64_t>& shape) {
    write_file_atomically(folder / "x.npy", data::write_npy(counting(shape)));
    return read_series(folder / "x.npy", "").observations;
  };
  EXPECT_EQ(read({5}).steps, 5);
  EXPECT_EQ(read({5, 3}).at(0, 4)(2), 14.0);
  EXPECT_EQ(read({4, 3, 2}).at(1, 2)(1), 11.0);
  EXPECT_THAT([&] { read({}); }, ThrowsMessage<DataError>(HasSubstr("has the shape []")));
  EXPECT_THAT([&] { read_series(folder / "x.npy", "x"); }, ThrowsMessage<ConfigError>(HasSubstr("--array 'x'")));
  // Every file that ends too early is refused.
  const std::string whole = data::write_npy(counting({5, 3}));
  for (size_t size = 0; size < whole.size(); ++size) {
    write_file_atomically(folder / "x.npy", whole.substr(0, size));
    EXPECT_THROW(read_series(folder / "x.npy", ""), DataError) << size;
  }
}

kalman::Series csv(const std::string& content) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "x.csv", content);
  return read_series(folder / "x.csv", "").observations;
}

TEST(SeriesFile, ReadsCsvWithNamesAndGaps) {
  const kalman::Series series = csv("\xef\xbb\xbflevel, \"flow\"\r\n1.5,-2e3\r\n,nan\r\n NA ,+4\r\n\r\n");
  EXPECT_EQ(series.sequences, 1);
  EXPECT_EQ(series.steps, 3);
  EXPECT_EQ(series.size, 2);
  EXPECT_EQ(series.at(0, 0)(0), 1.5);
  EXPECT_EQ(series.at(0, 0)(1), -2000.0);
  EXPECT_TRUE(std::isnan(series.at(0, 1)(0)));
  EXPECT_TRUE(std::isnan(series.at(0, 1)(1)));
  EXPECT_EQ(series.at(0, 2)(1), 4.0);
  const kalman::Series single = csv("1\n\n3\n\n\n");
  EXPECT_EQ(single.steps, 3);
  EXPECT_TRUE(std::isnan(single.at(0, 1)(0)));
  EXPECT_EQ(csv("7").steps, 1);
}

TEST(SeriesFile, RefusesWhatIsNoSeries) {
  const auto refused = [](const std::string& content, const char* why) {
    EXPECT_THAT([&] { csv(content); }, ThrowsMessage<DataError>(HasSubstr(why))) << content;
  };
  refused("", "holds no numbers");
  refused("\n\n", "holds no numbers");
  refused("a,b\n", "holds no numbers");
  refused("1,2\n3\n", "line 2 has 1 fields, but the first has 2");
  refused("a,b\n1,2,3\n", "line 2 has 3 fields, but the first has 2");
  refused("1,2\n3,x\n", "field 2 of line 2 is 'x'");
  refused("1,2\n\n3,4\n", "line 2 is empty");
  refused("1871-01-01,2\n", "field 1 of line 1 is '1871-01-01'");
  refused("1;2\n3;4\n", "field 1 of line 2 is '3;4'");
  refused("1\n0x10\n", "field 1 of line 2 is '0x10'");
  refused("1\n1e999\n", "field 1 of line 2 is '1e999'");
  refused("1\n\x1b[31m\n", "field 1 of line 2 is '?[31m'");
  refused("1\n" + std::string(1000, 'x') + "\n", "xxxx...'");
  EXPECT_THAT([] { read_series("series.txt", ""); }, ThrowsMessage<DataError>(HasSubstr("ends in '.txt'")));
  EXPECT_THROW(read_series("no/such/file.csv", ""), Error);
}

}  // namespace
}  // namespace vrkn::study::series_file_test
