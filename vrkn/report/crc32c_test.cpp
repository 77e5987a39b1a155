#include "vrkn/report/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace vrkn::report::crc32c_test {
namespace {

TEST(Crc32c, GivesThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);  // the usual check value
  // RFC 3720, appendix B.4; the RFC prints the bytes in the order of transmission.
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(crc32c(rising), 0x46dd794eu);
  EXPECT_EQ(crc32c(""), 0u);
}

}  // namespace
}  // namespace vrkn::report::crc32c_test
