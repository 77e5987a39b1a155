#include "vrkn/inspect/inspection.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vrkn::inspect::inspection_test {
namespace {

Inspection some_inspection() {
  return {
      .name = "runs/a",
      .what = "a run",
      .facts = {{"seed", int64_t{7}}, {"task", std::string("pendulum")}},
      .parts = {
          {.name = "array", .what = "float32 [2]", .facts = {{"from", 0.5}, {"steps", std::vector<int64_t>{1, 2}}}}}};
}

TEST(Inspection, TextForPeople) {
  EXPECT_EQ(to_text(some_inspection()),
            "runs/a: a run\n"
            "  seed   7\n"
            "  task   pendulum\n"
            "\n"
            "  array  float32 [2], from 0.5, steps [1, 2]\n"
            "\n"
            "whole\n");
}

TEST(Inspection, AFaultAnywhereIsDamage) {
  Inspection inspection = some_inspection();
  EXPECT_TRUE(inspection.is_whole());
  inspection.parts[0].parts.push_back({.name = "inner", .what = "a thing", .faults = {"it is torn"}});
  EXPECT_FALSE(inspection.is_whole());
  EXPECT_FALSE(inspection.parts[0].is_whole());
  const std::string text = to_text(inspection);
  EXPECT_NE(text.find("DAMAGED: array: inner: it is torn\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\nwhole\n"), std::string::npos);
}

TEST(Inspection, JsonForMachines) {
  Inspection inspection = some_inspection();
  inspection.facts.push_back({"odd", std::numeric_limits<double>::quiet_NaN()});
  inspection.faults = {"it is torn"};
  const auto json = nlohmann::json::parse(to_json(inspection));
  EXPECT_EQ(json.at("name"), "runs/a");
  EXPECT_EQ(json.at("what"), "a run");
  EXPECT_EQ(json.at("whole"), false);
  EXPECT_EQ(json.at("faults"), nlohmann::json({"it is torn"}));
  EXPECT_EQ(json.at("facts").at("seed"), 7);
  EXPECT_TRUE(json.at("facts").at("odd").is_null());
  EXPECT_EQ(json.at("parts").at(0).at("facts").at("steps"), nlohmann::json({1, 2}));
  EXPECT_EQ(json.at("parts").at(0).at("whole"), true);
}

}  // namespace
}  // namespace vrkn::inspect::inspection_test
