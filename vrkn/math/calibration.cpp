#include "vrkn/math/calibration.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/shape.h"

namespace vrkn::math {

void Calibration::add(const DiagonalGaussian& predicted, const at::Tensor& truth) {
  check_shape(predicted.var, predicted.mean.sizes(), "predicted variance");
  check_shape(truth, predicted.mean.sizes(), "truth");
  if (truth.numel() == 0) return;
  const at::Tensor var = predicted.var.to(at::kDouble).flatten();
  const at::Tensor squared = (truth.to(at::kDouble) - predicted.mean.to(at::kDouble)).square().flatten();
  const at::Tensor normalised = squared / var;
  if (!((var > 0).all() & normalised.isfinite().all()).item<bool>()) {
    throw NumericalError(
        "a predicted mean or variance, or the value to compare it with, is not finite or not positive.");
  }
  const at::Tensor probability = (normalised * 0.5).sqrt().erf();
  const at::Tensor bin = (probability * static_cast<double>(kBins)).to(at::kLong).clamp_max(int64_t{kBins} - 1);
  const at::Tensor counts = at::bincount(bin, {}, int64_t{kBins}).cpu();
  for (size_t i = 0; i < kBins; ++i) bins_[i] += counts.data_ptr<int64_t>()[i];

  const double log_two_pi = std::log(2.0 * std::numbers::pi);
  count_ += truth.numel();
  squared_ += squared.sum().item<double>();
  normalised_ += normalised.sum().item<double>();
  minus_log_density_ += 0.5 * (normalised + var.log() + log_two_pi).sum().item<double>();
}

double Calibration::coverage(size_t edge) const {
  const auto end = bins_.begin() + static_cast<std::ptrdiff_t>(edge);
  return static_cast<double>(std::accumulate(bins_.begin(), end, int64_t{0})) / static_cast<double>(count_);
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

}  // namespace vrkn::math
