#include "vrkn/nn/mlp.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradient_check.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/initialise.h"

namespace vrkn::nn::mlp_test {
namespace {

TEST(Mlp, IsTheProductOfItsLayers) {
  Mlp mlp(MlpOptions{.input = 3, .hidden = 4, .layers = 1, .output = 2});
  math::TensorGenerator rng(1);
  initialise(*mlp, rng);
  const at::Tensor x = rng.normal({5, 7, 3});
  const auto& [hidden, output] = std::tie(mlp->linears[0], mlp->linears[1]);
  const at::Tensor expected =
      at::elu(x.matmul(hidden->weight.t()) + hidden->bias).matmul(output->weight.t()) + output->bias;
  EXPECT_TRUE(at::allclose(mlp->forward(x), expected, 1e-5, 1e-6));
}

TEST(Mlp, GradientsEqualFiniteDifferences) {
  for (const Nonlinearity nonlinearity : {Nonlinearity::kElu, Nonlinearity::kRelu}) {
    Mlp mlp(MlpOptions{.input = 3, .hidden = 4, .layers = 2, .output = 2, .nonlinearity = nonlinearity});
    math::TensorGenerator rng(2);
    initialise(*mlp, rng);
    mlp->to(at::kDouble);
    const auto function = [&](const std::vector<at::Tensor>& in) { return mlp->forward(in[0]).square().sum(); };
    EXPECT_LT(gradient_error(function, {rng.normal({4, 3}, at::kDouble)}), 1e-7);
    EXPECT_LT(gradient_error(function, {rng.normal({2, 3, 3}, at::kDouble)}), 1e-7);
  }
}

TEST(Initialise, IsAFunctionOfTheSeedAndKeepsItsBounds) {
  GruCell a(5, 16), b(5, 16);
  math::TensorGenerator first(3), second(3);
  initialise(*a, first);
  initialise(*b, second);
  EXPECT_TRUE(at::equal(a->input_weight, b->input_weight));
  EXPECT_TRUE(at::equal(a->memory_bias, b->memory_bias));
  EXPECT_LE(a->input_weight.abs().max().item<double>(), 0.25);
  EXPECT_GT(a->memory_weight.abs().max().item<double>(), 0.24);
}

TEST(GruCell, IsTheTextbookUnit) {
  GruCell cell(2, 3);
  math::TensorGenerator rng(4);
  initialise(*cell, rng);
  const at::Tensor x = rng.normal({4, 2}), h = rng.normal({4, 3});
  const auto in = (x.matmul(cell->input_weight.t()) + cell->input_bias).chunk(3, 1);
  const auto mem = (h.matmul(cell->memory_weight.t()) + cell->memory_bias).chunk(3, 1);
  const at::Tensor reset = at::sigmoid(in[0] + mem[0]), keep = at::sigmoid(in[1] + mem[1]);
  const at::Tensor candidate = at::tanh(in[2] + reset * mem[2]);
  EXPECT_TRUE(at::allclose(cell->forward(x, h), (1 - keep) * candidate + keep * h, 1e-5, 1e-6));
  EXPECT_TRUE(
      at::allclose(cell->forward_embedded(cell->embed(x), h, cell->layers().memory), cell->forward(x, h), 1e-5, 1e-6));
}

}  // namespace
}  // namespace vrkn::nn::mlp_test
