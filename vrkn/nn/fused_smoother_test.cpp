#include "vrkn/nn/fused_smoother.h"

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "tests/support/on_device_with_kernels.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn::fused_smoother_test {
namespace {

using at::Tensor;
using Tensors = std::vector<Tensor>;
using Smoother = SmoothedStates (*)(const math::DiagonalGaussian&, const math::DiagonalGaussian&,
                                    const math::LinearDynamics&, const Tensor&);

constexpr int64_t kB = 9, kZ = 21;

/// What a filter may leave: posterior, prior and dynamics, and noise for the samples.
Tensors filtered_sequences(int64_t steps, uint64_t seed) {
  math::TensorGenerator rng(seed);
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
  math::TensorGenerator rng(99);
  Tensor sum = at::zeros({}, in[0].options());
  for (const size_t i : used) sum = sum + (out[i] * rng.normal(out[i].sizes(), at::kDouble).to(out[i].options())).sum();
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
    const Tensor x = found[i].to(at::kCPU), y = expected[i].to(at::kCPU);
    const double scale = y.abs().max().item<double>(), error = (x - y).abs().max().item<double>();
    EXPECT_LE(error, tolerance * (scale > 0.0 ? scale : 1.0)) << what << " " << i;
  }
}

class FusedSmoother : public OnDeviceWithKernels {
 protected:
  /// check(sequences here, the same on the CPU, tolerance, what they are) for some numbers of steps, in both types.
  template <class Check>
  void for_sequences(uint64_t seed, const Check& check) const {
    for (const int64_t steps : {2, 3, 20}) {
      const Tensors sequences = filtered_sequences(steps, seed);
      for (const auto& [type, tolerance] : {std::pair{at::kDouble, 1e-10}, std::pair{at::kFloat, 1e-4}}) {
        Tensors here, on_cpu;
        for (const Tensor& tensor : sequences) {
          here.push_back(tensor.to(device(), type));
          on_cpu.push_back(tensor.to(type));
        }
        check(here, on_cpu, tolerance, std::to_string(steps) + " steps in " + c10::toString(type) + ", ");
      }
    }
  }
};

TEST_P(FusedSmoother, IsTheSmootherItsSampleAndTheTwoDistributions) {
  for_sequences(1, [&](const Tensors& in, const Tensors& on_cpu, double tolerance, const std::string& what) {
    const Tensors found = results(fused_smooth, in), expected = results(smoothed_states, in);
    EXPECT_EQ(found[0].device().type(), device().type());
    expect_close(found, expected, tolerance, what + "result");
    if (device().is_cuda()) expect_close(found, results(fused_smooth, on_cpu), tolerance, what + "CPU's result");
    const at::NoGradGuard no_grad;
    expect_close(results(fused_smooth, in), expected, tolerance, what + "result without a graph");
  });
}

TEST_P(FusedSmoother, HasTheGradientsOfTheFunctionsItStandsFor) {
  for_sequences(2, [&](const Tensors& in, const Tensors& on_cpu, double tolerance, const std::string& steps) {
    // Of all results, and of each alone.
    for (const std::vector<size_t>& used :
         std::vector<std::vector<size_t>>{{0, 1, 2, 3, 4, 5, 6}, {0}, {1}, {2}, {3}, {4}, {5}, {6}}) {
      const std::string what =
          steps + "result " + std::to_string(used[0]) + " of " + std::to_string(used.size()) + ", gradient";
      const Tensors found = gradients(fused_smooth, in, used);
      expect_close(found, gradients(smoothed_states, in, used), tolerance, what);
      if (device().is_cuda()) {
        expect_close(found, gradients(fused_smooth, on_cpu, used), tolerance, what + " on the CPU");
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Every, FusedSmoother, devices(), device_name);

}  // namespace
}  // namespace vrkn::nn::fused_smoother_test
