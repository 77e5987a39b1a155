#pragma once

#include <cstdint>
#include <string_view>

namespace vrkn::report {

/// The check sum CRC-32C (Castagnoli), which TensorBoard's files carry; zlib's crc32 is another polynomial.
/// Source: RFC 3720, appendix B.4.
uint32_t crc32c(std::string_view bytes);

/// The same as TensorFlow's record files hold it, turned and shifted: sums of data that themselves hold sums are
/// unsafe.
uint32_t masked_crc32c(std::string_view bytes);

}  // namespace vrkn::report
