#include "vrkn/core/suggest.h"

#include <algorithm>
#include <vector>

namespace vrkn {
namespace {

// Rows of the dynamic programme: distance[j] is between the first i letters of a and the first j of b.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> distance(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) distance[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(distance);
    distance[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      distance[j] = std::min({last[j] + 1, distance[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) distance[j] = std::min(distance[j], before_last[j - 2] + 1);
    }
  }
  return distance[b.size()];
}

}  // namespace

std::string nearest(std::string_view wanted, std::span<const std::string> known) {
  std::string best;
  size_t best_distance = wanted.size() / 2 + 1;
  for (const std::string& name : known) {
    const size_t distance = edit_distance(wanted, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string> known) {
  const std::string name = nearest(wanted, known);
  return name.empty() ? "" : "; did you mean '" + name + "'?";
}

}  // namespace vrkn
