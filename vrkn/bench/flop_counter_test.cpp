#include "vrkn/bench/flop_counter.h"

#include <thread>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "vrkn/nn/gru_cell.h"
#include "vrkn/nn/image_encoder.h"
#include "vrkn/nn/mlp.h"
#include "vrkn/nn/transposed_conv.h"

namespace vrkn::bench::flop_counter_test {
namespace {

at::Tensor numbers(std::vector<int64_t> sizes) {
  return at::full(sizes, 0.5);
}

TEST(FlopCounter, ProductsByHand) {
  const at::Tensor a = numbers({3, 5}), b = numbers({5, 7}), c = numbers({3, 7}), v = numbers({5});
  const at::Tensor batch_a = numbers({4, 3, 5}), batch_b = numbers({4, 5, 7}), batch_c = numbers({4, 3, 7});
  const double once = 2.0 * 3 * 5 * 7;
  EXPECT_DOUBLE_EQ(count_flop([&] { at::mm(a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::addmm(c, a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::matmul(a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::bmm(batch_a, batch_b); }), 4 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::baddbmm(batch_c, batch_a, batch_b); }), 4 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::addbmm(c, batch_a, batch_b); }), 4 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::matmul(batch_a, b); }), 4 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::linear(a, b.t()); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::linear(batch_a, b.t(), numbers({7})); }), 4 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::mv(a, v); }), 2.0 * 3 * 5);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::dot(v, v); }), 2.0 * 5);
}

TEST(FlopCounter, OutputsGivenAndProductsInPlaceCountToo) {
  const at::Tensor a = numbers({3, 5}), b = numbers({5, 7});
  at::Tensor c = numbers({3, 7}), d = numbers({4, 3, 7});
  const double once = 2.0 * 3 * 5 * 7;
  EXPECT_DOUBLE_EQ(count_flop([&] { at::mm_out(c, a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::addmm_out(c, c, a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { c.addmm_(a, b); }), once);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::bmm_out(d, numbers({4, 3, 5}), numbers({4, 5, 7})); }), 4 * once);
}

TEST(FlopCounter, ElementwiseWorkCountsNothing) {
  const at::Tensor a = numbers({30, 50}).requires_grad_();
  EXPECT_DOUBLE_EQ(count_flop([&] { (a * a).tanh().sum().backward(); }), 0.0);
  EXPECT_DOUBLE_EQ(count_flop([] {}), 0.0);
}

TEST(FlopCounter, MlpForwardAndBackward) {
  constexpr int64_t kRows = 6, kIn = 4, kHidden = 9, kOut = 3;
  nn::Mlp mlp(nn::MlpOptions{.input = kIn, .hidden = kHidden, .layers = 2, .output = kOut});
  const at::Tensor x = numbers({kRows, kIn});
  const double first = 2.0 * kRows * kIn * kHidden, second = 2.0 * kRows * kHidden * kHidden,
               last = 2.0 * kRows * kHidden * kOut;
  EXPECT_DOUBLE_EQ(count_flop([&] { mlp->forward(x); }), first + second + last);
  // Nobody asks for the gradient of the input.
  EXPECT_DOUBLE_EQ(count_flop([&] { mlp->forward(x).sum().backward(); }), 2 * first + 3 * second + 3 * last);
  const at::Tensor wanted = x.clone().requires_grad_();
  EXPECT_DOUBLE_EQ(count_flop([&] { mlp->forward(wanted).sum().backward(); }), 3 * (first + second + last));
  const at::InferenceMode inference;
  EXPECT_DOUBLE_EQ(count_flop([&] { mlp->forward(x); }), first + second + last);
}

TEST(FlopCounter, GatedUnit) {
  constexpr int64_t kRows = 6, kIn = 4, kMemory = 5;
  nn::GruCell cell(kIn, kMemory);
  const at::Tensor x = numbers({kRows, kIn}).requires_grad_(), memory = numbers({kRows, kMemory}).requires_grad_();
  const double once = 2.0 * kRows * (kIn + kMemory) * 3 * kMemory;
  EXPECT_DOUBLE_EQ(count_flop([&] { cell->forward(x, memory).sum().backward(); }), 3 * once);
}

TEST(FlopCounter, ConvolutionByHand) {
  // 2 images of 3 x 11 x 9, kernels 4 x 3 with strides 2 and 1, padding 1 and 0: 5 x 7 outputs of 8 channels.
  const at::Tensor x = numbers({2, 3, 11, 9}), weight = numbers({8, 3, 4, 3}), bias = numbers({8});
  const double once = 2.0 * (2 * 8 * 5 * 7) * (3 * 4 * 3);
  const auto convolve = [&](const at::Tensor& input, const at::Tensor& kernel) {
    const at::Tensor y = at::conv2d(input, kernel, bias, {2, 1}, {1, 0});
    EXPECT_EQ(y.sizes(), (std::vector<int64_t>{2, 8, 5, 7}));
    return y;
  };
  EXPECT_DOUBLE_EQ(count_flop([&] { convolve(x, weight); }), once);
  const at::Tensor learned = weight.clone().requires_grad_(), wanted = x.clone().requires_grad_();
  EXPECT_DOUBLE_EQ(count_flop([&] { convolve(x, learned).sum().backward(); }), 2 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { convolve(wanted, weight).sum().backward(); }), 2 * once);
  EXPECT_DOUBLE_EQ(count_flop([&] { convolve(wanted, learned).sum().backward(); }), 3 * once);
}

