#include "vrkn/report/comparison/csv.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/made_up_comparison.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"

namespace vrkn::report::csv_test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::istringstream text(read_file(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    EXPECT_EQ(line.back(), '\r');
    line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

TEST(Csv, FieldsThatNeedItStandInQuotes) {
  EXPECT_EQ(csv_line(std::vector<std::string>{"a", "b, c", "say \"d\"", ""}), "a,\"b, c\",\"say \"\"d\"\"\",\r\n");
}

TEST(Csv, HoldsTheComparison) {
  const TemporaryFolder folder;
  const auto runs = made_up_runs({"rssm", "vrkn"}, {"cheetah_run", "walker_run"}, 2);
  write_comparison_csv(folder.path(), analysis::compare(runs), runs);

  const auto curves = lines_of(folder / "curves.csv");
  ASSERT_EQ(curves.size(), 1u + 2u * 2u * 3u);
  EXPECT_EQ(curves[0], "task,group,step,runs,quartile_25,median,quartile_75");
  EXPECT_EQ(curves[2], "cheetah_run,rssm,100000,2,102.5,105,107.5");
  EXPECT_THAT(lines_of(folder / "mean_curves.csv")[1], StartsWith("rssm,0,55,50,60"));
  EXPECT_EQ(lines_of(folder / "scores.csv")[1], "cheetah_run,rssm,200000,2,205,200,210,205");
  EXPECT_EQ(lines_of(folder / "overall.csv")[1], "rssm,interquartile_mean,255,250,260");
  EXPECT_EQ(lines_of(folder / "improvement.csv")[1], "vrkn,rssm,2,1,1,1");
  const std::string path = std::filesystem::proximate("/runs/rssm-cheetah_run-0", folder.path()).string();
  EXPECT_THAT(path, StartsWith("../"));
  EXPECT_EQ(lines_of(folder / "runs.csv")[1], "rssm-cheetah_run-0,rssm,cheetah_run,0,200000,,," + path);
  EXPECT_THAT(lines_of(folder / "published.csv")[1], StartsWith("cheetah_run,\"Dreamer, RSSM\",100000,79,223,"));
}

TEST(Csv, WhatIsNotKnownIsEmpty) {
  const TemporaryFolder folder;
  const auto runs = made_up_runs({"vrkn"}, {"world"}, 1);
  write_comparison_csv(folder.path(), analysis::compare(runs), runs);
  EXPECT_EQ(lines_of(folder / "scores.csv")[1], "world,vrkn,200000,1,200,,,200");
  EXPECT_THAT(lines_of(folder / "improvement.csv"), ElementsAre("group,over,tasks,probability,low,high"));
  EXPECT_EQ(lines_of(folder / "mean_curves.csv")[1], "vrkn,0,0,,");
}

}  // namespace
}  // namespace vrkn::report::csv_test
