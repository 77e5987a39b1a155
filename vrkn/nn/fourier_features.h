#pragma once

#include <torch/nn/cloneable.h>

namespace vrkn::nn {

/// Sines and cosines of learned projections, [N, input] -> [N, 2 waves]:
///
///   (sin(f W x), cos(f W x)),   f = kFrequency.
///
/// Networks learn slowly what changes much with a small change of their inputs, such as the pixels of a thin pole with
/// its angle; from these features they learn it sooner (Tancik et al. 2020, "Fourier Features Let Networks Learn High
/// Frequency Functions in Low Dimensional Domains").
class FourierFeaturesImpl final : public torch::nn::Cloneable<FourierFeaturesImpl> {
 public:
  /// With W drawn by `initialise`, a change of x by 1 in every element turns a wave by about 3 radians: enough for
  /// detail, and little beside the noise of a latent state's samples, about 0.1.
  static constexpr double kFrequency = 5.0;

  FourierFeaturesImpl(int64_t input, int64_t waves);
  void reset() override;
  at::Tensor forward(const at::Tensor& x);

  int64_t input, waves;
  at::Tensor weight;  ///< W [waves, input]
};
TORCH_MODULE(FourierFeatures);

}  // namespace vrkn::nn
