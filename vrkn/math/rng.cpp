#include "vrkn/math/rng.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "vrkn/core/error.h"
#include "vrkn/kernel/philox.h"
#include "vrkn/math/part.h"

namespace vrkn {
namespace {

at::Generator device_generator(uint64_t seed, c10::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

std::string text_of(at::IntArrayRef sizes) {
  std::ostringstream text;
  text << sizes;
  return text.str();
}

/// The groups that hold `count` values.
template <int64_t kPerGroup>
int64_t groups_of(int64_t count) {
  return (count + kPerGroup - 1) / kPerGroup;
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
  // The values first ... end - 1 of the `all` that the stream draws here.
  int64_t first = 0, end = values.numel(), all = end;
  if (rows_.all > 0) {
    if (sizes.empty() || sizes[0] != rows_.count) {
      throw ShapeError("Random numbers for a block of " + std::to_string(rows_.count) +
                       " rows have one row for each, but sizes " + text_of(sizes) + " were asked for.");
    }
    const int64_t row_size = values.numel() / rows_.count;
    first = rows_.first * row_size;
    end = first + values.numel();
    all = rows_.all * row_size;
  }
  const auto from_group = [&](int64_t group) { return next_group_ + static_cast<uint64_t>(group); };
  as_part(kRandomNumbers, [&] {
    const int64_t first_whole = groups_of<kPerGroup>(first), groups = groups_of<kPerGroup>(end);
    if (const int64_t missing = std::min(first_whole * kPerGroup, end) - first; missing > 0) {
      float group[kPerGroup];
      fill(from_group(first_whole - 1), group, kPerGroup);
      std::copy_n(group + first % kPerGroup, missing, out);
    }
    at::parallel_for(first_whole, groups, kGroupsAtOnce, [&](int64_t begin, int64_t last) {
      fill(from_group(begin), out + (begin * kPerGroup - first), std::min(last * kPerGroup, end) - begin * kPerGroup);
    });
  });
  next_group_ += static_cast<uint64_t>(groups_of<kPerGroup>(all));
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

Rng Rng::for_rows(int64_t first, int64_t count, int64_t rows) const {
  Rng part = *this;
  part.rows_ = {first, count, rows};
  return part;
}

void Rng::go_on_after(const Rng& part) {
  next_group_ = part.next_group_;
}

}  // namespace vrkn
