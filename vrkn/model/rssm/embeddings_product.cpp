#include "vrkn/model/rssm/embeddings_product.h"

#include <numeric>

#include <ATen/ATen.h>

#include "vrkn/nn/affine.h"

namespace vrkn::model {

int64_t embeddings_size(const std::vector<int64_t>& embedding_sizes) {
  const auto sensors = static_cast<int64_t>(embedding_sizes.size());
  return std::accumulate(embedding_sizes.begin(), embedding_sizes.end(), sensors);
}

at::Tensor embeddings_product(const SensorEmbeddings& embeddings, const at::Tensor& weight) {
  const size_t sensors = embeddings.values.size();
  const int64_t first_flag = weight.size(1) - static_cast<int64_t>(sensors);
  at::Tensor sum;
  int64_t offset = 0;
  for (size_t s = 0; s < sensors; ++s) {
    const at::Tensor& embedding = embeddings.values[s];
    const at::Tensor part = weight.narrow(1, offset, embedding.size(-1));
    const at::Tensor flag = weight.select(1, first_flag + static_cast<int64_t>(s));
    const at::Tensor product = nn::affine(embedding, part, flag) * embeddings.valid[s];
    sum = sum.defined() ? sum + product : product;
    offset += embedding.size(-1);
  }
  return sum;
}

}  // namespace vrkn::model
