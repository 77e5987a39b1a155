#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

namespace vrkn::model {

/// What is assumed of the noise of one sensor, or of the reward, around the mean that its decoder gives.
struct NoiseModel {
  enum class Kind {
    kFixed,              ///< a constant standard deviation
    kLearned,            ///< one standard deviation for all values of the sensor
    kLearnedPerElement,  ///< one for each of a vector's elements
  };
  Kind kind = Kind::kFixed;
  double std = 1.0;  ///< of kFixed, network units, > 0
};

/// The noise model that a configuration means: a positive number, "learned" or "learned-per-element". Throws
/// ConfigError that begins with `key`.
NoiseModel noise_model_from(std::string_view text, std::string_view key);

/// The Gaussian around a decoder's mean: its variance, what it says of readings, and how the variance is learned.
///
/// Of all variances the one that makes readings most likely is the mean squared error itself (sigma-VAE: Rybkin et al.
/// 2021, Section 4.2). A learned variance is the running mean of that optimum over batches: the plain mean of the first
/// kAveraged of them, from then on with a weight of 1 / kAveraged for the newest. It is a constant in the loss, which
/// has the same gradient as if each batch's own optimum stood there. It is not below kSmallestVar.
///
/// Shapes: N readings of `elements` values each.
class ObservationNoise final : public torch::nn::Module {
 public:
  static constexpr double kAveraged = 100.0;
  static constexpr double kSmallestVar = 1e-4;

  /// `elements`, >= 1: values of one reading.
  ObservationNoise(NoiseModel model, int64_t elements);

  /// What the noise says of N readings.
  struct Likelihood {
    at::Tensor log_prob;       ///< [N], summed over the values
    at::Tensor squared_error;  ///< mean over the values [N], or of each [N, elements]; without gradient; undefined
                               ///< where the variance is fixed
  };
  /// mean, x [N, ...]. Of images that are hidden in part, `visible` bool [N, H, W]: masked_squared_error. Throws
  /// ShapeError.
  Likelihood likelihood(const at::Tensor& mean, const at::Tensor& x, const at::Tensor& visible) const;

  /// Moves a learned variance towards the mean of `squared_error` over the readings that count (`counts` [N], 1 or 0);
  /// where none does, nothing changes. `average` makes of a sum [...] its mean over all processes that learn from a
  /// batch; it may be empty. Only where is_learned(): else Likelihood::squared_error is undefined.
  void learn(const at::Tensor& squared_error, const at::Tensor& counts,
             const std::function<void(at::Tensor& sums)>& average);

  /// Whether the variance is learned, and not fixed.
  bool is_learned() const { return model_.kind != NoiseModel::Kind::kFixed; }
  /// Network units squared: [], or [elements] of kLearnedPerElement.
  at::Tensor var() const;

 private:
  NoiseModel model_;
  int64_t elements_;
  at::Tensor learned_var_;  // [] or [elements], 1 at first; undefined when fixed
  at::Tensor batches_;      // [] learned from, double
};

}  // namespace vrkn::model
