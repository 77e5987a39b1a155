#include "vrkn/sweep/error_list.h"

#include <algorithm>

#include <fmt/format.h>

namespace vrkn::sweep {

void ErrorList::add(const std::string& what, const std::string& message) {
  const auto same = std::ranges::find(found_, message, &Mistake::message);
  if (same != found_.end()) {
    ++same->others;
  } else {
    found_.push_back({message, what});
  }
}

void ErrorList::throw_if_any() const {
  std::string lines;
  for (const Mistake& mistake : found_) {
    const std::string others = mistake.others > 0 ? fmt::format(" and {} more", mistake.others) : "";
    lines += fmt::format("{}{}{}: {}", lines.empty() ? "" : "\n", mistake.first, others, mistake.message);
  }
  if (!lines.empty()) throw ConfigError(lines);
}

}  // namespace vrkn::sweep
