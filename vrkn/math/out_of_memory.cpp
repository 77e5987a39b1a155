#include "vrkn/math/out_of_memory.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <new>
#include <string_view>

#include <c10/util/Exception.h>

#include "vrkn/core/memory.h"

namespace vrkn::math {
namespace {

std::string without_trace(const std::exception& error) {
  const auto* theirs = dynamic_cast<const c10::Error*>(&error);
  return theirs != nullptr ? theirs->what_without_backtrace() : error.what();
}

/// The number of bytes in "... tried to allocate 40000000000 bytes ..."; 0 where there is none.
double bytes_asked_for(std::string_view message) {
  constexpr std::string_view kBefore = "tried to allocate ";
  const size_t at = message.find(kBefore);
  if (at == std::string_view::npos) return 0.0;
  const std::string rest(message.substr(at + kBefore.size(), 30));
  char* end = nullptr;
  const double number = std::strtod(rest.c_str(), &end);
  return std::string_view(end).starts_with(" bytes") ? number : 0.0;
}

}  // namespace

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::Error*>(&error) == nullptr) return false;
  // LibTorch's types for this differ between its versions and devices; their words do not.
  constexpr std::array<std::string_view, 3> kWords = {"can't allocate memory", "not enough memory", "out of memory"};
  const std::string message = without_trace(error);
  return std::ranges::any_of(kWords, [&](std::string_view words) { return message.find(words) != std::string::npos; });
}

std::string sentence_of(const std::exception& error) {
  std::string message = without_trace(error);
  if (is_out_of_memory(error)) {
    const double bytes = bytes_asked_for(message);
    return bytes > 0 ? "out of memory: " + bytes_text(bytes) + " more were asked for and not given" : "out of memory";
  }
  // One line: LibTorch's own may have several.
  std::ranges::replace(message, '\n', ' ');
  while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back()))) message.pop_back();
  return message;
}

}  // namespace vrkn::math
