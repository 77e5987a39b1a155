#include "vrkn/nn/fused.h"

#include <functional>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "vrkn/math/activation.h"
#include "vrkn/math/rng.h"

namespace vrkn {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;
using Function = std::function<Tensors(const Tensors&)>;

constexpr DynamicsRanges kRanges{.factor = {0.1, 0.99, 0.9}, .var = {0.001, 0.1, 0.01}};

LinearDynamics plain_dynamics(const Tensor& raw) {
  const auto parts = raw.chunk(3, -1);
  return {.factor = bounded_sigmoid(parts[0], 0.1, 0.99, 0.9),
          .offset = parts[2],
          .var = bounded_sigmoid(parts[1], 0.001, 0.1, 0.01)};
}

/// The largest difference between two operations, of values and of gradients under random weights of the results,
/// relative to the largest value of each. Rows enough for several portions, sizes that fill no register.
double difference(const Function& fused, const Function& plain, const Tensors& arguments) {
  struct Outcome {
    Tensors values, gradients;
  };
  const auto run = [&](const Function& function) {
    Tensors inputs;
    for (const Tensor& argument : arguments) inputs.push_back(argument.clone().set_requires_grad(true));
    Outcome outcome{.values = function(inputs), .gradients = {}};
    Rng rng(99);
    Tensor sum = at::zeros({}, arguments[0].options());
    for (const Tensor& value : outcome.values) sum = sum + (value * rng.normal_like(value)).sum();
    outcome.gradients = torch::autograd::grad({sum}, inputs, {}, false, false, /*allow_unused=*/true);
    return outcome;
  };
  const Outcome a = run(fused), b = run(plain);
  double worst = 0.0;
  const auto compare = [&](const Tensors& left, const Tensors& right) {
    ASSERT_EQ(left.size(), right.size());
    for (size_t i = 0; i < left.size(); ++i) {
      ASSERT_EQ(left[i].defined(), right[i].defined());
      if (!left[i].defined()) continue;
      worst = std::max(worst, ((left[i] - right[i]).abs().max() / right[i].abs().max()).item<double>());
    }
  };
  compare(a.values, b.values);
  compare(a.gradients, b.gradients);
  // And without a graph.
  const at::NoGradGuard no_grad;
  compare(fused(arguments), b.values);
  return worst;
}

/// In double to 1e-10, in float to 1e-4.
void expect_equal(const Function& fused, const Function& plain, const Tensors& arguments) {
  EXPECT_LT(difference(fused, plain, arguments), 1e-10);
  Tensors in_float;
  for (const Tensor& argument : arguments) in_float.push_back(argument.to(at::kFloat));
  EXPECT_LT(difference(fused, plain, in_float), 1e-4);
}

class Fused : public testing::Test {
 protected:
  static constexpr int64_t kRows = 173, kSize = 230;
  Tensor normal(int64_t size, double scale = 1.0) { return rng_.normal({kRows, size}, at::kDouble) * scale; }
  Tensor positive() { return rng_.uniform({kRows, kSize}, at::kDouble) + 0.05; }

  Rng rng_{1};
};

TEST_F(Fused, GruIsItsEquations) {
  expect_equal([](const Tensors& in) { return Tensors{fused_gru(in[0], in[1], in[2])}; },
               [](const Tensors& in) {
                 const auto x = in[0].chunk(3, -1), h = in[1].chunk(3, -1);
                 const Tensor reset = at::sigmoid(x[0] + h[0]), keep = at::sigmoid(x[1] + h[1]);
                 const Tensor candidate = at::tanh(x[2] + reset * h[2]);
                 return Tensors{(1 - keep) * candidate + keep * in[2]};
               },
               {normal(3 * kSize, 3.0), normal(3 * kSize, 3.0), normal(kSize)});
}

TEST_F(Fused, PredictIsTheKalmanPrediction) {
  expect_equal(
      [](const Tensors& in) {
        const auto [d, prior] = fused_predict(in[0], {in[1], in[2]}, kRanges);
        return Tensors{d.factor, d.offset, d.var, prior.mean, prior.var};
      },
      [](const Tensors& in) {
        const LinearDynamics d = plain_dynamics(in[0]);
        const Moments prior = predict({in[1], in[2]}, d);
        return Tensors{d.factor, d.offset, d.var, prior.mean, prior.var};
      },
      {normal(3 * kSize, 2.0), normal(kSize), positive()});
}

TEST_F(Fused, ImagineIsPredictionAndSample) {
  const Tensor noise = normal(kSize);
  expect_equal(
      [&](const Tensors& in) {
        const auto [prior, state] = fused_imagine(in[0], {in[1], in[2]}, in[3], noise.to(in[0].scalar_type()), kRanges);
        return Tensors{prior.mean, prior.var, state};
      },
      [&](const Tensors& in) {
        const LinearDynamics d = plain_dynamics(in[0]);
        const Moments prior = predict({in[1], in[2]}, d);
        return Tensors{prior.mean, prior.var, sample(conditional(d, in[3]), noise.to(in[0].scalar_type()))};
      },
      {normal(3 * kSize, 2.0), normal(kSize), positive(), normal(kSize)});
}

TEST_F(Fused, UpdateIsTheJosephForm) {
  const Tensor valid = (rng_.uniform({kRows, 1}) < 0.7).to(at::kDouble);
  expect_equal(
      [&](const Tensors& in) {
        const Moments posterior = fused_update({in[0], in[1]}, in[2], in[3], valid.to(in[0].scalar_type()));
        return Tensors{posterior.mean, posterior.var};
      },
      [&](const Tensors& in) {
        const Moments posterior = update({in[0], in[1]}, in[2], in[3], valid.to(in[0].scalar_type()));
        return Tensors{posterior.mean, posterior.var};
      },
      {normal(kSize), positive(), normal(kSize), positive()});
}

TEST_F(Fused, ASilentSensorLeavesThePriorExactly) {
  const Moments prior{normal(kSize), positive()};
  const Moments posterior = fused_update(prior, normal(kSize), positive(), at::zeros({kRows, 1}, at::kDouble));
  EXPECT_TRUE(at::equal(posterior.mean, prior.mean));
  EXPECT_TRUE(at::equal(posterior.var, prior.var));
}

TEST_F(Fused, FarArgumentsStayFinite) {
  const Tensor far = at::tensor({-1e4, -100.0, 100.0, 1e4}).view({1, 4}).to(at::kFloat);
  const Tensor next = fused_gru(far.repeat({1, 3}), at::zeros({1, 12}), at::ones({1, 4}));
  EXPECT_TRUE(next.isfinite().all().item<bool>());
  const auto step = fused_predict(far.repeat({1, 3}), {at::ones({1, 4}), at::ones({1, 4})}, kRanges);
  EXPECT_TRUE(at::allclose(step.dynamics.factor, at::tensor({0.1f, 0.1f, 0.99f, 0.99f}).view({1, 4})));
}

}  // namespace
}  // namespace vrkn
