#include "vrkn/bench/bench_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vrkn::bench::bench_report_test {
namespace {

BenchReport report() {
  return {.subject = "train-step",
          .work = "dreamer, vrkn; B 5, T 50",
          .threads = 1,
          .options = {.repetitions = 7, .clock = Clock::kProcessor},
          .rows = {{.work = "update",
                    .cost = {.flop = 8e9, .bytes_moved = 2e9, .bytes_new = 1e9},
                    .wall_s = {2.0, 3.0, 4.0},
                    .processor_s = Quartiles{1.0, 1.5, 2.0},
                    .limit_s = 0.1,
                    .limited_by = "arithmetic",
                    .blas_s = 0.2,
                    .units = 30.0,
                    .unit = "sequences"},
                   {.work = "nothing known", .wall_s = {1e-3, 2e-3, 3e-3}}},
          .product_flops = 80e9,
          .product = "products by hand",
          .blas_flops = 40e9,
          .copied_bytes_s = 20e9,
          .profile = TimeProfile{4.0, {{"forward", 3.0}, {"other", 1.0}}, {{"products", 4.0}}},
          .peak_memory_bytes = int64_t{3} << 29,
          .notes = {"a note"}};
}

TEST(BenchReport, AsJson) {
  const auto json = nlohmann::json::parse(to_json(report()));
  EXPECT_EQ(json.at("subject"), "train-step");
  EXPECT_EQ(json.at("repetitions"), 7);
  EXPECT_EQ(json.at("threads"), 1);
  for (const char* key : {"work", "device", "vrkn", "commit", "libtorch", "processor", "blas", "blas_kernels"}) {
    EXPECT_TRUE(json.at(key).is_string()) << key;
  }
  EXPECT_DOUBLE_EQ(json.at("peaks").at("gflop_per_s"), 80.0);
  EXPECT_DOUBLE_EQ(json.at("peaks").at("gb_copied_per_s"), 20.0);
  EXPECT_DOUBLE_EQ(json.at("peaks").at("blas_gflop_per_s"), 40.0);
  EXPECT_FALSE(json.at("peaks").contains("gb_new_per_s"));

  const auto& row = json.at("rows").at(0);
  EXPECT_EQ(row.at("work"), "update");
  EXPECT_DOUBLE_EQ(row.at("gflop"), 8.0);
  EXPECT_DOUBLE_EQ(row.at("gb_moved"), 2.0);
  EXPECT_DOUBLE_EQ(row.at("gb_new"), 1.0);
  EXPECT_EQ(row.at("clock"), "processor");
  EXPECT_DOUBLE_EQ(row.at("wall_s").at("median"), 3.0);
  EXPECT_DOUBLE_EQ(row.at("processor_s").at("high"), 2.0);
  EXPECT_DOUBLE_EQ(row.at("ratio"), 15.0);  // of processor time
  EXPECT_DOUBLE_EQ(row.at("ratio_to_blas"), 7.5);
  EXPECT_EQ(row.at("limited_by"), "arithmetic");
  const auto& bare = json.at("rows").at(1);
  EXPECT_EQ(bare.at("clock"), "wall");
  for (const char* key : {"processor_s", "limit_s", "limited_by", "ratio", "blas_s", "ratio_to_blas", "units"}) {
    EXPECT_FALSE(bare.contains(key)) << key;
  }

  EXPECT_DOUBLE_EQ(json.at("profile").at("total_s"), 4.0);
  EXPECT_EQ(json.at("profile").at("parts").at(0).at("name"), "forward");
  EXPECT_DOUBLE_EQ(json.at("profile").at("kinds").at(0).at("time_s"), 4.0);
  EXPECT_EQ(json.at("notes").at(0), "a note");
  EXPECT_EQ(json.at("peak_memory_bytes"), int64_t{3} << 29);
}

TEST(BenchReport, AsText) {
  const std::string text = to_text(report());
  for (const char* words :
       {"train-step: dreamer, vrkn; B 5, T 50; cpu, 1 thread, 7 repetitions\n", "80.0 GFLOP/s, products by hand",
        "20.0 GB/s", "8.000", "3.00 s (2.00 s to 4.00 s)", "1.50 s (1.00 s to 2.00 s)",
        "15.0 x 100 ms by arithmetic  7.5", "BLAS: 40.0 GFLOP/s, the same by ", "20 sequences/s", "75.0 %", "a note\n",
        "peak memory: 1.50 GiB\n"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\nis not in\n" << text;
  }
  EXPECT_EQ(text.find(" \n"), std::string::npos);
}

TEST(BenchReport, LeavesOutWhatWasNotMeasured) {
  const std::string text = to_text({.subject = "env", .work = "little", .rows = {}});
  for (const char* words : {"GFLOP/s", "copying", "new memory", "processor time", "share"}) {
    EXPECT_EQ(text.find(words), std::string::npos) << words;
  }
}

TEST(TimeText, ThreeDigitsAndASuitableUnit) {
  EXPECT_EQ(time_text(2.2e-3), "2.20 ms");
  EXPECT_EQ(time_text(0.25e-3), "250 us");
  EXPECT_EQ(time_text(12.34e-6), "12.3 us");
  EXPECT_EQ(time_text(0.0), "0.00 us");
  EXPECT_EQ(time_text(98.76), "98.8 s");
  EXPECT_EQ(time_text(123.4), "123 s");
  EXPECT_EQ(time_text(0.99996), "1.00 s");
  EXPECT_EQ(time_text(0.0099996), "10.0 ms");
}

}  // namespace
}  // namespace vrkn::bench::bench_report_test
