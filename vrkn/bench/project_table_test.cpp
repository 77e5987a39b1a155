#include "vrkn/bench/project_table.h"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "vrkn/bench/bench_report.h"
#include "vrkn/bench/subject.h"
#include "vrkn/core/error.h"
#include "vrkn/run/presets.h"

namespace vrkn::bench::project_table_test {
namespace {

std::string measurement() {
  return to_json({.subject = "recurrence",
                  .work = "sizes",
                  .rows = {{.work = "forwards", .cost = {.flop = 1e9}, .wall_s = {9.0, 9.0, 9.0}},
                           {.work = "both",
                            .cost = {.flop = 3e9},
                            .wall_s = {1.0, 2.0, 4.0},
                            .processor_s = Quartiles{0.5, 1.0, 1.5},
                            .limit_s = 0.25,
                            .limited_by = "arithmetic",
                            .blas_s = 0.5}},
                  .product_flops = 8e10,
                  .blas_flops = 4e10,
                  .peak_memory_bytes = int64_t{1} << 30});
}

TEST(ProjectTable, RowsAreCommandsOnPresetsThatExist) {
  std::set<std::string_view> names;
  for (const ProjectRow& row : project_rows()) {
    EXPECT_TRUE(names.insert(row.work).second) << row.work;
    ASSERT_GE(row.arguments.size(), 3u);
    EXPECT_NO_THROW(find_subject(row.arguments[0]));
    ASSERT_EQ(row.arguments[1], "--preset");
    std::vector<std::string> overrides;
    for (size_t i = 3; i < row.arguments.size(); i += 2) {
      ASSERT_EQ(row.arguments[i], "--set");
      overrides.push_back(row.arguments.at(i + 1));
    }
    EXPECT_NO_THROW(run::load_preset(row.arguments[2], overrides)) << row.work;
    EXPECT_GT(row.authors, 0.0);
  }
}

TEST(ProjectTable, TakesTheFigureOfTheLastRow) {
  const std::vector<MeasuredRow> rows = {{{"a ratio", {"recurrence"}, RowKind::kRatio, 4.3}, measurement()},
                                         {{"a time", {"act"}, RowKind::kTime, 2.2e-3}, measurement()},
                                         {{"a peak", {"act"}, RowKind::kMemory, 5e9}, measurement()}};
  const auto json = nlohmann::json::parse(project_json(rows));
  ASSERT_EQ(json.at("rows").size(), 3u);
  EXPECT_DOUBLE_EQ(json.at("rows").at(0).at("here"), 2.0);
  EXPECT_DOUBLE_EQ(json.at("rows").at(0).at("to_limit"), 4.0);
  EXPECT_EQ(json.at("rows").at(0).at("figure"), "ratio_to_blas");
  EXPECT_DOUBLE_EQ(json.at("rows").at(0).at("authors"), 4.3);
  EXPECT_DOUBLE_EQ(json.at("rows").at(1).at("here"), 1.0);
  EXPECT_DOUBLE_EQ(json.at("rows").at(2).at("here"), static_cast<double>(int64_t{1} << 30));
  EXPECT_EQ(json.at("rows").at(0).at("measurement").at("subject"), "recurrence");

  const std::string text = project_text(rows);
  for (const char* words : {"1 thread (the authors' code: 2), 5 repetitions, wall time",
                            "40.0 GFLOP/s of float32 products by BLAS", "80.0 is the limit", "a ratio", "3.000",
                            "1.00 s (500 ms to 1.50 s)", "2.0", "4.3", "4.0", "2.20 ms", "1.00 GiB"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\nis not in\n" << text;
  }
}

TEST(ProjectTable, RefusesWhatIsNoMeasurement) {
  for (const char* text : {"", "{}", R"({"rows":[]})", R"({"rows":[{"gflop":"much"}]})"}) {
    const std::vector<MeasuredRow> rows = {{{"work", {"act"}, RowKind::kTime, 2.0}, text}};
    EXPECT_THROW(project_json(rows), DataError) << text;
  }
}

}  // namespace
}  // namespace vrkn::bench::project_table_test
