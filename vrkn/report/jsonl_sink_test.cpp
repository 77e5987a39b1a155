#include "vrkn/report/jsonl_sink.h"

#include <bit>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/core/random.h"

namespace vrkn::report::jsonl_sink_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const MetricRecord kTrain{"train", 5000, 3, {{"loss/kl", 2.75}, {"loss/reward", 0.1}}};
const MetricRecord kEvaluate{"evaluate", 6000, 4, {{"return", 812.5}}};

TEST(JsonlSink, WritesOneObjectPerRecord) {
  const TemporaryFolder folder;
  JsonlSink sink(folder / "metrics.jsonl");
  sink.write(kTrain);
  sink.write(kEvaluate);
  sink.write(MetricRecord{"empty", 0, 0, {}});
  sink.flush();
  const std::string expected =
      "{\"kind\":\"train\",\"env_step\":5000,\"iteration\":3,\"loss/kl\":2.75,\"loss/reward\":0.1}\n"
      "{\"kind\":\"evaluate\",\"env_step\":6000,\"iteration\":4,\"return\":812.5}\n"
      "{\"kind\":\"empty\",\"env_step\":0,\"iteration\":0}\n";
  EXPECT_EQ(read_file(folder / "metrics.jsonl"), expected);
  EXPECT_EQ(sink.position(), static_cast<int64_t>(expected.size()));
}

TEST(JsonlSink, NumbersReadBackExactly) {
  const TemporaryFolder folder;
  MetricRecord record{"train", std::numeric_limits<int64_t>::max(), 0, {}};
  const auto add = [&](double value) { record.metrics.push_back({std::to_string(record.metrics.size()), value}); };
  for (const double value : {0.0, -0.0, 0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 6e-4, 123456789012345680.0}) {
    add(value);
  }
  ScalarGenerator random(1);
  while (record.metrics.size() < 2000) {
    const double value = std::bit_cast<double>(random.bits());
    if (std::isfinite(value)) add(value);
  }
  JsonlSink(folder / "metrics.jsonl").write(record);
  const auto line = nlohmann::json::parse(read_file(folder / "metrics.jsonl"));
  EXPECT_EQ(line.at("env_step").get<int64_t>(), record.env_step);
  for (const Metric& metric : record.metrics) {
    EXPECT_EQ(std::bit_cast<uint64_t>(line.at(metric.name).get<double>()), std::bit_cast<uint64_t>(metric.value));
  }
}

TEST(JsonlSink, WhatIsNotFiniteBecomesNull) {
  const TemporaryFolder folder;
  JsonlSink(folder / "metrics.jsonl")
      .write(MetricRecord{"train", 1, 2, {{"a", NAN}, {"b", INFINITY}, {"c", -INFINITY}}});
  EXPECT_EQ(read_file(folder / "metrics.jsonl"),
            "{\"kind\":\"train\",\"env_step\":1,\"iteration\":2,\"a\":null,\"b\":null,\"c\":null}\n");
}

TEST(JsonlSink, EscapesNamesAndKeepsThemOnOneLine) {
  const TemporaryFolder folder;
  JsonlSink(folder / "metrics.jsonl").write(MetricRecord{"a\n\"b\\", 1, 2, {{"tab\t", 1.0}, {"no utf-8: \xff", 2.0}}});
  const std::string content = read_file(folder / "metrics.jsonl");
  EXPECT_EQ(content.find('\n'), content.size() - 1);
  const auto line = nlohmann::json::parse(content);
  EXPECT_EQ(line.at("kind"), "a\n\"b\\");
  EXPECT_EQ(line.at("tab\t"), 1.0);
}

TEST(JsonlSink, PassesOverPictures) {
  const TemporaryFolder folder;
  JsonlSink sink(folder / "metrics.jsonl");
  sink.write(ImageRecord{"strip", 1, Image{1, 1, {1, 2, 3}}});
  EXPECT_EQ(sink.position(), 0);
}

TEST(JsonlSink, RefusesNamesThatCollide) {
  const TemporaryFolder folder;
  JsonlSink sink(folder / "metrics.jsonl");
  EXPECT_THAT(
      [&] {
        sink.write(MetricRecord{"train", 1, 2, {{"kind", 1.0}}});
      },
      ThrowsMessage<DataError>(HasSubstr("'kind'")));
  EXPECT_THAT(
      [&] {
        sink.write(MetricRecord{"train", 1, 2, {{"a", 1.0}, {"a", 2.0}}});
      },
      ThrowsMessage<DataError>(HasSubstr("'a'")));
  EXPECT_EQ(sink.position(), 0);
}

TEST(JsonlSink, AResumedFileEqualsAnUninterruptedOne) {
  const TemporaryFolder folder;
  JsonlSink whole(folder / "whole.jsonl");
  whole.write(kTrain);
  whole.write(kEvaluate);

  int64_t checkpoint = 0;
  {
    JsonlSink first(folder / "metrics.jsonl");
    first.write(kTrain);
    checkpoint = first.position();
    first.write(MetricRecord{"lost", 1, 2, {{"after the checkpoint", 1.0}}});
  }
  JsonlSink second(folder / "metrics.jsonl", checkpoint);
  second.write(kEvaluate);
  EXPECT_EQ(second.position(), whole.position());
  EXPECT_EQ(read_file(folder / "metrics.jsonl"), read_file(folder / "whole.jsonl"));
}

TEST(JsonlSink, RefusesToResumeWithinALineOrBeyondTheEnd) {
  const TemporaryFolder folder;
  JsonlSink(folder / "metrics.jsonl").write(kTrain);
  const std::string content = read_file(folder / "metrics.jsonl");
  const auto size = static_cast<int64_t>(content.size());
  EXPECT_THAT([&] { JsonlSink(folder / "metrics.jsonl", size - 1); },
              ThrowsMessage<DataError>(HasSubstr("no line ends there")));
  EXPECT_THROW(JsonlSink(folder / "metrics.jsonl", size + 1), DataError);
  EXPECT_THROW(JsonlSink(folder / "none.jsonl", 1), DataError);
  EXPECT_EQ(read_file(folder / "metrics.jsonl"), content);
}

}  // namespace
}  // namespace vrkn::report::jsonl_sink_test
