#include "vrkn/bench/rate_probe.h"

#include <utility>

#include <ATen/ATen.h>
#include <torch/cuda.h>

#include "vrkn/analysis/statistics.h"
#include "vrkn/bench/stopwatch.h"
#include "vrkn/math/product.h"

namespace vrkn::bench {
namespace {

constexpr int64_t kSize = 1024;  // rows and columns of the matrices
constexpr int64_t kRuns = 4;
constexpr double kFlop = 2.0 * kSize * kSize * kSize;

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

RateProbe product_probe(c10::Device device) {
  const at::Tensor a = at::ones({kSize, kSize}, device), b = at::ones_like(a);
  return {kFlop, kRuns, [=] {
            math::product(a, b);
            synchronise(device);
          }};
}

RateProbe blas_probe() {
  const at::Tensor a = at::ones({kSize, kSize}), b = at::ones_like(a);
  return {kFlop, kRuns, [=] { at::mm(a, b); }};
}

RateProbe copy_probe() {
  constexpr int64_t kBytes = int64_t{256} << 20, kRuns = 2;
  const at::Tensor from = at::ones({kBytes}, at::kByte), to = at::zeros({kBytes}, at::kByte);
  return {2.0 * kBytes, kRuns, [=] { to.copy_(from); }};
}

}  // namespace vrkn::bench
