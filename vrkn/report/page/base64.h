#pragma once

#include <string>
#include <string_view>

namespace vrkn::report {

/// Bytes as text of 64 characters, padded with '=' (RFC 4648, Sec. 4).
std::string base64(std::string_view bytes);

}  // namespace vrkn::report
