#include "vrkn/math/rng.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

namespace vrkn {
namespace {

/// A generator of its own. On the CPU not a clone of the default one: clones leak in LibTorch 1.13, and a run makes a
/// generator per update.
at::Generator make_generator(uint64_t seed, c10::Device device) {
  if (device.is_cpu()) return at::make_generator<at::CPUGeneratorImpl>(seed);
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace

Rng::Rng(uint64_t seed, c10::Device device) : generator_(make_generator(seed, device)), device_(device) {}

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
