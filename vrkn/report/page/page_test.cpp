#include "vrkn/report/page/page.h"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/made_up_comparison.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"
#include "vrkn/core/sha256.h"
#include "vrkn/report/page/base64.h"
#include "vrkn/report/page/page_data.h"

namespace vrkn::report::page_test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The contents of all elements <name ...>.
std::vector<std::string> contents(const std::string& html, const std::string& opening, const std::string& closing) {
  std::vector<std::string> found;
  for (size_t at = 0; (at = html.find(opening, at)) != std::string::npos;) {
    at += opening.size();
    found.push_back(html.substr(at, html.find(closing, at) - at));
  }
  return found;
}

TEST(Page, IsOneFileThatLoadsNothing) {
  const std::string html = page_html("Runs", "{}", /*live=*/false);
  EXPECT_THAT(html, testing::StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_FALSE(std::regex_search(html, std::regex(R"((src|href)="(?!data:|#))")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("Copyright (c) 2022 Leon Sorokin"));
  EXPECT_THAT(html, HasSubstr("connect-src 'none'"));
  EXPECT_THAT(page_html("Runs", "{}", /*live=*/true), HasSubstr("connect-src 'self'"));
}

TEST(Page, ItsPolicyAllowsExactlyItsScriptsAndStyles) {
  const std::string html = page_html("Runs", "{}", /*live=*/false);
  const std::string policy = contents(html, "Content-Security-Policy\" content=\"", "\">").at(0);
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  std::vector<std::string> parts = contents(html, "<script>", "</script>");
  EXPECT_EQ(parts.size(), 2u);
  for (const std::string& style : contents(html, "<style>", "</style>")) parts.push_back(style);
  EXPECT_EQ(parts.size(), 4u);
  for (const std::string& part : parts) EXPECT_THAT(policy, HasSubstr("'sha256-" + base64(sha256(part)) + "'"));
}

TEST(Page, TextsCannotEndTheirElements) {
  const std::string html = page_html("<b>\"A & B\"</b>", R"({"name":"</script><script>alert(1)</script>"})", false);
  EXPECT_THAT(html, HasSubstr("<title>&lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;</title>"));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  const std::string data = contents(html, "id=\"data\">", "</script>").at(0);
  EXPECT_EQ(nlohmann::json::parse(data)["name"], "</script><script>alert(1)</script>");
}

TEST(PageData, HoldsTheComparisonTheRunsAndTheExhibits) {
  const auto runs = made_up_runs({"rssm", "vrkn"}, {"cheetah_run", "walker_run"}, 1);
  const analysis::Comparison comparison = analysis::compare(runs);
  const TemporaryFolder folder;
  write_file_atomically(folder / "small.png", "tiny");
  const std::vector<MediaItem> media_items = {
      {.title = "strip", .run = runs[1].path, .media_type = "image/png", .file = folder / "small.png"},
      {.kind = MediaItem::Kind::kVideo,
       .title = "long",
       .media_type = "video/mp4",
       .bytes = std::string(5'000'000, 'x')}};
  const std::vector<analysis::SkippedRun> skipped = {{"/bad", "it is broken"}};
  const auto json = nlohmann::json::parse(page_data({.comparison = comparison,
                                                     .runs = runs,
                                                     .skipped = skipped,
                                                     .media_items = media_items,
                                                     .calibrations = {},
                                                     .resamples = 10},
                                                    embedded_source()));
  EXPECT_EQ(json["groups"][1]["label"], "vrkn");
  EXPECT_EQ(json["tasks"][0]["name"], "cheetah_run");
  EXPECT_EQ(json["tasks"][0]["groups"][1]["curve"]["median"][2], 300.0);
  EXPECT_TRUE(json["tasks"][0]["groups"][1]["mean"]["low"].is_null());
  EXPECT_EQ(json["tasks"][0]["published"][0]["scores"][0]["low"], 79.0);
  EXPECT_EQ(json["overall"][1]["mean"]["value"], 350.0);
  EXPECT_EQ(json["runs"][2]["group"], 1);
  EXPECT_EQ(json["skipped"][0]["reason"], "it is broken");
  EXPECT_EQ(json["media_items"][0]["source"], "data:image/png;base64,dGlueQ==");
  EXPECT_EQ(json["media_items"][0]["run"], 1);
  EXPECT_TRUE(json["media_items"][1]["source"].is_null());
  EXPECT_EQ(json["media_items"][1]["size"], "5.0 MB");
  EXPECT_TRUE(json["media_items"][1]["run"].is_null());
}

}  // namespace
}  // namespace vrkn::report::page_test
