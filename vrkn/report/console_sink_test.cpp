#include "vrkn/report/console_sink.h"

#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::report::console_sink_test {
namespace {

TEST(ConsoleSink, PrintsReturnsAndLosses) {
  std::ostringstream out;
  ConsoleSink sink(out);
  sink.write(MetricRecord{"train", 12000, 3, {{"loss", 41.23456}, {"loss/kl", 2.75}, {"time/update", 0.5}}});
  sink.write(MetricRecord{"collect", 12500, 3, {{"time/collect", 0.5}}});
  sink.write(MetricRecord{"evaluate", 20000, 3, {{"episodes", 10.0}, {"return", 812.5}, {"return/std", NAN}}});
  sink.write(MetricRecord{"episode", 20000, 3, {{"return", 800.0}}});
  sink.write(ImageRecord{"strip", 1, {}});
  sink.flush();
  EXPECT_EQ(out.str(),
            "    12000  train     loss 41.23  loss/kl 2.75\n"
            "    20000  evaluate  return 812.5  return/std nan\n");
}

TEST(ConsoleSink, PrintsWhatTheUserChooses) {
  std::ostringstream out;
  ConsoleSink(out, {"time/"}).write(MetricRecord{"train", 1, 2, {{"loss", 41.0}, {"time/update", 1.5e-7}}});
  EXPECT_EQ(out.str(), "        1  train     time/update 1.5e-07\n");
}

TEST(ConsoleSink, SaysWhenTheStreamHasFailed) {
  std::ostringstream out;
  ConsoleSink sink(out);
  out.setstate(std::ios::badbit);
  EXPECT_THROW(sink.flush(), DataError);
}

}  // namespace
}  // namespace vrkn::report::console_sink_test
