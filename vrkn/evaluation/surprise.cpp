#include "vrkn/evaluation/surprise.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/evaluation/filtered_episode.h"
#include "vrkn/evaluation/open_loop_errors.h"
#include "vrkn/evaluation/prediction_error.h"
#include "vrkn/math/kalman.h"
#include "vrkn/math/to_doubles.h"

namespace vrkn::evaluation {

using at::Tensor;

namespace {

/// Sums over the elements that count, [B, ...] -> [B].
Tensor sum_where(const Tensor& counts, const Tensor& values) {
  return at::where(counts, values.to(at::kDouble), 0.0).reshape({values.size(0), -1}).sum(1);
}

}  // namespace

Surprise surprise_of(model::WorldModel& model, const data::Episode& episode, model::OutcomeCounts counts,
                     math::TensorGenerator& rng, agent::Disagreement* ensemble) {
  if (!model.reconstructs()) throw ConfigError("the model learns from rewards alone, so no reading can surprise it");
  const at::NoGradGuard no_grad;
  const data::Observations observations = data::to(episode.observations, rng.device());
  const Tensor actions = episode.actions.to(rng.device());
  const std::vector<Tensor> truths = model.normalise(observations, rng);
  const model::SensorEmbeddings embeddings = model.encode(observations, rng);
  const model::Belief posteriors = filter_episode(model.dynamics(), embeddings, actions, rng);
  const Tensor windows = action_windows(actions, 1);
  const int64_t steps = episode.length() - 1;
  const size_t sensors = model.sensors().size();
  std::vector<Tensor> heard;  // the values that count, per sensor, in the sizes of its readings
  for (const data::Readings& readings : observations) heard.push_back(values_that_count(readings));

  std::vector<Tensor> epistemic, density;
  const int64_t portion = std::max<int64_t>(1, kRowsAtOnce / (counts.draws * counts.samples));
  for (int64_t first = 0; first < steps; first += portion) {
    const int64_t count = std::min(portion, steps - first);
    const model::Forecast<model::Units::kNetwork> found = model::forecast(
        model, model::rows(posteriors, first, count), windows.narrow(0, first, count), counts, rng, {.reward = false});
    const auto zeros = [&] { return at::zeros({count}, actions.options().dtype(at::kDouble)); };
    Tensor excess = zeros(), all = zeros(), minus_log_density = zeros(), counted = zeros();
    for (size_t s = 0; s < sensors; ++s) {
      const model::Predicted<model::Units::kNetwork>& predicted = found.sensors[s];
      const math::DiagonalGaussian next{predicted.mean.squeeze(1), predicted.variance().squeeze(1)};
      const Tensor share = (predicted.epistemic / predicted.noise).squeeze(1);
      const Tensor everything = at::ones_like(share, at::kBool);
      excess += sum_where(everything, share);
      all += static_cast<double>(share.numel() / count);
      const Tensor counts_here = heard[s].narrow(0, first + 1, count).expand_as(share);
      const Tensor truth = truths[s].narrow(0, first + 1, count);
      const Tensor log_density = math::log_prob({next.mean.unsqueeze(-1), next.var.unsqueeze(-1)}, truth.unsqueeze(-1));
      minus_log_density -= sum_where(counts_here, log_density);
      counted += sum_where(counts_here, at::ones_like(share));
    }
    epistemic.push_back(excess / all);
    density.push_back(minus_log_density / counted);  // NaN where nothing counted
  }

  Surprise surprise{.epistemic = math::to_doubles(at::cat(epistemic)),
                    .density = math::to_doubles(at::cat(density)),
                    .error = prediction_errors(model, episode, rng),
                    .innovation = {},
                    .disagreement = {}};
  if (ensemble != nullptr) {
    const Tensor seen = model.dynamics().features(model::at_mean(model::rows(posteriors, 0, steps)));
    surprise.disagreement = math::to_doubles(ensemble->of(seen, windows.narrow(0, 0, steps).select(1, 0)));
  }
  const model::Belief priors = model.dynamics().predict(
      model::rows(posteriors, 0, steps), windows.narrow(0, 0, steps).select(1, 0), {rng, /*dropout=*/false});
  const auto innovations = model.dynamics().innovations(priors, embeddings_at(embeddings, 1, steps));
  if (innovations.empty()) return surprise;
  Tensor sum = at::zeros({steps}, actions.options()), sensors_heard = at::zeros_like(sum);
  for (size_t s = 0; s < sensors; ++s) {
    const Tensor valid = embeddings.valid[s].narrow(0, 1, steps).squeeze(1);
    const Tensor normalised = math::normalised_innovation_squared(innovations[s]);
    sum += at::where(valid > 0, normalised, 0.0);
    sensors_heard += valid;
  }
  surprise.innovation = math::to_doubles(sum / sensors_heard);
  return surprise;
}

}  // namespace vrkn::evaluation
