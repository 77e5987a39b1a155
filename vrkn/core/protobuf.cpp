#include "vrkn/core/protobuf.h"

#include <bit>

namespace vrkn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

enum WireType : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put_key(std::string& out, uint64_t field, WireType type) {
  put_varint(out, field << 3 | type);
}

template <class Number>
void put_number(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

void ProtobufMessage::add_integer(uint64_t field, int64_t value) {
  put_key(bytes_, field, kVarint);
  put_varint(bytes_, static_cast<uint64_t>(value));
}

void ProtobufMessage::add_float(uint64_t field, float value) {
  put_key(bytes_, field, kFixed32);
  put_number(bytes_, value);
}

void ProtobufMessage::add_double(uint64_t field, double value) {
  put_key(bytes_, field, kFixed64);
  put_number(bytes_, value);
}

void ProtobufMessage::add_bytes(uint64_t field, std::string_view value) {
  put_key(bytes_, field, kBytes);
  put_varint(bytes_, value.size());
  bytes_ += value;
}

}  // namespace vrkn
