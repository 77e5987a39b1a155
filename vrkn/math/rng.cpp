#include "vrkn/math/rng.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "vrkn/kernel/philox.h"
#include "vrkn/math/part.h"

namespace vrkn {
namespace {

at::Generator device_generator(uint64_t seed, c10::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace

Rng::Rng(uint64_t seed, c10::Device device) : device_(device), key_(seed) {
  if (!device.is_cpu()) generator_ = device_generator(seed, device);
}

c10::TensorOptions Rng::options(c10::ScalarType dtype) const {
  return c10::TensorOptions().dtype(dtype).device(device_);
}

template <int64_t kPerGroup, class Fill>
at::Tensor Rng::filled(at::IntArrayRef sizes, c10::ScalarType dtype, Fill&& fill) {
  constexpr int64_t kGroupsAtOnce = 512;
  const at::Tensor values = at::empty(sizes, options(c10::kFloat));
  float* const out = values.data_ptr<float>();
  const int64_t count = values.numel(), groups = (count + kPerGroup - 1) / kPerGroup;
  as_part(kRandomNumbers, [&] {
    at::parallel_for(0, groups, kGroupsAtOnce, [&](int64_t begin, int64_t end) {
      fill(next_group_ + static_cast<uint64_t>(begin), out + begin * kPerGroup,
           std::min(end * kPerGroup, count) - begin * kPerGroup);
    });
  });
  next_group_ += static_cast<uint64_t>(groups);
  return values.to(dtype);
}

at::Tensor Rng::normal(at::IntArrayRef sizes, c10::ScalarType dtype) {
  if (!device_.is_cpu()) return at::randn(sizes, generator_, options(dtype));
  return filled<kWordsPerGroup>(
      sizes, dtype, [this](uint64_t group, float* out, int64_t count) { philox_normal(key_, group, out, count); });
}

at::Tensor Rng::uniform(at::IntArrayRef sizes, c10::ScalarType dtype) {
  if (!device_.is_cpu()) return at::rand(sizes, generator_, options(dtype));
  return filled<kWordsPerGroup>(
      sizes, dtype, [this](uint64_t group, float* out, int64_t count) { philox_uniform(key_, group, out, count); });
}

at::Tensor Rng::dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype) {
  if (!device_.is_cpu()) return at::empty(sizes, options(dtype)).bernoulli_(1.0 - rate, generator_).div_(1.0 - rate);
  constexpr double kAll = 65536.0;
  const double threshold = std::max(std::round((1.0 - rate) * kAll), 1.0);
  const at::Tensor mask =
      filled<kMaskValuesPerGroup>(sizes, c10::kFloat, [&](uint64_t group, float* out, int64_t count) {
        philox_mask(key_, group, static_cast<uint32_t>(threshold),
                    dtype == c10::kFloat ? static_cast<float>(kAll / threshold) : 1.0f, out, count);
      });
  return dtype == c10::kFloat ? mask : mask.to(dtype).mul_(kAll / threshold);
}

at::Tensor Rng::normal_like(const at::Tensor& tensor) {
  return normal(tensor.sizes(), tensor.scalar_type());
}

}  // namespace vrkn
