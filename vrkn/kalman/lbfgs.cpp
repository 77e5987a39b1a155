#include "vrkn/kalman/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

using Point = std::vector<double>;

constexpr double kSufficientDecrease = 1e-4;
constexpr double kCurvature = 0.9;
constexpr int kLineSearchSteps = 40;

double dot(const Point& a, const Point& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// to += scale * x
void add_scaled(double scale, const Point& x, Point& to) {
  for (size_t i = 0; i < x.size(); ++i) to[i] += scale * x[i];
}

// The function along a direction.
struct OnLine {
  double step = 0.0;
  double value = 0.0;
  double slope = 0.0;
  Point point = {};
  Point gradient = {};
};

// The last steps s and gradient differences y, and the inverse Hessian they stand for.
class Memory {
 public:
  explicit Memory(int64_t capacity) : capacity_(capacity) {}

  void add(Point s, Point y) {
    // A pair without curvature would spoil the positive definiteness of the estimate.
    const double curvature = dot(s, y);
    if (!(curvature > std::numeric_limits<double>::epsilon() * dot(y, y))) return;
    if (static_cast<int64_t>(pairs_.size()) == capacity_) pairs_.pop_front();
    pairs_.push_back({std::move(s), std::move(y), 1.0 / curvature});
  }

  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

  // Minus the inverse Hessian times the gradient (two-loop recursion).
  Point direction(const Point& gradient) const {
    Point q = gradient;
    std::vector<double> alpha(pairs_.size());
    for (size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].inverse_curvature * dot(pairs_[i].s, q);
      add_scaled(-alpha[i], pairs_[i].y, q);
    }
    double scale = -1.0;
    if (!pairs_.empty()) scale /= pairs_.back().inverse_curvature * dot(pairs_.back().y, pairs_.back().y);
    for (double& value : q) value *= scale;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const double beta = pairs_[i].inverse_curvature * dot(pairs_[i].y, q);
      add_scaled(-alpha[i] - beta, pairs_[i].s, q);
    }
    return q;
  }

 private:
  struct Pair {
    Point s, y;
    double inverse_curvature;
  };
  int64_t capacity_;
  std::deque<Pair> pairs_;
};

// Where the cubic through two points with their slopes is lowest, kept away from both ends.
double cubic_minimum(const OnLine& a, const OnLine& b) {
  const double low = std::min(a.step, b.step), high = std::max(a.step, b.step), margin = 0.1 * (high - low);
  const double d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.step - b.step);
  const double d2 = std::copysign(std::sqrt(std::max(0.0, d1 * d1 - a.slope * b.slope)), b.step - a.step);
  const double step = b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
  return std::isfinite(step) ? std::clamp(step, low + margin, high - margin) : 0.5 * (low + high);
}

// A step along `direction` that fulfils the strong Wolfe conditions; the lowest step seen that decreases sufficiently,
// if none does within the allowed evaluations; step 0 when there is no lower one.
OnLine line_search(const Objective& objective, const OnLine& start, const Point& direction, double first_step) {
  const auto evaluate = [&](double step) {
    OnLine here{.step = step, .point = start.point, .gradient = Point(start.point.size())};
    add_scaled(step, direction, here.point);
    here.value = objective(here.point, here.gradient);
    here.slope = std::isfinite(here.value) ? dot(here.gradient, direction) : 0.0;
    if (!std::isfinite(here.slope)) here.value = std::numeric_limits<double>::infinity();
    return here;
  };
  const auto decreases = [&](const OnLine& here) {
    return std::isfinite(here.value) && here.value <= start.value + kSufficientDecrease * here.step * start.slope;
  };
  const auto is_flat = [&](const OnLine& here) { return std::abs(here.slope) <= kCurvature * std::abs(start.slope); };

  OnLine low = start, high;
  bool bracketed = false;
  double step = first_step;
  for (int i = 0; i < kLineSearchSteps; ++i) {
    OnLine here = evaluate(step);
    if (!decreases(here) || (low.step > 0.0 && here.value >= low.value)) {
      high = std::move(here);
      bracketed = true;
    } else {
      if (is_flat(here)) return here;
      // The minimum lies on the side to which the slope falls.
      const double towards_high = bracketed ? high.step - low.step : 1.0;
      if (here.slope * towards_high >= 0.0) {
        high = std::move(low);
        bracketed = true;
      }
      low = std::move(here);
    }
    // Between points that differ by rounding alone there is nothing left to find.
    const double rounding = std::numeric_limits<double>::epsilon() * std::abs(start.value);
    if (bracketed && std::abs(start.slope * (high.step - low.step)) < 0.01 * rounding) return low;
    if (!bracketed) {
      step = 2.0 * low.step;
    } else if (std::isfinite(high.value)) {
      step = cubic_minimum(low, high);
    } else {
      step = low.step + 0.25 * (high.step - low.step);
    }
  }
  return low;
}

}  // namespace

Objective finite_or_infinity(Objective objective) {
  return [objective = std::move(objective)](const Point& point, Point& gradient) {
    try {
      return objective(point, gradient);
    } catch (const NumericalError&) {
      return std::numeric_limits<double>::infinity();
    } catch (const ConfigError&) {
      return std::numeric_limits<double>::infinity();
    }
  };
}

LbfgsResult minimise_lbfgs(const Objective& objective, const Point& start, const LbfgsOptions& options) {
  OnLine here{.point = start, .gradient = Point(start.size())};
  here.value = objective(here.point, here.gradient);
  if (!std::isfinite(here.value) || !std::isfinite(dot(here.gradient, here.gradient))) {
    throw NumericalError("the function to minimise, or its gradient, is not finite at the start");
  }
  LbfgsResult result{.point = start, .values = {here.value}};
  Memory memory(options.memory);
  while (static_cast<int64_t>(result.values.size()) <= options.max_iterations) {
    const Point direction = memory.direction(here.gradient);
    here.step = 0.0;
    here.slope = dot(here.gradient, direction);
    const bool small = -0.5 * here.slope <= options.tolerance * std::abs(here.value);
    // Before any curvature is known the direction is the gradient, and its length means nothing.
    const double longest = std::ranges::max(direction, {}, [](double step) { return std::abs(step); });
    const bool near = std::abs(longest) <= options.step_tolerance && -0.5 * here.slope <= 1e-9 * std::abs(here.value);
    result.converged = here.slope == 0.0 || (!memory.empty() && (small || near));
    if (result.converged) break;
    const double first_step = memory.empty() ? 1.0 / std::max(1.0, std::sqrt(-here.slope)) : 1.0;
    OnLine next = line_search(objective, here, direction, first_step);
    if (next.step == 0.0) {
      result.converged = memory.empty();
      if (result.converged) break;
      memory.clear();  // the curvature misled; try the gradient itself
      continue;
    }
    Point s = next.point, y = next.gradient;
    add_scaled(-1.0, here.point, s);
    add_scaled(-1.0, here.gradient, y);
    memory.add(std::move(s), std::move(y));
    here = std::move(next);
    result.values.push_back(here.value);
    if (options.on_iteration) options.on_iteration(here.point);
  }
  result.point = here.point;
  return result;
}

}  // namespace vrkn::kalman
