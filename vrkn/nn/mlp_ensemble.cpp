#include "vrkn/nn/mlp_ensemble.h"

#include <string>

#include <ATen/ATen.h>

#include "vrkn/nn/affine.h"

namespace vrkn::nn {
namespace {

/// The weights and the biases of a layer, one member's after the other's: [K, out, in] and [K, 1, out].
struct Layer {
  at::Tensor weight, bias;
};

Layer layer_of(const torch::nn::Linear& linear, int64_t members) {
  return {linear->weight.view({members, -1, linear->weight.size(1)}), linear->bias.view({members, 1, -1})};
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
  const at::Tensor rows = x.reshape({-1, options.input});
  std::vector<Layer> layers;
  for (const torch::nn::Linear& linear : linears) layers.push_back(layer_of(linear, members));
  const auto through = [&](at::Tensor y, const auto& product) {
    for (size_t i = 0; i < layers.size(); ++i) {
      y = product(y, layers[i]);
      if (i < hidden_count) y = activate(options.nonlinearity, y);
    }
    return y;
  };

  at::Tensor found;
  if (x.is_cpu()) {  // one member after the other, whose arrays are smaller, by our own products
    std::vector<at::Tensor> each;
    for (int64_t k = 0; k < members; ++k) {
      each.push_back(through(
          rows, [k](const at::Tensor& y, const Layer& layer) { return affine(y, layer.weight[k], layer.bias[k][0]); }));
    }
    found = at::stack(each);
  } else {
    found = through(rows.expand({members, -1, -1}), [](const at::Tensor& y, const Layer& layer) {
      return at::baddbmm(layer.bias, y, layer.weight.transpose(1, 2));
    });
  }
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = found.size(-1);
  sizes.insert(sizes.begin(), members);
  return found.view(sizes);
}

}  // namespace vrkn::nn
