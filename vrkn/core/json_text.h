#pragma once

#include <string>

namespace vrkn {

/// A value of the JSON library as text, `indent` spaces a level; -1: in one line. Bytes that are not UTF-8, which paths
/// may have, become U+FFFD.
template <class Json>
std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vrkn
