#include "vrkn/nn/fused_smoother.h"

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "vrkn/math/rng.h"

namespace vrkn {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;
using Smoother = SmoothedStates (*)(const Moments&, const Moments&, const LinearDynamics&, const Tensor&);

constexpr int64_t kB = 9, kZ = 21;

/// What a filter may leave: posterior, prior and dynamics, and noise for the samples.
Tensors filtered_sequences(int64_t steps, uint64_t seed) {
  Rng rng(seed);
  const auto normal = [&](int64_t T) { return rng.normal({kB, T, kZ}, at::kDouble); };
  const auto between = [&](int64_t T, double low, double high) {
    return rng.uniform({kB, T, kZ}, at::kDouble) * (high - low) + low;
  };
  return {normal(steps),
          between(steps, 0.05, 0.5),
          normal(steps),
          between(steps, 0.5, 1),
          between(steps - 1, 0.1, 1),
          normal(steps - 1),
          between(steps - 1, 0.01, 0.1),
          normal(steps)};
}

Tensors results(Smoother smoother, const Tensors& in) {
  const SmoothedStates out = smoother({in[0], in[1]}, {in[2], in[3]}, {in[4], in[5], in[6]}, in[7]);
  return {out.belief.mean,  out.belief.var,     out.state,        out.inferred.mean,
          out.inferred.var, out.predicted.mean, out.predicted.var};
}

/// The gradients of the results `used` of the smoother, weighted at random, with respect to all but the noise.
Tensors gradients(Smoother smoother, const Tensors& arguments, const std::vector<size_t>& used) {
  Tensors in;
  for (const Tensor& argument : arguments) in.push_back(argument.clone().set_requires_grad(true));
  in.back().set_requires_grad(false);
  const Tensors out = results(smoother, in);
  Rng rng(99);
  Tensor sum = at::zeros({}, in[0].options());
  for (const size_t i : used) sum = sum + (out[i] * rng.normal_like(out[i])).sum();
  in.pop_back();
  Tensors found = torch::autograd::grad({sum}, in, {}, false, false, /*allow_unused=*/true);
  for (size_t i = 0; i < found.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(in[i]);
  }
  return found;
}

void expect_close(const Tensors& found, const Tensors& expected, double tolerance, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    const double scale = expected[i].abs().max().item<double>(),
                 error = (found[i] - expected[i]).abs().max().item<double>();
    EXPECT_LE(error, tolerance * (scale > 0.0 ? scale : 1.0)) << what << " " << i;
  }
}

TEST(FusedSmoother, IsTheSmootherItsSampleAndTheTwoDistributions) {
  for (const int64_t steps : {2, 3, 20}) {
    const Tensors in = filtered_sequences(steps, 1);
    Tensors in_float;
    for (const Tensor& tensor : in) in_float.push_back(tensor.to(at::kFloat));
    const std::string what = std::to_string(steps) + " steps, ";
    expect_close(results(fused_smooth, in), results(smoothed_states, in), 1e-10, what + "result");
    expect_close(results(fused_smooth, in_float), results(smoothed_states, in_float), 1e-4, what + "result in float");
    const at::NoGradGuard no_grad;
    expect_close(results(fused_smooth, in), results(smoothed_states, in), 1e-10, what + "result without a graph");
  }
}

TEST(FusedSmoother, HasTheGradientsOfTheFunctionsItStandsFor) {
  for (const int64_t steps : {2, 3, 20}) {
    const Tensors in = filtered_sequences(steps, 2);
    Tensors in_float;
    for (const Tensor& tensor : in) in_float.push_back(tensor.to(at::kFloat));
    // Of all results, and of each alone.
    for (const std::vector<size_t>& used :
         std::vector<std::vector<size_t>>{{0, 1, 2, 3, 4, 5, 6}, {0}, {1}, {2}, {3}, {4}, {5}, {6}}) {
      const std::string what = std::to_string(steps) + " steps, result " + std::to_string(used[0]) + " of " +
                               std::to_string(used.size()) + ", gradient";
      expect_close(gradients(fused_smooth, in, used), gradients(smoothed_states, in, used), 1e-10, what);
      expect_close(gradients(fused_smooth, in_float, used), gradients(smoothed_states, in_float, used), 1e-4,
                   what + " in float");
    }
  }
}

}  // namespace
}  // namespace vrkn
