#include "vrkn/core/protobuf.h"

#include <gtest/gtest.h>

namespace vrkn::protobuf_test {
namespace {

// The examples of protobuf's documentation of its encoding, and numbers encoded by hand.
TEST(Protobuf, IsAsItsDocumentationSays) {
  ProtobufMessage integer;
  integer.add_integer(1, 150);
  EXPECT_EQ(integer.bytes(), "\x08\x96\x01");
  ProtobufMessage text;
  text.add_bytes(2, "testing");
  EXPECT_EQ(text.bytes(), "\x12\x07testing");
  ProtobufMessage nested;
  nested.add_message(3, integer);
  EXPECT_EQ(nested.bytes(), "\x1a\x03\x08\x96\x01");
}

TEST(Protobuf, NegativeIntegersTakeTenBytes) {
  ProtobufMessage message;
  message.add_integer(1, -1);
  EXPECT_EQ(message.bytes(), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Protobuf, NumbersAreLittleEndian) {
  ProtobufMessage message;
  message.add_float(20, 1.0f);  // the field's number takes two bytes
  message.add_double(1, -2.0);
  EXPECT_EQ(message.bytes(), std::string("\xa5\x01\x00\x00\x80\x3f\x09\x00\x00\x00\x00\x00\x00\x00\xc0", 15));
}

}  // namespace
}  // namespace vrkn::protobuf_test
