#include "vrkn/evaluation/filtered_episode.h"

#include <vector>

#include <ATen/ATen.h>

namespace vrkn::evaluation {

using at::Tensor;

model::SensorEmbeddings embeddings_at(const model::SensorEmbeddings& embeddings, int64_t first, int64_t count) {
  model::SensorEmbeddings result;
  for (const Tensor& embedding : embeddings.values) result.values.push_back(embedding.narrow(0, first, count));
  for (const Tensor& valid : embeddings.valid) result.valid.push_back(valid.narrow(0, first, count));
  return result;
}

model::Belief filter_episode(model::StateSpaceModel& model, const model::SensorEmbeddings& embeddings,
                             const Tensor& actions, math::TensorGenerator& rng) {
  const model::Sampling map{rng, /*dropout=*/false};
  std::vector<model::Belief> posteriors;
  for (int64_t t = 0; t < actions.size(0); ++t) {
    const model::Belief prior =
        t == 0 ? model.initial(1, map) : model.predict(posteriors.back(), actions.narrow(0, t, 1), map);
    posteriors.push_back(model.update(prior, embeddings_at(embeddings, t, 1), map));
  }
  return model::join_rows(posteriors);
}

Tensor action_windows(const Tensor& actions, int64_t horizon) {
  const int64_t L = actions.size(0);
  const Tensor padded = at::constant_pad_nd(actions, {0, 0, 0, horizon});
  return padded.narrow(0, 1, L + horizon - 1).unfold(0, horizon, 1).transpose(1, 2).contiguous();
}

}  // namespace vrkn::evaluation
