#pragma once

#include <array>
#include <limits>
#include <string_view>

namespace vrkn {

/// What values a configuration field allows. Numbers: an interval, each end closed unless said; texts: a list of
/// choices. For a list, what each of its elements may be.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
  std::array<std::string_view, 16> choices{};  ///< empty entries end the list
};

/// Every value.
constexpr Bounds anything() {
  return {};
}
/// value >= low
constexpr Bounds at_least(double low) {
  return {.low = low};
}
/// value > 0
constexpr Bounds positive() {
  return {.low = 0.0, .low_open = true};
}
/// low <= value <= high
constexpr Bounds between(double low, double high) {
  return {.low = low, .high = high};
}
/// low < value < high
constexpr Bounds inside(double low, double high) {
  return {.low = low, .high = high, .low_open = true, .high_open = true};
}
/// low <= value < high
constexpr Bounds half_open(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}
/// One of at most 16 texts.
template <class... Names>
constexpr Bounds one_of(Names... names) {
  return {.choices = {std::string_view(names)...}};
}

/// The name that a field had before. Files with the old name can still be read.
struct FormerName {
  std::string_view former;
  std::string_view name;
};

// A configuration is a plain struct with defaults and one field list, which serves reading, writing, overriding,
// help and comparison (vrkn/config/fields.h):
//
//   struct PlannerConfig {
//     int64_t horizon = 12;
//     static constexpr void fields(auto& self, auto&& field) {
//       field("horizon", self.horizon, "steps looked ahead", at_least(1));
//     }
//   };
//
// A field is a bool, int64_t, double, std::string, a std::vector of those, the rows of a matrix
// (std::vector<std::vector<double>>), a struct with fields of its own (a TOML
// table), or a std::variant of such structs, each with `static constexpr std::string_view kKind` (a table whose key
// `kind` chooses). A struct may also have `void validate() const`, which throws ConfigError for what bounds on single
// fields cannot say, and `static constexpr std::array kFormerNames{FormerName{"old", "new"}}`.

}  // namespace vrkn
