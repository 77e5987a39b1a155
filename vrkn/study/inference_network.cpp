#include "vrkn/study/inference_network.h"

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <torch/utils.h>

namespace vrkn::study {
namespace {

using at::Tensor;

/// Any square matrices to lower triangular ones with positive diagonals.
Tensor to_root(const Tensor& raw) {
  return at::tril(raw, -1) + at::diag_embed(raw.diagonal(0, -2, -1).exp());
}
Tensor identity(int64_t size) {
  return at::eye(size, at::kDouble);
}

}  // namespace

LinearFilterInference::LinearFilterInference(int64_t size, double observation_var) {
  const double log_std = 0.5 * std::log(observation_var);
  factor_ = register_parameter("factor", 0.5 * identity(size));
  gain_ = register_parameter("gain", 0.5 * identity(size));
  root_ = register_parameter("root", log_std * identity(size));
  first_gain_ = register_parameter("first_gain", identity(size));
  first_root_ = register_parameter("first_root", log_std * identity(size));
}

ConditionalChain LinearFilterInference::infer(const Tensor& observations) {
  const Tensor later = observations.narrow(1, 1, observations.size(1) - 1);
  return {.first_mean = at::matmul(observations.select(1, 0), first_gain_.t()),
          .first_root = to_root(first_root_).unsqueeze(0),
          .factor = factor_.unsqueeze(0).unsqueeze(0),
          .offset = at::matmul(later, gain_.t()),
          .root = to_root(root_).unsqueeze(0).unsqueeze(0)};
}

LocallyLinearHead::LocallyLinearHead(int64_t features, int64_t size, bool with_factor)
    : size_(size), with_factor_(with_factor) {
  linear_ = register_module("linear", torch::nn::Linear(features, size + (with_factor ? 2 : 1) * size * size));
}

LocallyLinearHead::Output LocallyLinearHead::forward(const Tensor& features) {
  std::vector<int64_t> matrix = features.sizes().vec();
  matrix.back() = size_;
  matrix.push_back(size_);
  const std::vector<Tensor> parts = linear_->forward(features).split_with_sizes(
      with_factor_ ? std::vector<int64_t>{size_, size_ * size_, size_ * size_}
                   : std::vector<int64_t>{size_, size_ * size_},
      -1);
  // Near a standard deviation of 0.1 at first.
  const Tensor root = to_root(parts[1].reshape(matrix) - 2.0 * identity(size_));
  return {with_factor_ ? parts[2].reshape(matrix) : Tensor(), parts[0], root};
}

FilterNetwork::FilterNetwork(int64_t size, int64_t hidden) {
  const nn::MlpOptions options{.input = size, .hidden = hidden, .layers = 2};
  body_ = register_module("body", nn::Mlp(options));
  first_body_ = register_module("first_body", nn::Mlp(options));
  head_ = register_module("head", std::make_shared<LocallyLinearHead>(hidden + size, size, true));
  first_head_ = register_module("first_head", std::make_shared<LocallyLinearHead>(hidden + size, size, false));
}

ConditionalChain FilterNetwork::infer(const Tensor& observations) {
  const Tensor first = observations.select(1, 0);
  const Tensor later = observations.narrow(1, 1, observations.size(1) - 1);
  const auto begin = first_head_->forward(at::cat({first_body_->forward(first), first}, -1));
  const auto rest = head_->forward(at::cat({body_->forward(later), later}, -1));
  return {begin.offset, begin.root, rest.factor, rest.offset, rest.root};
}

SmootherNetwork::SmootherNetwork(int64_t size, int64_t hidden) {
  backward_ = register_module("backward", nn::GruCell(size, hidden));
  last_memory_ = register_parameter("last_memory", at::zeros({hidden}));
  head_ = register_module("head", std::make_shared<LocallyLinearHead>(hidden + size, size, true));
  first_head_ = register_module("first_head", std::make_shared<LocallyLinearHead>(hidden + size, size, false));
}

ConditionalChain SmootherNetwork::infer(const Tensor& observations) {
  const int64_t N = observations.size(0), T = observations.size(1);
  const Tensor last = last_memory_.expand({1, N, last_memory_.size(0)});
  const std::vector<Tensor> weights{backward_->input_weight, backward_->memory_weight, backward_->input_bias,
                                    backward_->memory_bias};
  const Tensor memories = std::get<0>(at::gru(observations.flip(1), last, weights, /*has_biases=*/true,
                                              /*num_layers=*/1, /*dropout=*/0.0, /*train=*/false,
                                              /*bidirectional=*/false, /*batch_first=*/true));
  const Tensor features = at::cat({memories.flip(1), observations}, -1);
  const auto begin = first_head_->forward(features.select(1, 0));
  const auto rest = head_->forward(features.narrow(1, 1, T - 1));
  return {begin.offset, begin.root, rest.factor, rest.offset, rest.root};
}

}  // namespace vrkn::study
