#pragma once

#include "vrkn/model/state_space_model.h"

namespace vrkn::evaluation {

/// Rows of predictions that go through the networks at once: bounds the memory that pictures take.
inline constexpr int64_t kRowsAtOnce = 2000;

/// The embeddings of the steps first ... first + count - 1 of an episode, [L, ...] -> [count, ...].
model::SensorEmbeddings embeddings_at(const model::SensorEmbeddings& embeddings, int64_t first, int64_t count);

/// The posteriors of all L steps of one episode, [L, ...], under the MAP weights. Embeddings have leading [L], actions
/// are [L, A], and actions[t] led into step t.
model::Belief filter_episode(model::StateSpaceModel& model, const model::SensorEmbeddings& embeddings,
                             const at::Tensor& actions, math::TensorGenerator& rng);

/// The actions that follow every step: [L, A] -> [L, H, A], zeros beyond the end.
at::Tensor action_windows(const at::Tensor& actions, int64_t horizon);

}  // namespace vrkn::evaluation