TEST(FlopCounter, GroupsAndDilation) {
  // Two groups of 2 input channels each; a kernel of 3 with dilation 2 spans 5 pixels, so 6 of 8 + 2 are left.
  const at::Tensor x = numbers({1, 4, 8, 8}), weight = numbers({6, 2, 3, 3});
  const std::vector<int64_t> stride = {1}, padding = {1}, dilation = {2};
  const double once = 2.0 * (6 * 6 * 6) * (2 * 3 * 3);
  EXPECT_DOUBLE_EQ(count_flop([&] {
                     const at::Tensor y = at::conv2d(x, weight, {}, stride, padding, dilation, /*groups=*/2);
                     EXPECT_EQ(y.numel(), 6 * 6 * 6);
                   }),
                   once);
}

/// 2 inputs of 6 x 5 x 4, kernels 6 x 6: every number of the input meets 8 x 6 x 6 weights.
constexpr double kTransposedOnce = 2.0 * (2 * 6 * 5 * 4) * (8 * 6 * 6);

TEST(FlopCounter, TransposedConvolutionOfLibTorch) {
  const at::Tensor x = numbers({2, 6, 5, 4}).requires_grad_(), weight = numbers({6, 8, 6, 6}).requires_grad_();
  EXPECT_DOUBLE_EQ(count_flop([&] { at::conv_transpose2d(x.detach(), weight.detach(), {}, 2); }), kTransposedOnce);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::conv_transpose2d(x, weight, {}, 2).sum().backward(); }), 3 * kTransposedOnce);
  EXPECT_DOUBLE_EQ(count_flop([&] { at::conv_transpose2d(x.detach(), weight, {}, 2).sum().backward(); }),
                   2 * kTransposedOnce);
}

TEST(FlopCounter, TransposedConvolutionThroughConvolution) {
  const at::Tensor x = numbers({2, 6, 5, 4}).requires_grad_();
  nn::TransposedConv layer(6, 8, 6);
  EXPECT_DOUBLE_EQ(count_flop([&] { layer->forward(x.detach()); }), kTransposedOnce);
  EXPECT_DOUBLE_EQ(count_flop([&] { layer->forward(x).sum().backward(); }), 3 * kTransposedOnce);
}

TEST(FlopCounter, ImageEncoder) {
  constexpr int64_t kImages = 3;
  nn::ImageEncoder encoder(/*size=*/32, /*depth=*/4);
  const double first = 2.0 * kImages * (4 * 15 * 15) * (3 * 16), second = 2.0 * kImages * (8 * 6 * 6) * (4 * 16),
               third = 2.0 * kImages * (16 * 2 * 2) * (8 * 16);
  EXPECT_DOUBLE_EQ(count_flop([&] {
                     encoder->forward(numbers({kImages, 3, 32, 32})).sum().backward();
                   }),
                   2 * first + 3 * second + 3 * third);
}

/// A product that an operator of our own takes, forwards into memory of its own and backwards without a graph.
struct OwnProduct : torch::autograd::Function<OwnProduct> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& a, const at::Tensor& b) {
    context->save_for_backward({a, b});
    at::Tensor c = at::empty({a.size(0), b.size(1)});
    at::mm_out(c, a, b);
    return c;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    at::Tensor a_gradient = at::empty_like(saved[0]);
    at::mm_out(a_gradient, gradients[0], saved[1].t());
    return {a_gradient, saved[0].t().mm(gradients[0])};
  }
};

TEST(FlopCounter, SeesProductsInsideOperatorsOfOurOwn) {
  const at::Tensor a = numbers({3, 5}).requires_grad_(), b = numbers({5, 7}).requires_grad_();
  EXPECT_DOUBLE_EQ(count_flop([&] { OwnProduct::apply(a, b).sum().backward(); }), 3 * 2.0 * 3 * 5 * 7);
}

// What it does not see, so that nobody relies on it: such as what loops of our own call in worker threads.
TEST(FlopCounter, DoesNotSeeWhatOtherThreadsCall) {
  const at::Tensor a = numbers({3, 5}), b = numbers({5, 7});
  EXPECT_DOUBLE_EQ(count_flop([&] { std::jthread([&] { at::mm(a, b); }); }), 0.0);
}

TEST(FlopCounter, HearsNothingAfterItsEnd) {
  const at::Tensor a = numbers({3, 5}), b = numbers({5, 7});
  const auto counter = std::make_shared<FlopCounter>();
  { const ObserverScope observed(counter, /*inputs=*/true); }
  at::mm(a, b);
  EXPECT_DOUBLE_EQ(counter->flop(), 0.0);
}

}  // namespace
}  // namespace vrkn::bench::flop_counter_test
