#include "vrkn/math/tensor_generator.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/accumulate.h>

#include "vrkn/kernel/philox.h"
#include "vrkn/math/profile_scope.h"

namespace vrkn::math {
namespace {

at::Generator device_generator(uint64_t seed, c10::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

/// The groups that hold `count` values.
template <int64_t kPerGroup>
int64_t groups_of(int64_t count) {
  return (count + kPerGroup - 1) / kPerGroup;
}

/// Numbers begin ... begin + count of those that fill(group, values, count) yields from group `first` on.
template <int64_t kPerGroup, class Fill>
void fill_range(uint64_t first, int64_t begin, float* out, int64_t count, Fill& fill) {
  constexpr int64_t kGroupsAtOnce = 512;
  uint64_t group = first + static_cast<uint64_t>(begin / kPerGroup);
  if (const int64_t skipped = begin % kPerGroup; skipped > 0) {
    float whole[kPerGroup];
    fill(group++, whole, kPerGroup);
    const int64_t taken = std::min(kPerGroup - skipped, count);
    std::copy_n(whole + skipped, taken, out);
    out += taken;
    count -= taken;
  }
  at::parallel_for(0, groups_of<kPerGroup>(count), kGroupsAtOnce, [&](int64_t from, int64_t to) {
    fill(group + static_cast<uint64_t>(from), out + from * kPerGroup,
         std::min(to * kPerGroup, count) - from * kPerGroup);
  });
}

}  // namespace

TensorGenerator::TensorGenerator(uint64_t seed, c10::Device device, ProcessRank process)
    : device_(device), process_(process), key_(seed) {
  if (!device.is_cpu()) generator_ = device_generator(seed, device);
}

TensorGenerator::TensorGenerator(const RecordedDraws& draws, c10::Device device) : device_(device), played_(&draws) {}

c10::TensorOptions TensorGenerator::options(c10::ScalarType dtype) const {
  return c10::TensorOptions().dtype(dtype).device(device_);
}

template <int64_t kPerGroup, class Fill>
at::Tensor TensorGenerator::filled(at::IntArrayRef sizes, c10::ScalarType dtype, int64_t batch_axis, Fill&& fill) {
  const at::Tensor values = at::empty(sizes, options(c10::kFloat));
  float* const out = values.data_ptr<float>();
  // Of all rows' numbers the share's are one block for each index of the axes before the rows'; one block if it is all.
  const int64_t axes_before = process_.world_size == 1 ? 0 : batch_axis;
  const int64_t block = c10::multiply_integers(sizes.slice(static_cast<size_t>(axes_before)));
  profile_scope(kRandomNumbers, [&] {
    for (int64_t begin = 0; begin < values.numel(); begin += block) {
      fill_range<kPerGroup>(next_group_, begin * process_.world_size + process_.rank * block, out + begin, block, fill);
    }
  });
  next_group_ += static_cast<uint64_t>(groups_of<kPerGroup>(values.numel() * process_.world_size));
  return values.to(dtype);
}

template <class Draw>
at::Tensor TensorGenerator::part_of(at::IntArrayRef sizes, int64_t batch_axis, Draw&& draw) {
  if (process_.world_size == 1) return draw(sizes);
  std::vector<int64_t> all = sizes.vec();
  const int64_t rows = all[static_cast<size_t>(batch_axis)];
  all[static_cast<size_t>(batch_axis)] *= process_.world_size;
  return draw(all).narrow(batch_axis, process_.rank * rows, rows).contiguous();
}

at::Tensor TensorGenerator::drawn(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype) {
  if (played_ != nullptr) return played_->expect(next_played_++, kind, sizes, dtype);
  const at::Tensor values = draw(kind, sizes, dtype);
  if (recorded_ != nullptr) recorded_->draws_.push_back({kind, values});
  return values;
}

at::Tensor TensorGenerator::draw(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype) {
  using Distribution = RandomKind::Distribution;
  if (kind.distribution == Distribution::kDropoutMask) return draw_mask(kind, sizes, dtype);
  const bool normal = kind.distribution == Distribution::kNormal;
  if (!device_.is_cpu()) {
    return part_of(sizes, kind.batch_axis, [&](at::IntArrayRef all) {
      return normal ? at::randn(all, generator_, options(dtype)) : at::rand(all, generator_, options(dtype));
    });
  }
  const auto fill = normal ? &kernel::philox_normal : &kernel::philox_uniform;
  return filled<kernel::kWordsPerGroup>(
      sizes, dtype, kind.batch_axis,
      [this, fill](uint64_t group, float* out, int64_t count) { fill(key_, group, out, count); });
}

at::Tensor TensorGenerator::draw_mask(const RandomKind& kind, at::IntArrayRef sizes, c10::ScalarType dtype) {
  const double kept = 1.0 - kind.rate;
  if (!device_.is_cpu()) {
    return part_of(sizes, kind.batch_axis, [&](at::IntArrayRef all) {
      return at::empty(all, options(dtype)).bernoulli_(kept, generator_).div_(kept);
    });
  }
  constexpr double kAll = 65536.0;
  const double threshold = std::max(std::round(kept * kAll), 1.0);
  const at::Tensor mask = filled<kernel::kMaskValuesPerGroup>(
      sizes, c10::kFloat, kind.batch_axis, [&](uint64_t group, float* out, int64_t count) {
        kernel::philox_mask(key_, group, static_cast<uint32_t>(threshold),
                            dtype == c10::kFloat ? static_cast<float>(kAll / threshold) : 1.0f, out, count);
      });
  return dtype == c10::kFloat ? mask : mask.to(dtype).mul_(kAll / threshold);
}

at::Tensor TensorGenerator::normal(at::IntArrayRef sizes, c10::ScalarType dtype, int64_t batch_axis) {
  return drawn({.distribution = RandomKind::Distribution::kNormal, .batch_axis = batch_axis}, sizes, dtype);
}

at::Tensor TensorGenerator::uniform(at::IntArrayRef sizes, c10::ScalarType dtype) {
  return drawn({.distribution = RandomKind::Distribution::kUniform}, sizes, dtype);
}

at::Tensor TensorGenerator::dropout_mask(at::IntArrayRef sizes, double rate, c10::ScalarType dtype,
                                         int64_t batch_axis) {
  return drawn({.distribution = RandomKind::Distribution::kDropoutMask, .rate = rate, .batch_axis = batch_axis}, sizes,
               dtype);
}

at::Tensor TensorGenerator::normal_like(const at::Tensor& tensor) {
  return normal(tensor.sizes(), tensor.scalar_type());
}

}  // namespace vrkn::math
