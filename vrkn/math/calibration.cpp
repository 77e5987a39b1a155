#include "vrkn/math/calibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/log_two_pi.h"
#include "vrkn/math/shape.h"

namespace vrkn::math {
namespace {

/// The least that variances are scaled by; without errors 0 would fit best, which leaves no density.
constexpr double kSmallestScale = 1e-8;

/// Adds how many of the numbers, in [0, 1], lie in each of bins of equal width.
void count_bins(const at::Tensor& numbers, std::array<int64_t, Calibration::kBins>& bins) {
  const auto size = static_cast<int64_t>(bins.size());
  const at::Tensor bin = (numbers * static_cast<double>(size)).to(at::kLong).clamp_max(size - 1);
  const at::Tensor counts = at::bincount(bin, {}, size).cpu();
  for (size_t i = 0; i < bins.size(); ++i) bins[i] += counts.data_ptr<int64_t>()[i];
}

}  // namespace

void Calibration::add(const DiagonalGaussian& predicted, const at::Tensor& truth) {
  check_shape(predicted.var, predicted.mean.sizes(), "predicted variance");
  check_shape(truth, predicted.mean.sizes(), "truth");
  if (truth.numel() == 0) return;
  const at::Tensor var = predicted.var.to(at::kDouble).flatten() * recalibration_.variance_scale;
  const at::Tensor error = (truth.to(at::kDouble) - predicted.mean.to(at::kDouble)).flatten();
  const at::Tensor deviation = var.sqrt(), z = error / deviation, normalised = z.square();
  if (!((var > 0).all() & normalised.isfinite().all()).item<bool>()) {
    throw NumericalError(
        "a predicted mean or variance, or the value to compare it with, is not finite or not positive.");
  }
  const at::Tensor deviations = z.abs() * std::sqrt(recalibration_.variance_scale);  // those that were predicted
  const at::Tensor probability = recalibration_.probability(deviations);
  count_bins(probability, bins_);
  count_bins(0.5 + 0.5 * z.sign() * probability, pit_);
  errors_.add(deviations);

  constexpr double kInverseSqrtPi = std::numbers::inv_sqrtpi;
  const at::Tensor score =
      z * (z * std::numbers::sqrt2 / 2.0).erf() + (normalised * -0.5).exp() * (std::numbers::sqrt2 * kInverseSqrtPi);
  count_ += truth.numel();
  crps_ += (deviation * (score - kInverseSqrtPi)).sum().item<double>();
  squared_ += error.square().sum().item<double>();
  normalised_ += normalised.sum().item<double>();
  minus_log_density_ += 0.5 * (normalised + var.log() + kLogTwoPi).sum().item<double>();
}

double Calibration::coverage(size_t edge) const {
  const auto end = bins_.begin() + static_cast<std::ptrdiff_t>(edge);
  return static_cast<double>(std::accumulate(bins_.begin(), end, int64_t{0})) / static_cast<double>(count_);
}

double Calibration::pit(size_t bin) const {
  return static_cast<double>(pit_[bin]) / static_cast<double>(count_);
}

double Calibration::crps() const {
  return crps_ / static_cast<double>(count_);
}

double Calibration::negative_log_likelihood() const {
  return minus_log_density_ / static_cast<double>(count_);
}

double Calibration::squared_error() const {
  return squared_ / static_cast<double>(count_);
}

double Calibration::normalised_squared_error() const {
  return normalised_ / static_cast<double>(count_);
}

Recalibration Calibration::fit() const {
  if (count_ < static_cast<int64_t>(Recalibration::kLevels)) {
    throw DataError("there are " + std::to_string(count_) + " values to recalibrate by, but at least " +
                    std::to_string(Recalibration::kLevels) + " are needed");
  }
  Recalibration found{.variance_scale =
                          std::max(normalised_squared_error() * recalibration_.variance_scale, kSmallestScale)};
  for (size_t level = 1; level <= Recalibration::kLevels; ++level) {
    found.half_widths.push_back(errors_.quantile(static_cast<double>(level) / (Recalibration::kLevels + 1)));
  }
  return found;
}

}  // namespace vrkn::math
