#include "vrkn/nn/mlp_ensemble.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::mlp_ensemble_test {
namespace {

using at::Tensor;

const MlpOptions kOptions{.input = 3, .hidden = 4, .layers = 2, .output = 2};

MlpEnsemble made(int64_t members, uint64_t seed) {
  MlpEnsemble ensemble(members, kOptions);
  math::TensorGenerator rng(seed);
  initialise(*ensemble, rng);
  return ensemble;
}

TEST(MlpEnsemble, IsThatManyPerceptrons) {
  MlpEnsemble ensemble = made(3, 1);
  math::TensorGenerator rng(2);
  const Tensor x = rng.normal({5, 7, 3}), found = ensemble->forward(x);
  EXPECT_EQ(found.sizes(), (at::IntArrayRef{3, 5, 7, 2}));
  for (int64_t k = 0; k < 3; ++k) {
    Mlp alone(kOptions);
    const at::NoGradGuard no_grad;
    for (size_t layer = 0; layer < alone->linears.size(); ++layer) {
      alone->linears[layer]->weight.copy_(ensemble->linears[layer]->weight.chunk(3)[k]);
      alone->linears[layer]->bias.copy_(ensemble->linears[layer]->bias.chunk(3)[k]);
    }
    EXPECT_TRUE(at::allclose(found[k], alone->forward(x), 1e-5, 1e-6));
  }
  EXPECT_FALSE(at::allclose(found[0], found[1], 1e-2, 1e-2));
}

TEST(MlpEnsemble, BeginsInTheRangeOfOnePerceptron) {
  MlpEnsemble ensemble = made(50, 3);
  const double bound = 1.0 / std::sqrt(4.0);  // four units lead to the output
  EXPECT_LE(ensemble->linears.back()->weight.abs().max().item<double>(), bound);
  EXPECT_GT(ensemble->linears.back()->weight.abs().max().item<double>(), 0.95 * bound);
}

TEST(MlpEnsemble, GradientsEqualFiniteDifferences) {
  MlpEnsemble ensemble = made(2, 4);
  ensemble->to(at::kDouble);
  math::TensorGenerator rng(5);
  const auto function = [&](const std::vector<Tensor>& in) { return ensemble->forward(in[0]).square().sum(); };
  EXPECT_LT(gradient_error(function, {rng.normal({4, 3}, at::kDouble)}), 1e-7);
}

}  // namespace
}  // namespace vrkn::nn::mlp_ensemble_test
