#include "vrkn/report/tensorboard_sink.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/crc32c.h"
#include "vrkn/report/png.h"

namespace vrkn::report::tensorboard_sink_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// A clock that goes on by half a second at every look.
std::function<double()> ticking_clock() {
  return [now_s = 1699999999.5]() mutable { return now_s += 0.5; };
}

const MetricRecord kTrain{"train", 5000, 3, {{"loss/kl", 2.75}, {"loss/reward", 0.1}}};
const MetricRecord kEvaluate{"evaluate", 0, 4, {{"return", -812.5}}};
const ImageRecord kPicture{"reconstruction", 300, Image{1, 2, {1, 2, 3, 250, 251, 252}}};

// ---- a reader of event files, only as able as these tests need ----

template <class Number>
Number take_number(std::string_view& bytes) {
  Number number{};
  EXPECT_GE(bytes.size(), sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

std::string_view take_bytes(std::string_view& bytes, size_t count) {
  EXPECT_GE(bytes.size(), count);
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = take_number<uint8_t>(bytes);
    value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
}

/// The fields of a message: numbers as their bytes, varints as 8 bytes.
using Message = std::multimap<uint64_t, std::string>;

Message parse_message(std::string_view bytes) {
  Message message;
  while (!bytes.empty()) {
    const uint64_t key = take_varint(bytes);
    std::string value;
    if (key % 8 == 0) {
      const uint64_t number = take_varint(bytes);
      value.assign(reinterpret_cast<const char*>(&number), sizeof number);
    } else {
      EXPECT_THAT(key % 8, testing::AnyOf(1, 2, 5));
      value = take_bytes(bytes, key % 8 == 1 ? 8 : key % 8 == 5 ? 4 : take_varint(bytes));
    }
    message.emplace(key / 8, value);
  }
  return message;
}

template <class Number>
Number number_in(const Message& message, uint64_t field) {
  std::string_view bytes = message.find(field)->second;
  return take_number<Number>(bytes);
}

std::vector<Message> read_events(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  std::string_view rest = content;
  std::vector<Message> events;
  const auto sum_of = [](std::string_view bytes) {
    const uint64_t crc = crc32c(bytes);
    return static_cast<uint32_t>(((crc >> 15) | (crc << 17)) + 0xa282ead8);
  };
  while (!rest.empty()) {
    const std::string_view length_bytes = rest.substr(0, 8);
    const auto length = take_number<uint64_t>(rest);
    EXPECT_EQ(take_number<uint32_t>(rest), sum_of(length_bytes));
    const std::string_view event = take_bytes(rest, length);
    EXPECT_EQ(take_number<uint32_t>(rest), sum_of(event));
    events.push_back(parse_message(event));
  }
  return events;
}

TEST(TensorBoardSink, WritesTheGoldenFile) {
  const TemporaryFolder folder;
  TensorBoardSink sink(folder / "a.tfevents", 0, ticking_clock());
  sink.write(kTrain);
  sink.write(kEvaluate);
  sink.write(MetricRecord{"evaluate", int64_t{1} << 40, 5, {{"return", INFINITY}}});
  sink.flush();
  const std::string golden = read_file(std::filesystem::path(VRKN_GOLDEN_DIR) / "scalars.tfevents");
  EXPECT_EQ(read_file(folder / "a.tfevents"), golden);
  EXPECT_EQ(sink.position(), static_cast<int64_t>(golden.size()));
}

TEST(TensorBoardSink, WritesScalarsThatAReaderFinds) {
  const TemporaryFolder folder;
  TensorBoardSink(folder / "a.tfevents", 0, ticking_clock()).write(kTrain);
  const auto events = read_events(folder / "a.tfevents");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(number_in<double>(events[0], 1), 1700000000.0);
  EXPECT_EQ(events[0].find(3)->second, "brain.Event:2");
  EXPECT_EQ(number_in<double>(events[1], 1), 1700000000.5);
  EXPECT_EQ(number_in<int64_t>(events[1], 2), 5000);
  const Message summary = parse_message(events[1].find(5)->second);
  ASSERT_EQ(summary.count(1), 2u);
  const Message second = parse_message(std::next(summary.begin())->second);
  EXPECT_EQ(second.find(1)->second, "train/loss/reward");
  EXPECT_EQ(number_in<float>(second, 2), 0.1f);
}

TEST(TensorBoardSink, WritesPicturesAsPng) {
  const TemporaryFolder folder;
  TensorBoardSink(folder / "a.tfevents", 0, ticking_clock()).write(kPicture);
  const auto events = read_events(folder / "a.tfevents");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(number_in<int64_t>(events[1], 2), 300);
  const Message summary = parse_message(events[1].find(5)->second);
  const Message value = parse_message(summary.find(1)->second);
  EXPECT_EQ(value.find(1)->second, "reconstruction");
  const Message image = parse_message(value.find(4)->second);
  EXPECT_EQ(number_in<int64_t>(image, 1), 1);  // height
  EXPECT_EQ(number_in<int64_t>(image, 2), 2);  // width
  EXPECT_EQ(number_in<int64_t>(image, 3), 3);  // RGB
  EXPECT_EQ(image.find(4)->second, encode_png(kPicture.image));
}

TEST(TensorBoardSink, PassesOverEmptyRecordsAndRefusesBrokenPictures) {
  const TemporaryFolder folder;
  TensorBoardSink sink(folder / "a.tfevents", 0, ticking_clock());
  const int64_t start = sink.position();
  sink.write(MetricRecord{"train", 1, 2, {}});
  EXPECT_THROW(sink.write(ImageRecord{"broken", 1, Image{2, 2, {1}}}), ShapeError);
  EXPECT_EQ(sink.position(), start);
}

TEST(TensorBoardSink, AResumedFileHoldsEveryEventOnce) {
  const TemporaryFolder folder;
  int64_t checkpoint = 0;
  {
    TensorBoardSink first(folder / "a.tfevents", 0, ticking_clock());
    first.write(kPicture);
    first.write(kTrain);
    checkpoint = first.position();
    first.write(MetricRecord{"lost", 1, 2, {{"after the checkpoint", 1.0}}});
  }
  TensorBoardSink second(folder / "a.tfevents", checkpoint, ticking_clock());
  EXPECT_EQ(second.position(), checkpoint);
  second.write(kEvaluate);
  const auto events = read_events(folder / "a.tfevents");
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].count(3), 1u);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(events[i].count(3), 0u);
  EXPECT_THAT(events[2].find(5)->second, HasSubstr("train/loss/kl"));
  EXPECT_THAT(events[3].find(5)->second, HasSubstr("evaluate/return"));
}

