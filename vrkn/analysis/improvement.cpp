#include "vrkn/analysis/improvement.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::analysis {
namespace {

/// The share of pairs that the first wins.
double wins(const std::vector<double>& first, std::vector<double> second) {
  std::ranges::sort(second);
  double won = 0.0;
  for (const double x : first) {
    const auto equal = std::ranges::equal_range(second, x);
    won += static_cast<double>(equal.begin() - second.begin()) + 0.5 * static_cast<double>(std::ranges::size(equal));
  }
  return won / (static_cast<double>(first.size()) * static_cast<double>(second.size()));
}

}  // namespace

double probability_of_improvement(const Strata& first, const Strata& second) {
  if (first.size() != second.size()) {
    throw ShapeError("groups compared over " + std::to_string(first.size()) + " and " + std::to_string(second.size()) +
                     " tasks must have the same tasks");
  }
  double sum = 0.0;
  for (size_t task = 0; task < first.size(); ++task) sum += wins(first[task], second[task]);
  return sum / static_cast<double>(first.size());
}

Estimate improvement(const Strata& first, const Strata& second, const BootstrapOptions& options) {
  probability_of_improvement(first, second);  // the same number of tasks
  // Both groups as strata of one sample, so that each is drawn independently of the other.
  Strata both = first;
  both.insert(both.end(), second.begin(), second.end());
  const auto middle = static_cast<Strata::difference_type>(first.size());
  return bootstrap(
      both,
      [middle](const Strata& scores) {
        return probability_of_improvement({scores.begin(), scores.begin() + middle},
                                          {scores.begin() + middle, scores.end()});
      },
      options);
}

}  // namespace vrkn::analysis
