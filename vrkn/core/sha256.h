#pragma once

#include <string>
#include <string_view>

namespace vrkn {

/// The hash SHA-256 as its 32 bytes. Source: FIPS 180-4, Sec. 6.2.
std::string sha256(std::string_view message);

/// Bytes as text, two small digits each.
std::string hexadecimal(std::string_view bytes);

}  // namespace vrkn
