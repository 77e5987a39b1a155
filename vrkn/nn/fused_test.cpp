#include "vrkn/nn/fused.h"

#include <functional>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "tests/support/on_device_with_kernels.h"
#include "vrkn/math/activation.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::fused_test {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;
using Function = std::function<Tensors(const Tensors&)>;

constexpr DynamicsRanges kRanges{.factor = {0.1, 0.99, 0.9}, .var = {0.001, 0.1, 0.01}};

math::LinearDynamics plain_dynamics(const Tensor& raw) {
  const auto parts = raw.chunk(3, -1);
  return {.factor = math::bounded_sigmoid(parts[0], 0.1, 0.99, 0.9),
          .offset = parts[2],
          .var = math::bounded_sigmoid(parts[1], 0.001, 0.1, 0.01)};
}

/// What an operation gives: values, gradients under random weights of the values, and values without a graph.
struct Outcome {
  Tensors values, gradients, values_alone;
};

Outcome run(const Function& function, const Tensors& arguments) {
  Tensors inputs;
  for (const Tensor& argument : arguments) inputs.push_back(argument.clone().set_requires_grad(true));
  Outcome outcome{.values = function(inputs), .gradients = {}, .values_alone = {}};
  math::TensorGenerator rng(99);
  Tensor sum = at::zeros({}, arguments[0].options());
  for (const Tensor& value : outcome.values) {
    sum = sum + (value * rng.normal(value.sizes(), at::kDouble).to(value.options())).sum();
  }
  outcome.gradients = torch::autograd::grad({sum}, inputs, {}, false, false, /*allow_unused=*/true);
  const at::NoGradGuard no_grad;
  outcome.values_alone = function(arguments);
  return outcome;
}

/// The largest difference between two outcomes, relative to the largest value of each tensor.
double difference(const Outcome& a, const Outcome& b) {
  double worst = 0.0;
  const auto compare = [&](const Tensors& left, const Tensors& right) {
    ASSERT_EQ(left.size(), right.size());
    for (size_t i = 0; i < left.size(); ++i) {
      ASSERT_EQ(left[i].defined(), right[i].defined());
      if (!left[i].defined()) continue;
      const Tensor x = left[i].to(at::kCPU), y = right[i].to(at::kCPU);
      EXPECT_TRUE(x.isfinite().all().item<bool>());
      worst = std::max(worst, ((x - y).abs().max() / y.abs().max()).item<double>());
    }
  };
  compare(a.values, b.values);
  compare(a.gradients, b.gradients);
  compare(a.values_alone, b.values);
  return worst;
}

/// Rows enough for several portions, sizes that fill no register.
class Fused : public OnDeviceWithKernels {
 protected:
  static constexpr int64_t kRows = 173, kSize = 230;
  Tensor normal(int64_t size, double scale = 1.0) { return rng_.normal({kRows, size}, at::kDouble) * scale; }
  Tensor positive() { return rng_.uniform({kRows, kSize}, at::kDouble) + 0.05; }

  /// In double to 1e-10, in float to 1e-4; and as on the CPU.
  void expect_equal(const Function& fused, const Function& plain, const Tensors& arguments) const {
    for (const auto& [type, tolerance] : {std::pair{at::kDouble, 1e-10}, std::pair{at::kFloat, 1e-4}}) {
      Tensors here, on_cpu;
      for (const Tensor& argument : arguments) {
        here.push_back(argument.to(device(), type));
        on_cpu.push_back(argument.to(type));
      }
      const Outcome found = run(fused, here);
      EXPECT_EQ(found.values[0].device().type(), device().type());
      EXPECT_LT(difference(found, run(plain, here)), tolerance) << type;
      if (device().is_cuda()) {
        EXPECT_LT(difference(found, run(fused, on_cpu)), tolerance) << type;
      }
    }
  }

  math::TensorGenerator rng_{1};
};

TEST_P(Fused, GruIsItsEquations) {
  expect_equal([](const Tensors& in) { return Tensors{fused_gru(in[0], in[1], in[2])}; },
               [](const Tensors& in) {
                 const auto x = in[0].chunk(3, -1), h = in[1].chunk(3, -1);
                 const Tensor reset = at::sigmoid(x[0] + h[0]), keep = at::sigmoid(x[1] + h[1]);
                 const Tensor candidate = at::tanh(x[2] + reset * h[2]);
                 return Tensors{(1 - keep) * candidate + keep * in[2]};
               },
               {normal(3 * kSize, 3.0), normal(3 * kSize, 3.0), normal(kSize)});
}

