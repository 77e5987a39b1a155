#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace vrkn::kalman {

struct LbfgsOptions {
  int64_t memory = 10;  ///< pairs of steps and gradient differences that are kept, >= 1
  int64_t max_iterations = 1000;
  /// Converged when half the Newton decrement, which is how far the function would still fall if it were quadratic with
  /// the curvature seen so far, is below this share of |value|. >= 0
  double tolerance = 1e-12;
  /// Converged as well when no coordinate is further than this from where the Newton step with that curvature leads,
  /// and half the Newton decrement is below 1e-9 of |value|. 0: not looked at
  double step_tolerance = 0.0;
  /// Called after every iteration; may throw to end the search.
  std::function<void(const std::vector<double>& point)> on_iteration = {};
};

struct LbfgsResult {
  std::vector<double> point;
  std::vector<double> values;  ///< at the start, then after every iteration; never rises
  bool converged = false;
};

/// A function to be minimised: returns its value and writes its gradient. A value that is not finite means that the
/// point is out of bounds; the gradient is then not read.
using Objective = std::function<double(const std::vector<double>& point, std::vector<double>& gradient)>;

/// The same, but infinite where it throws NumericalError or ConfigError: a step of the line search so long that a
/// covariance is lost to rounding, or leaves what is allowed.
Objective finite_or_infinity(Objective objective);

/// Minimises a smooth function by L-BFGS (Liu and Nocedal 1989): the direction from the two-loop recursion, the step
/// from a line search for the strong Wolfe conditions (Nocedal and Wright 2006, Algorithms 3.5, 3.6 and 7.4). It has
/// also converged when the line search finds nothing lower, which is where rounding hides what is left.
/// Throws NumericalError when value or gradient are not finite at the start.
LbfgsResult minimise_lbfgs(const Objective& objective, const std::vector<double>& start,
                           const LbfgsOptions& options = {});

}  // namespace vrkn::kalman
