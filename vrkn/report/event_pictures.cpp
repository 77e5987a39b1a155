#include "vrkn/report/event_pictures.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string_view>

#include "vrkn/core/error.h"
#include "vrkn/report/crc32c.h"

namespace vrkn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

constexpr int64_t kHeader = 12;  // length and its check sum
constexpr int64_t kFooter = 4;   // check sum of the event
constexpr uint64_t kLargestEvent = uint64_t{1} << 28;

template <class Number>
Number little_endian(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

uint32_t masked_sum(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8u;
}

[[noreturn]] void fail() {
  throw DataError("it is damaged");
}

/// Takes the first `count` bytes off `bytes`.
std::string_view take(std::string_view& bytes, uint64_t count) {
  if (count > bytes.size()) fail();
  const std::string_view front = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return front;
}

uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<uint8_t>(take(bytes, 1).front());
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  fail();
}

/// A field of a protobuf message: an integer, or the bytes of a text or message.
struct Field {
  uint64_t number = 0;
  uint64_t integer = 0;
  std::string_view bytes = {};
};

/// Calls `visit` with every field of a message.
void visit_fields(std::string_view message, const std::function<void(const Field&)>& visit) {
  while (!message.empty()) {
    const uint64_t key = take_varint(message);
    Field field{.number = key >> 3};
    switch (key & 7) {
      case 0:
        field.integer = take_varint(message);
        break;
      case 1:
        take(message, 8);
        break;
      case 2: {
        const uint64_t length = take_varint(message);
        field.bytes = take(message, length);
        break;
      }
      case 5:
        take(message, 4);
        break;
      default:
        fail();
    }
    visit(field);
  }
}

// Field numbers of event.proto and summary.proto; the writer is TensorBoardSink.
constexpr uint64_t kStep = 2, kSummary = 5;
constexpr uint64_t kValue = 1;
constexpr uint64_t kTag = 1, kImage = 4;
constexpr uint64_t kEncoded = 4;

/// Calls `found` with the name and the encoded bytes of every picture in a summary.
void visit_pictures(std::string_view summary, const std::function<void(std::string_view, std::string_view)>& found) {
  visit_fields(summary, [&](const Field& field) {
    if (field.number != kValue) return;
    std::string_view tag, encoded;
    visit_fields(field.bytes, [&](const Field& value) {
      if (value.number == kTag) tag = value.bytes;
      if (value.number != kImage) return;
      visit_fields(value.bytes, [&](const Field& image) {
        if (image.number == kEncoded) encoded = image.bytes;
      });
    });
    if (!encoded.empty()) found(tag, encoded);
  });
}

/// The next whole event, at `position` of a file of `size` bytes; nothing when it is not there yet.
std::optional<std::string> read_event(std::ifstream& file, int64_t position, int64_t size) {
  const int64_t room = size - position - kHeader - kFooter;
  std::string header(kHeader, '\0');
  if (room < 0 || !file.seekg(position) || !file.read(header.data(), kHeader)) return std::nullopt;
  const auto length = little_endian<uint64_t>(header);
  const auto sum = little_endian<uint32_t>(std::string_view(header).substr(8));
  if (sum != masked_sum(std::string_view(header).substr(0, 8)) || length > kLargestEvent) fail();
  std::string event(length + kFooter, '\0');
  if (static_cast<int64_t>(length) > room || !file.read(event.data(), static_cast<std::streamsize>(event.size()))) {
    return std::nullopt;
  }
  const auto event_sum = little_endian<uint32_t>(std::string_view(event).substr(length));
  event.resize(length);
  if (event_sum != masked_sum(event)) fail();
  return event;
}

}  // namespace

bool EventPictures::read() {
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path_, error));
  if (error) return forget();
  const bool forgotten = size < position_ && forget();
  const bool begun = position_ > 0;
  try {
    return read_to(size) || forgotten;
  } catch (const DataError&) {
    forget();
    // A resumed run may have cut the file and written on: then it is whole from its beginning.
    if (begun) return read();
    throw DataError("the event file '" + path_.string() + "' is damaged");
  }
}

bool EventPictures::read_to(int64_t size) {
  std::ifstream file(path_, std::ios::binary);
  bool changed = false;
  while (const std::optional<std::string> event = read_event(file, position_, size)) {
    int64_t step = 0;
    visit_fields(*event, [&](const Field& field) {
      if (field.number == kStep) step = static_cast<int64_t>(field.integer);
      if (field.number != kSummary) return;
      visit_pictures(field.bytes, [&](std::string_view tag, std::string_view encoded) {
        newest_[std::string(tag)] = {.env_step = step, .encoded = std::string(encoded)};
        changed = true;
      });
    });
    position_ += kHeader + static_cast<int64_t>(event->size()) + kFooter;
  }
  return changed;
}

bool EventPictures::forget() {
  const bool changed = !newest_.empty();
  newest_.clear();
  position_ = 0;
  return changed;
}

}  // namespace vrkn