TEST_P(Fused, PredictIsTheKalmanPrediction) {
  expect_equal(
      [](const Tensors& in) {
        const auto [d, prior] = fused_predict(in[0], {in[1], in[2]}, kRanges);
        return Tensors{d.factor, d.offset, d.var, prior.mean, prior.var};
      },
      [](const Tensors& in) {
        const math::LinearDynamics d = plain_dynamics(in[0]);
        const math::DiagonalGaussian prior = math::predict({in[1], in[2]}, d);
        return Tensors{d.factor, d.offset, d.var, prior.mean, prior.var};
      },
      {normal(3 * kSize, 2.0), normal(kSize), positive()});
}

TEST_P(Fused, ImagineIsPredictionAndSample) {
  const Tensor noise = normal(kSize);
  expect_equal(
      [&](const Tensors& in) {
        const auto [prior, state] = fused_imagine(in[0], {in[1], in[2]}, in[3], noise.to(in[0].options()), kRanges);
        return Tensors{prior.mean, prior.var, state};
      },
      [&](const Tensors& in) {
        const math::LinearDynamics d = plain_dynamics(in[0]);
        const math::DiagonalGaussian prior = math::predict({in[1], in[2]}, d);
        return Tensors{prior.mean, prior.var, math::sample(math::conditional(d, in[3]), noise.to(in[0].options()))};
      },
      {normal(3 * kSize, 2.0), normal(kSize), positive(), normal(kSize)});
}

TEST_P(Fused, UpdateIsTheJosephForm) {
  const Tensor valid = (rng_.uniform({kRows, 1}) < 0.7).to(at::kDouble);
  expect_equal(
      [&](const Tensors& in) {
        const math::DiagonalGaussian posterior = fused_update({in[0], in[1]}, in[2], in[3], valid.to(in[0].options()));
        return Tensors{posterior.mean, posterior.var};
      },
      [&](const Tensors& in) {
        const math::DiagonalGaussian posterior = math::update({in[0], in[1]}, in[2], in[3], valid.to(in[0].options()));
        return Tensors{posterior.mean, posterior.var};
      },
      {normal(kSize), positive(), normal(kSize), positive()});
}

TEST_P(Fused, ASilentSensorLeavesThePriorExactly) {
  const math::DiagonalGaussian prior{normal(kSize).to(device()), positive().to(device())};
  const math::DiagonalGaussian posterior = fused_update(prior, normal(kSize).to(device()), positive().to(device()),
                                                        at::zeros({kRows, 1}, prior.mean.options()));
  EXPECT_TRUE(at::equal(posterior.mean, prior.mean));
  EXPECT_TRUE(at::equal(posterior.var, prior.var));
}

TEST_P(Fused, FarArgumentsStayFinite) {
  const Tensor far = at::tensor({-1e4, -100.0, 100.0, 1e4}).view({1, 4}).to(device(), at::kFloat),
               ones = at::ones_like(far);
  const Tensor next = fused_gru(far.repeat({1, 3}), at::zeros_like(far).repeat({1, 3}), ones);
  EXPECT_TRUE(next.isfinite().all().item<bool>());
  const auto step = fused_predict(far.repeat({1, 3}), {ones, ones}, kRanges);
  EXPECT_TRUE(at::allclose(step.dynamics.factor.to(at::kCPU), at::tensor({0.1f, 0.1f, 0.99f, 0.99f}).view({1, 4})));
}

TEST_P(Fused, NoRowsAreNoWork) {
  const Tensor none = at::empty({0, 4}, device());
  EXPECT_EQ(fused_gru(at::empty({0, 12}, device()), at::empty({0, 12}, device()), none).sizes(), none.sizes());
}

TEST_P(Fused, ServesFloatAndDouble) {
  EXPECT_TRUE(can_fuse(at::ones({1}, device())));
  EXPECT_TRUE(can_fuse(at::ones({1}, at::dtype(at::kDouble).device(device()))));
  EXPECT_FALSE(can_fuse(at::ones({1}, at::dtype(at::kBFloat16).device(device()))));
}

INSTANTIATE_TEST_SUITE_P(Every, Fused, devices(), device_name);

}  // namespace
}  // namespace vrkn::nn::fused_test
