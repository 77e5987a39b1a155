#include "vrkn/report/event_file.h"

#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/crc32c.h"

namespace vrkn::report {
namespace {

/// Thrown where bytes end too early or mean nothing; with what is wrong.
struct Fault {
  std::string what;
  bool cut_short = false;  // the file ends within an event
};

std::string_view take(std::string_view& bytes, uint64_t count, const char* what, bool outside_event = false) {
  if (count > bytes.size()) {
    throw Fault{fmt::format("is cut short: {} has {} of {} bytes", what, bytes.size(), count), outside_event};
  }
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

template <class Number>
Number number_of(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

/// The data of the next event, whose length and check sums are right.
std::string_view take_event(std::string_view& rest) {
  const auto take_part = [&](uint64_t count, const char* what) {
    return take(rest, count, what, /*outside_event=*/true);
  };
  const std::string_view length = take_part(8, "its length");
  if (number_of<uint32_t>(take_part(4, "the check sum of its length")) != masked_crc32c(length)) {
    throw Fault{"has a length that does not match its check sum"};
  }
  const std::string_view data = take_part(number_of<uint64_t>(length), "its data");
  if (number_of<uint32_t>(take_part(4, "the check sum of its data")) != masked_crc32c(data)) {
    throw Fault{"has data that do not match their check sum"};
  }
  return data;
}

uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<uint8_t>(take(bytes, 1, "a number")[0]);
    value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128) return value;
  }
  throw Fault{"holds a number that does not end"};
}

/// A field of a protobuf message: `number` of varints, else `bytes`.
struct MessageField {
  uint64_t key = 0;
  uint64_t number = 0;
  std::string_view bytes;
};

MessageField take_field(std::string_view& message) {
  const uint64_t head = take_varint(message);
  MessageField field{.key = head >> 3, .number = 0, .bytes = {}};
  switch (head & 7) {
    case 0:
      field.number = take_varint(message);
      break;
    case 1:
      field.bytes = take(message, 8, "a field");
      break;
    case 2:
      field.bytes = take(message, take_varint(message), "a field");
      break;
    case 5:
      field.bytes = take(message, 4, "a field");
      break;
    default:
      throw Fault{fmt::format("holds a field of the unknown type {}", head & 7)};
  }
  return field;
}

PictureEvent read_picture(std::string_view message) {
  PictureEvent picture;
  while (!message.empty()) {
    const MessageField field = take_field(message);
    if (field.key == 1) picture.height = static_cast<int64_t>(field.number);
    if (field.key == 2) picture.width = static_cast<int64_t>(field.number);
    if (field.key == 4) picture.bytes = field.bytes;
  }
  return picture;
}

/// A value of a summary: a tag with a number or a picture.
void read_value(std::string_view message, int64_t step, EventFile& file) {
  std::string tag;
  std::optional<float> number;
  std::optional<PictureEvent> picture;
  while (!message.empty()) {
    const MessageField field = take_field(message);
    if (field.key == 1) tag = field.bytes;
    if (field.key == 2 && field.bytes.size() == sizeof(float)) number = number_of<float>(field.bytes);
    if (field.key == 4) picture = read_picture(field.bytes);
  }
  if (number) file.scalars.push_back({tag, step, *number});
  if (picture) {
    picture->tag = tag;
    picture->step = step;
    file.pictures.push_back(std::move(*picture));
  }
}

/// The numbers of the fields are those of event.proto and summary.proto.
void read_event(std::string_view message, EventFile& file) {
  int64_t step = 0;
  std::string_view summary;
  while (!message.empty()) {
    const MessageField field = take_field(message);
    if (field.key == 2) step = static_cast<int64_t>(field.number);
    if (field.key == 3) file.version = field.bytes;
    if (field.key == 5) summary = field.bytes;
  }
  while (!summary.empty()) {
    const MessageField field = take_field(summary);
    if (field.key == 1) read_value(field.bytes, step, file);
  }
}

}  // namespace

EventFile read_event_file(const std::filesystem::path& path, int64_t from) {
  const std::string content = read_file(path, from);
  std::string_view rest = content;
  EventFile file;
  try {
    while (!rest.empty()) {
      read_event(take_event(rest), file);
      ++file.events;
      file.bytes = static_cast<int64_t>(content.size() - rest.size());
    }
  } catch (const Fault& fault) {
    file.fault = fmt::format("event {} at byte {} {}", file.events, from + file.bytes, fault.what);
    file.cut_short = fault.cut_short;
  }
  return file;
}

}  // namespace vrkn::report
