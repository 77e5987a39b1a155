#include "vrkn/math/rng.h"

#include <ATen/ATen.h>

namespace vrkn {

Rng::Rng(uint64_t seed, c10::Device device)
    : generator_(at::globalContext().defaultGenerator(device).clone()), device_(device) {
  generator_.set_current_seed(seed);
}

c10::TensorOptions Rng::options(c10::ScalarType dtype) const {
  return c10::TensorOptions().dtype(dtype).device(device_);
}

at::Tensor Rng::normal(at::IntArrayRef sizes, c10::ScalarType dtype) {
  return at::randn(sizes, generator_, options(dtype));
}

at::Tensor Rng::uniform(at::IntArrayRef sizes, c10::ScalarType dtype) {
  return at::rand(sizes, generator_, options(dtype));
}

at::Tensor Rng::dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype) {
  return at::empty(sizes, options(dtype)).bernoulli_(1.0 - rate, generator_).div_(1.0 - rate);
}

at::Tensor Rng::normal_like(const at::Tensor& tensor) {
  return normal(tensor.sizes(), tensor.scalar_type());
}

}  // namespace vrkn
