#pragma once

#include <string>
#include <variant>

namespace vrkn {

/// The name of the kind that a configuration's variant holds, as its key `kind` says it.
template <class... Kinds>
std::string kind_of(const std::variant<Kinds...>& config) {
  return std::visit([](const auto& chosen) { return std::string(chosen.kKind); }, config);
}

}  // namespace vrkn
