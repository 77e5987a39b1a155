#include "vrkn/nn/fourier_features.h"

#include <ATen/ATen.h>

namespace vrkn::nn {

FourierFeaturesImpl::FourierFeaturesImpl(int64_t input_, int64_t waves_) : input(input_), waves(waves_) {
  reset();
}

void FourierFeaturesImpl::reset() {
  weight = register_parameter("weight", at::zeros({waves, input}));
}

at::Tensor FourierFeaturesImpl::forward(const at::Tensor& x) {
  const at::Tensor phase = at::matmul(x, weight.t()) * kFrequency;
  return at::cat({phase.sin(), phase.cos()}, -1);
}

}  // namespace vrkn::nn
