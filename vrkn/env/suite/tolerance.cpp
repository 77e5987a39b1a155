#include "vrkn/env/suite/tolerance.h"

#include <cmath>
#include <numbers>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

void validate(const Tolerance& allowed) {
  if (!(allowed.low <= allowed.high)) {
    throw ConfigError("a tolerance's interval is empty: from " + std::to_string(allowed.low) + " to " +
                      std::to_string(allowed.high));
  }
  if (!(allowed.margin >= 0.0)) {
    throw ConfigError("a tolerance's margin is " + std::to_string(allowed.margin) + ", but must be at least 0");
  }
  const bool zero_allowed = allowed.falloff == Falloff::kCosine || allowed.falloff == Falloff::kLinear ||
                            allowed.falloff == Falloff::kQuadratic;
  const double value = allowed.value_at_margin;
  if (!(value < 1.0 && (value > 0.0 || (zero_allowed && value == 0.0)))) {
    throw ConfigError("a tolerance's value at the margin is " + std::to_string(value) + ", but must be " +
                      (zero_allowed ? "at least 0" : "above 0") + " and below 1");
  }
}

// The value at `distance` > 0, measured in margins; `v` is the value at 1. Each scale makes that so.
double fall_off(double distance, double v, Falloff falloff) {
  switch (falloff) {
    case Falloff::kGaussian: {
      const double scaled = distance * std::sqrt(-2.0 * std::log(v));
      const double exponent = -0.5 * scaled * scaled;
      constexpr double kRoundsToZero = -746.0;  // where std::exp takes long to say so
      return exponent < kRoundsToZero ? 0.0 : std::exp(exponent);
    }
    case Falloff::kHyperbolic:
      return 1.0 / std::cosh(distance * std::acosh(1.0 / v));
    case Falloff::kLongTail: {
      const double scaled = distance * std::sqrt(1.0 / v - 1.0);
      return 1.0 / (scaled * scaled + 1.0);
    }
    case Falloff::kReciprocal:
      return 1.0 / (distance * (1.0 / v - 1.0) + 1.0);
    case Falloff::kCosine: {
      const double scaled = distance * std::acos(2.0 * v - 1.0) / std::numbers::pi;
      return scaled < 1.0 ? 0.5 * (1.0 + std::cos(std::numbers::pi * scaled)) : 0.0;
    }
    case Falloff::kLinear: {
      const double scaled = distance * (1.0 - v);
      return scaled < 1.0 ? 1.0 - scaled : 0.0;
    }
    case Falloff::kQuadratic: {
      const double scaled = distance * std::sqrt(1.0 - v);
      return scaled < 1.0 ? 1.0 - scaled * scaled : 0.0;
    }
    case Falloff::kTanhSquared: {
      const double slope = std::tanh(distance * std::atanh(std::sqrt(1.0 - v)));
      return 1.0 - slope * slope;
    }
  }
  throw ConfigError("a tolerance's falloff is none of the known kinds");
}

}  // namespace

double tolerance(double x, const Tolerance& allowed) {
  validate(allowed);
  if (allowed.low <= x && x <= allowed.high) return 1.0;
  if (allowed.margin == 0.0) return 0.0;
  const double outside = x < allowed.low ? allowed.low - x : x - allowed.high;
  return fall_off(outside / allowed.margin, allowed.value_at_margin, allowed.falloff);
}

}  // namespace vrkn::env
