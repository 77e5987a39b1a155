#include "vrkn/report/tensorboard_sink.h"

#include <bit>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include "vrkn/core/error.h"
#include "vrkn/core/protobuf.h"
#include "vrkn/report/crc32c.h"
#include "vrkn/report/png.h"
#include "vrkn/report/video.h"

namespace vrkn::report {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

template <class Number>
std::string little_endian(Number number) {
  return std::string(reinterpret_cast<const char*>(&number), sizeof number);
}

// The messages, with the field numbers of event.proto and summary.proto.

struct EventField {
  enum : uint64_t { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5 };
};
struct SummaryField {
  enum : uint64_t { kValue = 1 };
};
struct ValueField {
  enum : uint64_t { kTag = 1, kSimpleValue = 2, kImage = 4 };
};
struct ImageField {
  enum : uint64_t { kHeight = 1, kWidth = 2, kColorspace = 3, kEncoded = 4 };
};
constexpr int64_t kRgb = 3;

std::string framed(std::string_view event) {
  const std::string length = little_endian(static_cast<uint64_t>(event.size()));
  std::string record = length + little_endian(masked_crc32c(length));
  record += event;
  record += little_endian(masked_crc32c(event));
  return record;
}

/// `path`, once it is known to be for TensorBoard and that a record ends after `keep_bytes`. What is missing or too
/// short is left to AppendFile.
const std::filesystem::path& with_whole_records(const std::filesystem::path& path, int64_t keep_bytes) {
  if (path.filename().string().find("tfevents") == std::string::npos) {
    throw ConfigError("the TensorBoard file '" + path.string() + "' must have 'tfevents' in its name");
  }
  std::ifstream file(path, std::ios::binary);
  for (int64_t at = 0; file && at < keep_bytes;) {
    std::string header(12, '\0');
    file.seekg(at);
    if (!file.read(header.data(), 12)) break;
    uint64_t length = 0;
    std::memcpy(&length, header.data(), sizeof length);
    const bool whole = header.substr(8) == little_endian(masked_crc32c(header.substr(0, 8)));
    const uint64_t room = static_cast<uint64_t>(keep_bytes - at);
    if (!whole || room < 16 || length > room - 16) {
      throw DataError("cannot resume '" + path.string() + "' at byte " + std::to_string(keep_bytes) +
                      ": no event ends there");
    }
    at += static_cast<int64_t>(length) + 16;
  }
  return path;
}

}  // namespace

double wall_clock_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TensorBoardSink::TensorBoardSink(const std::filesystem::path& path, int64_t keep_bytes, std::function<double()> clock)
    : file_(with_whole_records(path, keep_bytes), keep_bytes), clock_(std::move(clock)) {
  if (keep_bytes > 0) return;
  ProtobufMessage event;
  event.add_double(EventField::kWallTime, clock_());
  event.add_bytes(EventField::kFileVersion, "brain.Event:2");
  file_.append(framed(event.bytes()));
}

void TensorBoardSink::write(const MetricRecord& record) {
  ProtobufMessage summary;
  for (const Metric& metric : record.metrics) {
    ProtobufMessage value;
    value.add_bytes(ValueField::kTag, record.kind + "/" + metric.name);
    value.add_float(ValueField::kSimpleValue, static_cast<float>(metric.value));
    summary.add_message(SummaryField::kValue, value);
  }
  if (!summary.bytes().empty()) append_summary(record.env_step, summary);
}

void TensorBoardSink::write(const ImageRecord& record) {
  append_picture(record.name, record.env_step, record.image, encode_png(record.image));
}

void TensorBoardSink::write(const VideoRecord& record) {
  std::string gif;
  try {
    gif = gif_of(record.frames, record.fps);
  } catch (const DataError&) {
    return;  // no video is no reason to lose a run; the command says why when it cannot film
  }
  append_picture(record.name, record.env_step, record.frames.front(), gif);
}

void TensorBoardSink::append_picture(const std::string& name, int64_t env_step, const Image& size,
                                     std::string_view encoded) {
  ProtobufMessage image;
  image.add_integer(ImageField::kHeight, size.height);
  image.add_integer(ImageField::kWidth, size.width);
  image.add_integer(ImageField::kColorspace, kRgb);
  image.add_bytes(ImageField::kEncoded, encoded);
  ProtobufMessage value;
  value.add_bytes(ValueField::kTag, name);
  value.add_message(ValueField::kImage, image);
  ProtobufMessage summary;
  summary.add_message(SummaryField::kValue, value);
  append_summary(env_step, summary);
}

void TensorBoardSink::flush() {
  file_.sync();
}

void TensorBoardSink::append_summary(int64_t env_step, const ProtobufMessage& summary) {
  ProtobufMessage event;
  event.add_double(EventField::kWallTime, clock_());
  event.add_integer(EventField::kStep, env_step);
  event.add_message(EventField::kSummary, summary);
  file_.append(framed(event.bytes()));
}

}  // namespace vrkn::report
