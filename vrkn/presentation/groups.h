#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "vrkn/analysis/bootstrap.h"
#include "vrkn/report/figure/figure.h"

// Groups of runs as reports collect and draw them (shift_report.cpp, variance_report.cpp).
namespace vrkn::presentation {

/// The values of a list's member in the order in which they first come.
template <class Group>
std::vector<std::string> distinct(const auto& groups, std::string Group::*name) {
  std::vector<std::string> names;
  for (const Group& group : groups) {
    if (std::ranges::find(names, group.*name) == names.end()) names.push_back(group.*name);
  }
  return names;
}

/// The first group that is the same, or `added`, which then stands at the end.
template <class Group>
Group& find_or_add(std::vector<Group>& groups, const auto& is_same, Group added) {
  const auto found = std::ranges::find_if(groups, is_same);
  return found != groups.end() ? *found : groups.emplace_back(std::move(added));
}

/// Adds an estimate at x, with its interval as a whisker, to the points of series `number` of `count`. These stand
/// beside each other, `apart`, so that whiskers do not hide each other.
inline void add_beside(report::Points& points, double x, const analysis::Estimate& estimate, size_t number,
                       size_t count, double apart) {
  const analysis::Interval none{estimate.value, estimate.value}, interval = estimate.interval.value_or(none);
  points.x.push_back(x + apart * (static_cast<double>(number) - 0.5 * static_cast<double>(count - 1)));
  points.y.push_back(estimate.value);
  points.low.push_back(interval.low);
  points.high.push_back(interval.high);
}

}  // namespace vrkn::presentation
