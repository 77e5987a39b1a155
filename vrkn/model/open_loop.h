#pragma once

#include <optional>
#include <vector>

#include "vrkn/model/world_model.h"

namespace vrkn::model {

/// What samples of the latent state say of one quantity.
struct Prediction {
  at::Tensor mean;  ///< float [B, T, ...], over the samples
  at::Tensor std;   ///< the same sizes: of the samples (n - 1), without the decoder's own variance; 0 for one sample

  bool defined() const { return mean.defined(); }
};

/// What a model says of sequences of which it saw only the beginning.
struct OpenLoop {
  /// Per sensor, raw readings; undefined of those that are not chosen; none when the model does not reconstruct.
  std::vector<Prediction> sensors;
  Prediction reward;  ///< [B, T]
};

/// Filters the first `context` steps of `batch`, then imagines the others: the model is given the actions that were
/// taken, and no observation. Each of `samples` rows per sequence is a chain of its own from the first step on. So with
/// `context` = T nothing is imagined, and what comes back are reconstructions from the posterior beliefs. Of the
/// sensors those alone are decoded that `chosen` numbers; unset: all.
///
/// Throws ShapeError unless 1 <= context <= T and samples >= 1, or when the batch does not fit the sensors; ConfigError
/// when `chosen` numbers a sensor that is not reconstructed.
OpenLoop open_loop(WorldModel& model, const data::Batch& batch, int64_t context, int64_t samples, Sampling sampling,
                   const std::optional<std::vector<size_t>>& chosen = {});

}  // namespace vrkn::model
