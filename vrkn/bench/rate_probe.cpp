#include "vrkn/bench/rate_probe.h"

#include <utility>

#include <ATen/ATen.h>
#include <torch/cuda.h>

#include "vrkn/analysis/statistics.h"
#include "vrkn/bench/stopwatch.h"
#include "vrkn/math/product.h"

namespace vrkn::bench {
namespace {

constexpr int64_t kRuns = 4;

double product_flop(int64_t size) {
  const auto n = static_cast<double>(size);
  return 2.0 * n * n * n;
}

}  // namespace

RateProbe::RateProbe(double amount, int64_t runs, std::function<void()> run)
    : amount_(amount), runs_(runs), run_(std::move(run)) {}

void RateProbe::sample(Clock clock) {
  if (!std::exchange(warm_, true)) run_();
  for (int64_t i = 0; i < runs_; ++i) {
    const Duration time = duration_of(run_);
    rates_.push_back(amount_ / (clock == Clock::kWall ? time.wall_s : time.processor_s));
  }
}

double RateProbe::rate() const {
  return rates_.empty() ? 0.0 : analysis::quantile(rates_, 0.9);
}

void synchronise(c10::Device device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

int64_t product_probe_size(c10::Device device) {
  return device.is_cuda() ? 4096 : 1024;
}

RateProbe product_probe(c10::Device device) {
  const int64_t size = product_probe_size(device);
  const at::Tensor a = at::ones({size, size}, device), b = at::ones_like(a);
  return {product_flop(size), kRuns, [=] {
            math::product(a, b);
            synchronise(device);
          }};
}

RateProbe blas_probe() {
  const int64_t size = product_probe_size(c10::kCPU);
  const at::Tensor a = at::ones({size, size}), b = at::ones_like(a);
  return {product_flop(size), kRuns, [=] { at::mm(a, b); }};
}

RateProbe copy_probe() {
  constexpr int64_t kBytes = int64_t{256} << 20, kRuns = 2;
  const at::Tensor from = at::ones({kBytes}, at::kByte), to = at::zeros({kBytes}, at::kByte);
  return {2.0 * kBytes, kRuns, [=] { to.copy_(from); }};
}

}  // namespace vrkn::bench
