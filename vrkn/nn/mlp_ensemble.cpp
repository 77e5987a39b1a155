#include "vrkn/nn/mlp_ensemble.h"

#include <ATen/ATen.h>

#include "vrkn/nn/affine.h"

namespace vrkn::nn {
namespace {

/// One layer of K members: x [K, R, in] -> [K, R, out].
at::Tensor affine_of_each(const at::Tensor& x, const torch::nn::Linear& layer) {
  const int64_t K = x.size(0);
  const at::Tensor weight = layer->weight.view({K, -1, x.size(2)}), bias = layer->bias.view({K, 1, -1});
  if (!x.is_cpu()) return at::baddbmm(bias, x, weight.transpose(1, 2));
  // Our own products, which are faster than batched ones of BLAS.
  std::vector<at::Tensor> each;
  for (int64_t k = 0; k < K; ++k) each.push_back(affine(x[k], weight[k], bias[k][0]));
  return at::stack(each);
}

}  // namespace

MlpEnsembleImpl::MlpEnsembleImpl(int64_t member_count, MlpOptions mlp_options)
    : members(member_count), options(mlp_options) {
  reset();
}

void MlpEnsembleImpl::reset() {
  linears.clear();
  int64_t width = options.input;
  for (int64_t i = 0; i < options.layers; ++i) {
    linears.push_back(
        register_module("hidden" + std::to_string(i), torch::nn::Linear(width, members * options.hidden)));
    width = options.hidden;
  }
  if (options.output > 0) {
    linears.push_back(register_module("output", torch::nn::Linear(width, members * options.output)));
  }
}

at::Tensor MlpEnsembleImpl::forward(const at::Tensor& x) {
  const auto hidden_count = static_cast<size_t>(options.layers);
  const at::Tensor rows = x.reshape({1, -1, options.input});
  at::Tensor y = rows.expand({members, rows.size(1), options.input});
  for (size_t i = 0; i < linears.size(); ++i) {
    y = affine_of_each(y, linears[i]);
    if (i < hidden_count) y = activate(options.nonlinearity, y);
  }
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = y.size(-1);
  sizes.insert(sizes.begin(), members);
  return y.view(sizes);
}

}  // namespace vrkn::nn
