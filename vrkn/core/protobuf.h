#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vrkn {

/// A message in protobuf's wire format, field by field, so that nothing links protobuf. The numbers of the fields are
/// those of the format's .proto file.
class ProtobufMessage {
 public:
  /// For int32, int64, bool and enum.
  void add_integer(uint64_t field, int64_t value);
  void add_float(uint64_t field, float value);
  void add_double(uint64_t field, double value);
  /// For string and bytes.
  void add_bytes(uint64_t field, std::string_view value);
  void add_message(uint64_t field, const ProtobufMessage& value) { add_bytes(field, value.bytes_); }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace vrkn
