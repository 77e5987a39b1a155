#include "vrkn/bench/measure.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/bench/stopwatch.h"

namespace vrkn::bench::measure_test {
namespace {

TEST(Measure, TakesTurnsAfterEachSampleAndDoesNotCountTheWarmUp) {
  std::string calls;
  Probes probes;
  probes.copying.emplace(1.0, 1, [&] { calls += 'p'; });
  const std::vector<Workload> work = {{.name = "a", .run = [&] { calls += 'a'; }},
                                      {.name = "b", .run = [&] { calls += 'b'; }}};
  const std::vector<Row> rows = measure(work, probes, {.repetitions = 2, .least_s = 0.0});
  EXPECT_EQ(calls, "abppabpab");  // the probe's first run is its warm-up
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].work, "a");
  EXPECT_EQ(rows[1].work, "b");
  EXPECT_LE(rows[0].wall_s.low, rows[0].wall_s.high);
  EXPECT_FALSE(rows[0].processor_s);
  EXPECT_DOUBLE_EQ(rows[0].limit_s, 0.0);
}

TEST(Measure, RepeatsShortWorkInARow) {
  int64_t runs = 0;
  Probes probes;
  measure({{.name = "short", .run = [&] { ++runs; }, .cost = Cost{}}}, probes, {.repetitions = 3, .least_s = 1e9});
  EXPECT_EQ(runs, 2 + 3 * 1000);  // the warm-up, and one run to see how long it takes
}

TEST(Measure, CountsTheFlopInTheWarmUp) {
  Probes probes;
  probes.arithmetic.emplace(product_probe(c10::kCPU));
  probes.blas.emplace(blas_probe());
  const at::Tensor a = at::ones({20, 30}), b = at::ones({30, 40});
  const std::vector<Row> rows =
      measure({{.name = "product", .run = [&] { at::mm(a, b); }}}, probes, {.repetitions = 1});
  EXPECT_DOUBLE_EQ(rows[0].cost.flop, 2.0 * 20 * 30 * 40);
  EXPECT_EQ(rows[0].limited_by, "arithmetic");
  EXPECT_DOUBLE_EQ(rows[0].limit_s, rows[0].cost.flop / probes.arithmetic->rate());
  EXPECT_DOUBLE_EQ(rows[0].ratio(), rows[0].wall_s.median / rows[0].limit_s);
  EXPECT_DOUBLE_EQ(rows[0].ratio_to_blas(), rows[0].wall_s.median * probes.blas->rate() / rows[0].cost.flop);
}

TEST(Measure, ProcessorTimeCountsWhereAskedFor) {
  Probes probes;
  const auto spin = [] {
    volatile int64_t sum = 0;
    for (int64_t i = 0; i < 1'000'000; ++i) sum = sum + i;
  };
  const std::vector<Row> rows =
      measure({{.name = "spin", .run = spin, .cost = Cost{}}}, probes, {.repetitions = 3, .clock = Clock::kProcessor});
  ASSERT_TRUE(rows[0].processor_s);
  EXPECT_GT(rows[0].processor_s->low, 0.0);
  EXPECT_EQ(&rows[0].time_s(), &*rows[0].processor_s);
}

TEST(Measure, LimitIsTheLongerOfTwoWithNewMemoryOnTop) {
  Probes probes;
  const auto spin = [] {
    volatile int64_t sum = 0;
    for (int64_t i = 0; i < 10'000; ++i) sum = sum + i;
  };
  probes.arithmetic.emplace(1.0, 1, spin);
  probes.copying.emplace(1.0, 1, spin);
  probes.new_memory.emplace(1.0, 1, spin);
  const Cost cost{.flop = 1.0, .bytes_moved = 1e6, .bytes_new = 10.0};
  const Row row = measure({{.name = "work", .run = [] {}, .cost = cost}}, probes, {.repetitions = 1}).front();
  EXPECT_NEAR(row.limit_s, 1e6 / probes.copying->rate() + 10.0 / probes.new_memory->rate(), 1e-9 * row.limit_s);
  EXPECT_EQ(row.limited_by, "memory");
}

TEST(RateProbe, KnowsNothingBeforeASample) {
  int runs = 0;
  RateProbe probe(8.0, 3, [&] { ++runs; });
  EXPECT_DOUBLE_EQ(probe.rate(), 0.0);
  EXPECT_EQ(runs, 0);
  probe.sample(Clock::kWall);
  EXPECT_EQ(runs, 4);
  EXPECT_GT(probe.rate(), 0.0);
}

}  // namespace
}  // namespace vrkn::bench::measure_test
