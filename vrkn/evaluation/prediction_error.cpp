#include "vrkn/evaluation/prediction_error.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/evaluation/filtered_episode.h"
#include "vrkn/evaluation/open_loop_errors.h"
#include "vrkn/math/to_doubles.h"

namespace vrkn::evaluation {

using at::Tensor;

namespace {

/// Features of what is expected of the steps 1 ... L - 1, each from the readings before it: [L - 1, F].
Tensor expected_features(model::StateSpaceModel& model, const model::SensorEmbeddings& embeddings,
                         const Tensor& actions, math::TensorGenerator& rng) {
  const model::Sampling map{rng, /*dropout=*/false};
  std::vector<Tensor> features;
  model::Belief prior = model::at_mean(model.initial(1, map));
  for (int64_t t = 0; t + 1 < actions.size(0); ++t) {
    const model::Belief posterior = model::at_mean(model.update(prior, embeddings_at(embeddings, t, 1), map));
    prior = model::at_mean(model.predict(posterior, actions.narrow(0, t + 1, 1), map));
    features.push_back(model.features(prior));
  }
  return at::cat(features);
}

}  // namespace

std::vector<double> prediction_errors(model::WorldModel& model, const data::Episode& episode,
                                      math::TensorGenerator& rng) {
  if (!model.reconstructs()) {
    throw ConfigError("the model learns from rewards alone, so it expects no reading");
  }
  const at::NoGradGuard no_grad;
  const data::Observations observations = data::to(episode.observations, rng.device());
  const std::vector<Tensor> truths = model.normalise(observations, rng);
  const Tensor features =
      expected_features(model.dynamics(), model.encode(observations, rng), episode.actions.to(rng.device()), rng);
  const int64_t steps = features.size(0);
  Tensor error = at::zeros({steps}, features.options().dtype(at::kDouble)), elements = at::zeros_like(error);
  for (size_t s = 0; s < model.sensors().size(); ++s) {
    const Tensor noise = model.sensor_var(s);
    if (noise.isinf().any().item<bool>()) continue;  // it weighs nothing, and its decoder has learned nothing
    const Tensor truth = truths[s].narrow(0, 1, steps);
    const Tensor counts = values_that_count(observations[s]).narrow(0, 1, steps).expand_as(truth);
    for (int64_t first = 0; first < steps; first += kRowsAtOnce) {
      const int64_t rows = std::min(kRowsAtOnce, steps - first);
      const auto part = [&](const Tensor& tensor) { return tensor.narrow(0, first, rows); };
      const Tensor squared = (part(truth) - model.codec(s).decode(part(features))).square() / noise;
      const auto sum = [&](const Tensor& values) {
        return at::where(part(counts), values.to(at::kDouble), 0.0).reshape({rows, -1}).sum(1);
      };
      part(error).add_(sum(squared));
      part(elements).add_(sum(at::ones_like(squared)));
    }
  }
  return math::to_doubles(error / elements);
}

}  // namespace vrkn::evaluation
