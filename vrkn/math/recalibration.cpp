#include "vrkn/math/recalibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::math {
namespace {

constexpr double kStep = 1.0 / (Recalibration::kLevels + 1);  // from one level to the next

/// Half of a standard Gaussian's central interval of this probability.
double gaussian_half_width(double level) {
  return std::numbers::sqrt2 * at::erfinv(at::scalar_tensor(level, at::kDouble)).item<double>();
}

}  // namespace

void Recalibration::check() const {
  if (!std::isfinite(variance_scale) || variance_scale <= 0.0) {
    throw DataError("the scale of variances is " + std::to_string(variance_scale) + ", but must be above 0");
  }
  if (half_widths.empty()) return;
  if (half_widths.size() != kLevels) {
    throw DataError("there are " + std::to_string(half_widths.size()) + " half-widths, not " + std::to_string(kLevels));
  }
  double before = 0.0;
  for (const double width : half_widths) {
    if (!std::isfinite(width) || width <= 0.0 || width < before) {
      throw DataError("a half-width is " + std::to_string(width) + " after " + std::to_string(before) +
                      ", but they must be above 0 and never fall");
    }
    before = width;
  }
}

at::Tensor Recalibration::probability(const at::Tensor& deviations) const {
  const at::Tensor errors = deviations.to(at::kDouble);
  if (half_widths.empty()) return (errors * std::numbers::sqrt2 / 2.0).erf();
  std::vector<double> edges{0.0};
  edges.insert(edges.end(), half_widths.begin(), half_widths.end());
  const at::Tensor knots = at::tensor(edges, at::kDouble).to(errors.device());
  // The first level whose interval holds the error, so the knot before lies below it and the division is safe.
  const at::Tensor next = at::searchsorted(knots, errors.contiguous()).clamp(1, int64_t{kLevels});
  const at::Tensor low = knots.take(next - 1), high = knots.take(next);
  const at::Tensor inside = ((next - 1).to(at::kDouble) + (errors - low) / (high - low)) * kStep;
  const double tail = gaussian_half_width(1.0 - kStep) / half_widths.back();
  return at::where(errors > half_widths.back(), (errors * (tail * std::numbers::sqrt2 / 2.0)).erf(), inside);
}

double Recalibration::half_width(double level) const {
  if (!(level > 0.0 && level < 1.0)) {
    throw ConfigError("the probability of an interval is " + std::to_string(level) + ", but must be between 0 and 1");
  }
  if (half_widths.empty()) return gaussian_half_width(level);
  const double last = 1.0 - kStep;
  if (level >= last) return half_widths.back() * gaussian_half_width(level) / gaussian_half_width(last);
  const double place = level / kStep;
  const auto below = std::min(static_cast<size_t>(place), kLevels - 1);  // knots, where 0 is the origin
  const double low = below == 0 ? 0.0 : half_widths[below - 1];
  return std::lerp(low, half_widths[below], place - static_cast<double>(below));
}

CentralInterval Recalibration::interval(const DiagonalGaussian& predicted, double level) const {
  const at::Tensor half = predicted.var.sqrt() * half_width(level);
  return {predicted.mean - half, predicted.mean + half};
}

const Recalibration& find_recalibration(const Recalibrations& all, const std::string& quantity, int64_t steps_ahead) {
  const auto found = all.find(quantity);
  if (found == all.end()) {
    std::string names;
    for (const auto& [name, steps] : all) names += (names.empty() ? "" : ", ") + name;
    throw ConfigError("no recalibration was fitted of '" + quantity + "', only of " + names);
  }
  const auto at_step = found->second.find(steps_ahead);
  if (at_step != found->second.end()) return at_step->second;
  std::string steps;
  for (const auto& [step, fitted] : found->second) steps += (steps.empty() ? "" : ", ") + std::to_string(step);
  throw ConfigError("no recalibration of '" + quantity + "' was fitted " + std::to_string(steps_ahead) +
                    " steps ahead, only " + steps);
}

void ErrorHistogram::add(const at::Tensor& deviations) {
  if (deviations.numel() == 0) return;
  const at::Tensor errors = deviations.to(at::kDouble).flatten();
  const at::Tensor place = (errors / kLow).log10() * (kInner / std::log10(kHigh / kLow));  // -inf where the error is 0
  const at::Tensor bin = place.floor().clamp(-1.0, static_cast<double>(kInner)).to(at::kLong) + 1;
  const at::Tensor counts = at::bincount(bin, {}, kInner + 2).cpu();
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += counts.data_ptr<int64_t>()[i];
  largest_ = std::max(largest_, errors.max().item<double>());
}

int64_t ErrorHistogram::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

double ErrorHistogram::quantile(double level) const {
  const auto all = static_cast<double>(count());
  const double rank = std::min(level * (all + 1.0), all);
  double before = 0.0;
  size_t bin = 0;
  while (before + static_cast<double>(counts_[bin]) < rank) before += static_cast<double>(counts_[bin++]);
  const double share = (rank - before) / static_cast<double>(counts_[bin]);
  if (bin == 0) return share * kLow;
  if (bin > kInner) return std::lerp(kHigh, largest_, share);
  return kLow * std::pow(kHigh / kLow, (static_cast<double>(bin - 1) + share) / kInner);
}

}  // namespace vrkn::math
