#include "vrkn/nn/mlp.h"

#include <string>

#include "vrkn/nn/affine.h"

namespace vrkn::nn {

MlpImpl::MlpImpl(MlpOptions mlp_options) : options(mlp_options) {
  reset();
}

void MlpImpl::reset() {
  linears.clear();
  int64_t width = options.input;
  for (int64_t i = 0; i < options.layers; ++i) {
    linears.push_back(register_module("hidden" + std::to_string(i), torch::nn::Linear(width, options.hidden)));
    width = options.hidden;
  }
  if (options.output > 0) linears.push_back(register_module("output", torch::nn::Linear(width, options.output)));
}

at::Tensor MlpImpl::forward(at::Tensor x) {
  const auto hidden_count = static_cast<size_t>(options.layers);
  for (size_t i = 0; i < linears.size(); ++i) {
    x = affine(x, linears[i]);
    if (i < hidden_count) x = activate(options.nonlinearity, x);
  }
  return x;
}

}  // namespace vrkn::nn