TEST(TensorBoardSink, ResumesAtTheEndsOfEventsOnly) {
  const TemporaryFolder folder;
  std::vector<int64_t> ends;
  {
    TensorBoardSink sink(folder / "a.tfevents", 0, ticking_clock());
    for (int i = 0; i < 3; ++i) {
      ends.push_back(sink.position());
      sink.write(kTrain);
    }
    ends.push_back(sink.position());
  }
  const std::string content = read_file(folder / "a.tfevents");
  for (int64_t keep = 1; keep <= ends.back(); ++keep) {
    write_file_atomically(folder / "a.tfevents", content);
    const auto resume = [&] { TensorBoardSink(folder / "a.tfevents", keep, ticking_clock()); };
    if (std::find(ends.begin(), ends.end(), keep) != ends.end()) {
      EXPECT_NO_THROW(resume()) << keep;
    } else {
      EXPECT_THAT(resume, ThrowsMessage<DataError>(HasSubstr("no event ends there"))) << keep;
      EXPECT_EQ(read_file(folder / "a.tfevents"), content);
    }
  }
  EXPECT_THROW(TensorBoardSink(folder / "a.tfevents", ends.back() + 1, ticking_clock()), DataError);
  EXPECT_THROW(TensorBoardSink(folder / "none.tfevents", 1, ticking_clock()), DataError);
}

TEST(TensorBoardSink, RefusesToResumeADamagedFile) {
  const TemporaryFolder folder;
  TensorBoardSink(folder / "a.tfevents", 0, ticking_clock()).write(kTrain);
  std::string content = read_file(folder / "a.tfevents");
  content[7] = '\x7f';  // a length beyond all bounds
  write_file_atomically(folder / "a.tfevents", content);
  EXPECT_THROW(TensorBoardSink(folder / "a.tfevents", static_cast<int64_t>(content.size()), ticking_clock()),
               DataError);
}

TEST(TensorBoardSink, RefusesANameThatTensorBoardPassesOver) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { TensorBoardSink(folder / "events.log"); }, ThrowsMessage<ConfigError>(HasSubstr("tfevents")));
  EXPECT_FALSE(std::filesystem::exists(folder / "events.log"));
}

TEST(TensorBoardSink, TheDefaultClockCountsFrom1970) {
  EXPECT_GT(wall_clock_s(), 1.7e9);  // November 2023
  EXPECT_LT(wall_clock_s(), 1e10);
}

}  // namespace
}  // namespace vrkn::report::tensorboard_sink_test
