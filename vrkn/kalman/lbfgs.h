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
};

struct LbfgsResult {
  std::vector<double> point;
  std::vector<double> values;  ///< at the start, then after every iteration; never rises
  bool converged = false;
};

/// A function to be minimised: returns its value and writes its gradient. A value that is not finite means that the
/// point is out of bounds; the gradient is then not read.
using Objective = std::function<double(const std::vector<double>& point, std::vector<double>& gradient)>;

/// Minimises a smooth function by L-BFGS (Liu and Nocedal 1989): the direction from the two-loop recursion, the step
/// from a line search for the strong Wolfe conditions (Nocedal and Wright 2006, Algorithms 3.5, 3.6 and 7.4). It has
/// also converged when the line search finds nothing lower, which is where rounding hides what is left.
/// Throws NumericalError when value or gradient are not finite at the start.
LbfgsResult minimise_lbfgs(const Objective& objective, const std::vector<double>& start,
                           const LbfgsOptions& options = {});

}  // namespace vrkn::kalman
