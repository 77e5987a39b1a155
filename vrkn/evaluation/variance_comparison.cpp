#include "vrkn/evaluation/variance_comparison.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/evaluation/filtered_episode.h"
#include "vrkn/math/to_doubles.h"
#include "vrkn/math/total_variance.h"

namespace vrkn::evaluation {

using at::Tensor;

namespace {

/// Valid readings of one sensor, as doubles.
Tensor valid_values(std::span<const data::Episode> episodes, size_t sensor) {
  std::vector<Tensor> all;
  for (const data::Episode& episode : episodes) {
    const data::Readings& readings = episode.observations[sensor];
    all.push_back(readings.values.index({readings.valid}).to(at::kDouble));
  }
  return at::cat(all);
}

/// Means over the elements [P, ...] -> [P], as shares of the scatter; of vectors over those that scatter at all. NaN
/// where nothing does.
Tensor shares(const Tensor& values, const Tensor& scatter) {
  const Tensor host = values.to(at::kCPU, at::kDouble).reshape({values.size(0), -1});
  const Tensor counts = scatter.expand({host.size(1)}) > 0.0;
  return (host / scatter).index({at::indexing::Slice(), counts}).mean(1);
}

/// What is predicted of one quantity so many steps ahead of B states: outcomes [B, M, K, R, ...].
struct PredictedParts {
  math::NestedVarianceParts variances;
  /// Of the mean, because it is of finitely many outcomes.
  Tensor of_mean;
};

PredictedParts predicted_parts(const Tensor& outcomes) {
  const auto M = static_cast<double>(outcomes.size(1)), K = static_cast<double>(outcomes.size(2)),
             R = static_cast<double>(outcomes.size(3));
  math::NestedVarianceParts parts = math::nested_variance(outcomes);
  Tensor of_mean = parts.epistemic / M + parts.state / (M * K) + parts.transition / (M * K * R);
  return {std::move(parts), std::move(of_mean)};
}

/// The same in raw units.
PredictedParts in_raw_units(const model::Codec& codec, const PredictedParts& parts) {
  const Tensor squared_unit = codec.unit().square();
  return {{codec.denormalise(parts.variances.mean), parts.variances.transition * squared_unit,
           parts.variances.state * squared_unit, parts.variances.epistemic * squared_unit},
          parts.of_mean * squared_unit};
}

}  // namespace

Scatter scatter_of(std::span<const data::Episode> episodes, std::span<const env::SensorSpec> sensors) {
  Scatter scatter;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const Tensor var = valid_values(episodes, s).var(at::IntArrayRef{0}, /*correction=*/0);
    scatter.sensors.push_back(sensors[s].kind == env::SensorKind::kImage ? var.mean().view({1}) : var);
  }
  std::vector<Tensor> rewards;
  for (const data::Episode& episode : episodes) rewards.push_back(episode.rewards.narrow(0, 1, episode.length() - 1));
  scatter.reward = at::cat(rewards).to(at::kDouble).var(at::IntArrayRef{0}, /*correction=*/0).view({1});
  return scatter;
}

VarianceComparison::VarianceComparison(model::WorldModel& model, BranchOptions options, BranchingCounts counts,
                                       Scatter scatter)
    : model_(model), options_(std::move(options)), counts_(counts), scatter_(std::move(scatter)) {
  options_.validate();
  if (counts_.outcomes.draws < 2 || counts_.outcomes.samples < 2 || counts_.ways < 2) {
    throw ConfigError("draws, states and ways must each be at least 2, but are " +
                      std::to_string(counts_.outcomes.draws) + ", " + std::to_string(counts_.outcomes.samples) +
                      " and " + std::to_string(counts_.ways));
  }
  std::vector<VarianceHorizon> horizons;
  for (const int64_t step : options_.steps_ahead) horizons.emplace_back().steps_ahead = step;
  if (model_.reconstructs()) {
    for (const env::SensorSpec& sensor : model_.sensors()) quantities_.push_back({sensor.name, horizons});
  }
  if (model_.learns_reward()) quantities_.push_back({"reward", horizons});
}

