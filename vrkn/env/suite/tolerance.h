#pragma once

namespace vrkn::env {

/// How a reward falls off outside the interval where it is 1.
enum class Falloff { kGaussian, kHyperbolic, kLongTail, kReciprocal, kCosine, kLinear, kQuadratic, kTanhSquared };

/// An interval and what surrounds it. Both ends are inside.
struct Tolerance {
  double low = 0.0;
  double high = 0.0;
  double margin = 0.0;           ///< >= 0; 0: nothing is tolerated outside the interval
  double value_at_margin = 0.1;  ///< in (0, 1); cosine, linear and quadratic allow 0, which they keep beyond the margin
  Falloff falloff = Falloff::kGaussian;
};

/// The reward in [0, 1] that the control suite gives to the quantity `x`: 1 inside the interval, falling off outside it
/// to `value_at_margin` at the distance `margin`. With a margin of 0 it is 0 outside. Throws ConfigError when the
/// interval is empty, the margin negative or the value at the margin not allowed. Source: Tassa et al. 2018, DeepMind
/// Control Suite, Sec. 2.
double tolerance(double x, const Tolerance& allowed);

}  // namespace vrkn::env
