#include "vrkn/model/rssm/smoother.h"

#include <ATen/ATen.h>

#include "vrkn/model/rssm/embeddings_product.h"
#include "vrkn/nn/affine.h"

namespace vrkn::model {

RssmSmootherImpl::RssmSmootherImpl(RssmConfig config_, std::vector<int64_t> embedding_sizes_)
    : config(std::move(config_)),
      embedding_sizes(std::move(embedding_sizes_)),
      nonlinearity(nn::nonlinearity_from(config.nonlinearity)) {
  reset();
}

void RssmSmootherImpl::reset() {
  const int64_t M = config.smoother_dim;
  input = register_module("input", torch::nn::Linear(embeddings_size(embedding_sizes), M));
  gate = register_module("gate", nn::GruCell(M, M, config.fused));
  output = register_module("output", torch::nn::Linear(M, M));
}

at::Tensor RssmSmootherImpl::forward(const SensorEmbeddings& embeddings) {
  const at::Tensor first = activate(nonlinearity, embeddings_product(embeddings, input->weight) + input->bias);
  const auto steps = gate->embed(first).unbind(1);
  std::vector<at::Tensor> memories(steps.size());
  at::Tensor memory = at::zeros({first.size(0), config.smoother_dim}, first.options());
  const nn::StepAffine memory_layer = gate->layers().memory;
  for (size_t t = steps.size(); t-- > 0;) memories[t] = memory = gate->forward_embedded(steps[t], memory, memory_layer);
  return activate(nonlinearity, nn::affine(at::stack(memories, 1), output));
}

}  // namespace vrkn::model
