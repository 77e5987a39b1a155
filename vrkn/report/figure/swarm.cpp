#include "vrkn/report/figure/swarm.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vrkn::report {

std::vector<double> swarm(const std::vector<double>& y, double diameter, double half_width) {
  std::vector<size_t> order(y.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return y[a] < y[b]; });

  std::vector<double> aside(y.size(), 0.0);
  for (size_t i = 0; i < order.size(); ++i) {
    const double height = y[order[i]];
    // The distance from a dot here to the nearest of those that stand, up to `diameter`.
    const auto clearance = [&](double place) {
      double nearest = diameter;
      for (size_t j = i; j-- > 0 && height - y[order[j]] < diameter;) {
        nearest = std::min(nearest, std::hypot(place - aside[order[j]], height - y[order[j]]));
      }
      return nearest;
    };
    double best = 0.0;
    double best_clearance = clearance(0.0);
    // The first side alternates, so that a swarm does not lean.
    const double first_side = i % 2 == 0 ? 1.0 : -1.0;
    for (double distance = 0.5; distance <= half_width && best_clearance < diameter; distance += 0.5) {
      for (const double place : {first_side * distance, -first_side * distance}) {
        const double room = clearance(place);
        if (room > best_clearance) {
          best = place;
          best_clearance = room;
        }
      }
    }
    aside[order[i]] = best;
  }
  return aside;
}

}  // namespace vrkn::report
