#pragma once

#include <ATen/ATen.h>

#include "vrkn/model/state_space_model.h"

namespace vrkn {

/// What a state space model infers from: [2, 5] steps of two sensors with embeddings of size 3 and 5, and actions of
/// size 2, in double.
struct EmbeddedSequence {
  model::SensorEmbeddings embeddings;
  at::Tensor actions;

  model::SensorEmbeddings embeddings_at(int64_t t) const {
    model::SensorEmbeddings result;
    for (const at::Tensor& embedding : embeddings.values) result.values.push_back(embedding.select(1, t));
    for (const at::Tensor& valid : embeddings.valid) result.valid.push_back(valid.select(1, t));
    return result;
  }
};

inline EmbeddedSequence random_sequence(uint64_t seed) {
  math::TensorGenerator rng(seed);
  const auto normal = [&](int64_t size) { return rng.normal({2, 5, size}, at::kDouble); };
  const auto flags = [&] { return (rng.uniform({2, 5, 1}, at::kDouble) < 0.7).to(at::kDouble); };
  return {{{normal(3), normal(5)}, {flags(), flags()}}, normal(2)};
}

inline model::Inference infer(model::StateSpaceModel& model, const EmbeddedSequence& sequence, bool dropout = false,
                              uint64_t seed = 7) {
  math::TensorGenerator rng(seed);
  return model.infer(sequence.embeddings, sequence.actions, {rng, dropout});
}

}  // namespace vrkn