void VarianceComparison::add(const data::Episode& episode, const TrueFutures& truth, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const c10::Device device = rng.device();
  const Tensor actions = episode.actions.to(device);
  const model::SensorEmbeddings embeddings = model_.encode(data::to(episode.observations, device), rng);
  const model::Belief posteriors = filter_episode(model_.dynamics(), embeddings, actions, rng);
  const Tensor windows = action_windows(actions, options_.steps_ahead.back());
  const auto P = static_cast<int64_t>(truth.from.size());
  const int64_t rows_per_state = counts_.outcomes.draws * counts_.outcomes.samples * counts_.ways;
  const int64_t portion = std::max<int64_t>(1, kRowsAtOnce / rows_per_state);

  // Per quantity and step, what the portions found: [P] each.
  struct Found {
    std::vector<Tensor> truth, reading, transition, state, epistemic, noise, error;
  };
  std::vector<std::vector<Found>> found(quantities_.size(), std::vector<Found>(options_.steps_ahead.size()));
  const auto account = [&](Found& to, const PredictedParts& parts, const Tensor& noise, const FutureMoments& future,
                           double reading_noise, const Tensor& scatter) {
    const auto& [mean, transition, state, epistemic] = parts.variances;
    const Tensor squared = (mean.to(at::kCPU, at::kDouble) - future.mean).square();
    // Both means are of finitely many outcomes, whose scatter is no error.
    const Tensor by_chance =
        future.var / static_cast<double>(options_.futures) + parts.of_mean.to(at::kCPU, at::kDouble);
    to.error.push_back(shares(squared - by_chance, scatter));
    to.truth.push_back(shares(future.var, scatter));
    to.reading.push_back(shares(at::full_like(future.var, reading_noise), scatter));
    to.transition.push_back(shares(transition, scatter));
    to.state.push_back(shares(state, scatter));
    to.epistemic.push_back(shares(epistemic, scatter));
    to.noise.push_back(shares(noise.expand(transition.sizes()), scatter));
  };

  for (int64_t first = 0; first < P; first += portion) {
    const int64_t count = std::min(portion, P - first);
    std::vector<model::Belief> from;
    std::vector<Tensor> taken;
    for (int64_t i = first; i < first + count; ++i) {
      const int64_t t = truth.from[static_cast<size_t>(i)];
      from.push_back(model::rows(posteriors, t, 1));
      taken.push_back(windows[t]);
    }
    const std::vector<Tensor> futures = model::sample_branching_futures(
        model_.dynamics(), model::join_rows(from), at::stack(taken), counts_.outcomes, counts_.ways, rng);
    for (size_t i = 0; i < options_.steps_ahead.size(); ++i) {
      const Tensor& features = futures[static_cast<size_t>(options_.steps_ahead[i] - 1)];
      const auto at_step = [&](const Tensor& values) {
        return values.narrow(0, first, count).select(1, static_cast<int64_t>(i));
      };
      const auto truth_of = [&](const FutureMoments& future) {
        return FutureMoments{at_step(future.mean), at_step(future.var)};
      };
      const auto outcomes = [&](const Tensor& values) {  // [B * M * K * R, ...]
        std::vector<int64_t> sizes = features.sizes().slice(0, 4).vec();
        sizes.insert(sizes.end(), values.sizes().begin() + 1, values.sizes().end());
        return values.view(sizes);
      };
      const Tensor rows = features.flatten(0, 3);
      size_t q = 0;
      for (size_t s = 0; model_.reconstructs() && s < model_.sensors().size(); ++s, ++q) {
        model::Codec& codec = model_.codec(s);
        account(found[q][i], in_raw_units(codec, predicted_parts(outcomes(codec.decode(rows)))),
                model_.sensor_var(s) * codec.unit().square(), truth_of(truth.sensors[s]), truth.reading_noise[s],
                scatter_.sensors[s]);
      }
      if (model_.learns_reward()) {
        account(found[q][i], predicted_parts(outcomes(model_.predict_reward(rows))), model_.reward_var(),
                truth_of(truth.reward), /*reading_noise=*/0.0, scatter_.reward);
      }
    }
  }

  const auto mean = [](const std::vector<Tensor>& portions) { return at::cat(portions).mean().item<double>(); };
  const auto append = [](std::vector<double>& to, const std::vector<Tensor>& portions) {
    std::ranges::copy(math::to_doubles(at::cat(portions)), std::back_inserter(to));
  };
  for (size_t q = 0; q < quantities_.size(); ++q) {
    for (size_t i = 0; i < options_.steps_ahead.size(); ++i) {
      const Found& parts = found[q][i];
      VarianceHorizon& horizon = quantities_[q].horizons[i];
      horizon.episodes.push_back({.truth = mean(parts.truth),
                                  .reading = mean(parts.reading),
                                  .transition = mean(parts.transition),
                                  .state = mean(parts.state),
                                  .epistemic = mean(parts.epistemic),
                                  .noise = mean(parts.noise),
                                  .error = mean(parts.error)});
      append(horizon.truth_by_state, parts.truth);
      append(horizon.transition_by_state, parts.transition);
    }
  }
}

}  // namespace vrkn::evaluation
