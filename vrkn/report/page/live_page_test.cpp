#include "vrkn/report/page/live_page.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_folder.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::report::live_page_test {
namespace {

using Json = nlohmann::json;

TEST(LivePage, ChangesWithItsRuns) {
  const TemporaryFolder folder;
  LivePage page({folder.path()}, {});
  EXPECT_TRUE(page.refresh());
  EXPECT_TRUE(Json::parse(page.data())["runs"].empty());
  EXPECT_FALSE(page.refresh());
  const int64_t version = page.version();

  write_run(folder / "one", {.returns = {{0, 1.0}}});
  EXPECT_TRUE(page.refresh());
  EXPECT_GT(page.version(), version);
  std::ofstream(folder / "one" / "metrics.jsonl", std::ios::app) << evaluation_line(500, 42.0);
  EXPECT_TRUE(page.refresh());
  const Json json = Json::parse(page.data());
  EXPECT_EQ(json["runs"][0]["value"], Json({1.0, 42.0}));
  EXPECT_EQ(json["tasks"][0]["score_step"], 500.0);
  EXPECT_TRUE(json["live"].get<bool>());
}

TEST(LivePage, AMediumHasAnotherNameWhenItHasChanged) {
  const TemporaryFolder folder;
  write_run(folder / "one", {});
  const auto video = folder / "one" / "videos" / "last-evaluation.mp4";
  write_file_atomically(video, "film");
  LivePage page({folder.path()}, {});
  page.refresh();
  const std::string first = Json::parse(page.data())["media_items"][0]["source"];
  ASSERT_EQ(first.rfind("media/", 0), 0u);
  EXPECT_EQ(page.medium(first.substr(6))->bytes, "film");
  EXPECT_EQ(page.medium(first.substr(6))->media_type, "video/mp4");
  write_file_atomically(video, "another film");
  page.refresh();
  const std::string second = Json::parse(page.data())["media_items"][0]["source"];
  EXPECT_NE(second, first);
  EXPECT_EQ(page.medium(second.substr(6))->bytes, "another film");
  EXPECT_FALSE(page.medium(first.substr(6)));
  for (const char* name : {"", "99", "../config.toml", "0/../1"}) EXPECT_FALSE(page.medium(name)) << name;
}

TEST(LivePage, AnUnknownKeyToGroupByIsRefused) {
  const TemporaryFolder folder;
  write_run(folder / "one", {});
  LivePage page({folder.path()}, {.group_by = {"model.knd"}});
  EXPECT_THROW(page.refresh(), ConfigError);
}

}  // namespace
}  // namespace vrkn::report::live_page_test
