#include "vrkn/evaluation/uncertainty_evaluation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/evaluation/filtered_episode.h"
#include "vrkn/evaluation/open_loop_errors.h"
#include "vrkn/math/kalman.h"

namespace vrkn::evaluation {

using at::Tensor;

ForecastOptions usual_forecast(std::span<const env::SensorSpec> sensors) {
  const auto is_image = [](const env::SensorSpec& sensor) { return sensor.kind == env::SensorKind::kImage; };
  if (std::ranges::none_of(sensors, is_image)) return {};
  return {.horizon = 10, .counts = {.draws = 4, .samples = 4}};
}

namespace {

void check(const ForecastOptions& options) {
  const auto at_least = [](int64_t value, int64_t least, const char* what) {
    if (value >= least) return;
    throw ConfigError(std::string(what) + " is " + std::to_string(value) + ", but must be at least " +
                      std::to_string(least) + ".");
  };
  at_least(options.horizon, 1, "the horizon of predictions");
  at_least(options.counts.draws, 2, "the number of draws of the weights");
  at_least(options.counts.samples, 2, "the number of samples of the state");
  if (options.selection.steps && options.selection.steps->empty()) throw ConfigError("no step ahead was chosen");
  int64_t before = 0;
  for (const int64_t step : options.selection.steps.value_or(std::vector<int64_t>{})) {
    if (step < 1) throw ConfigError("a step ahead is " + std::to_string(step) + ", but must be at least 1");
    if (step <= before) {
      throw ConfigError("the steps ahead must rise, but " + std::to_string(step) + " comes after " +
                        std::to_string(before));
    }
    before = step;
  }
  if (before > options.horizon) {
    throw ConfigError("a step ahead is " + std::to_string(before) + ", but the horizon is " +
                      std::to_string(options.horizon));
  }
}

/// The numbers 1 ... horizon, unless there is a choice.
std::vector<int64_t> chosen_steps(const ForecastOptions& options) {
  if (options.selection.steps) return *options.selection.steps;
  std::vector<int64_t> all(static_cast<size_t>(options.horizon));
  std::iota(all.begin(), all.end(), 1);
  return all;
}

/// Values [L, H', ...] with NaN where the episode ends before step t + steps[i].
Tensor blank_beyond_end(Tensor values, const std::vector<int64_t>& steps) {
  const int64_t L = values.size(0);
  for (size_t i = 0; i < steps.size(); ++i) {
    const int64_t known = std::max<int64_t>(L - steps[i], 0);
    values.select(1, static_cast<int64_t>(i))
        .narrow(0, known, L - known)
        .fill_(std::numeric_limits<float>::quiet_NaN());
  }
  return values;
}

data::NamedArray float_array(std::string name, const Tensor& values) {
  const Tensor host = values.to(at::kCPU, at::kFloat).contiguous();
  const std::span<const float> numbers(host.data_ptr<float>(), static_cast<size_t>(host.numel()));
  return {std::move(name), data::make_array<float>(host.sizes().vec(), numbers)};
}

data::NamedArray flag_array(std::string name, const Tensor& flags) {
  const Tensor host = flags.to(at::kCPU, at::kByte).contiguous();
  const std::span<const uint8_t> numbers(host.data_ptr<uint8_t>(), static_cast<size_t>(host.numel()));
  return {std::move(name), data::make_flag_array(host.sizes().vec(), numbers)};
}

data::NamedArray steps_array(const std::vector<int64_t>& steps) {
  return {"steps_ahead", data::make_array<int64_t>({static_cast<int64_t>(steps.size())}, steps)};
}

/// One quantity over an episode, for the arrays that are written. Portions of steps come in order.
struct QuantityRecord {
  std::vector<Tensor> mean = {}, aleatoric = {}, epistemic = {};

  void add(const Tensor& mean_portion, const Tensor& aleatoric_portion, const Tensor& epistemic_portion) {
    mean.push_back(mean_portion);
    aleatoric.push_back(aleatoric_portion);
    epistemic.push_back(epistemic_portion);
  }
  /// The mean under the name of what it is.
  void write(const std::string& name, const std::string& mean_name, const std::vector<int64_t>& steps,
             std::vector<data::NamedArray>& arrays) const {
    arrays.push_back(float_array(name + "_" + mean_name, blank_beyond_end(at::cat(mean), steps)));
    arrays.push_back(float_array(name + "_aleatoric", blank_beyond_end(at::cat(aleatoric), steps)));
    arrays.push_back(float_array(name + "_epistemic", blank_beyond_end(at::cat(epistemic), steps)));
  }
};

/// Squared errors of pictures, averaged over the pixels that count: [B, H'], 0 beyond the end.
Tensor picture_errors(const Tensor& mean, int64_t first, const std::vector<int64_t>& steps, const Tensor& truth,
                      const Tensor& counts) {
  const int64_t L = truth.size(0), B = mean.size(0);
  Tensor squared_error = at::zeros(mean.sizes().slice(0, 2), mean.options());
  for (size_t i = 0; i < steps.size(); ++i) {
    const int64_t begin = std::min(first + steps[i], L), known = std::min(L - begin, B);
    const auto place = static_cast<int64_t>(i);
    const Tensor weight = counts.narrow(0, begin, known).to(at::kFloat).flatten(1);
    const Tensor error = (mean.select(1, place).narrow(0, 0, known) - truth.narrow(0, begin, known)).flatten(1);
    squared_error.select(1, place).narrow(0, 0, known).copy_((error.square() * weight).sum(1) / weight.sum(1));
  }
  return squared_error;
}

}  // namespace

/// The GapCurves of one episode while it is taken in, portion by portion.
struct UncertaintyEvaluation::GapSums {
  struct Sums {
    std::vector<math::RunningMean> variance, squared_error;  // [H']

    void put_into(std::vector<GapCurve>& curves) const {
      if (std::ranges::any_of(variance, [](const math::RunningMean& mean) { return mean.count() == 0; })) return;
      const auto values = [](const std::vector<math::RunningMean>& means) {
        std::vector<double> result;
        for (const math::RunningMean& mean : means) result.push_back(mean.value());
        return result;
      };
      curves.push_back({values(variance), values(squared_error)});
    }
  };

  explicit GapSums(size_t steps)
      : all{std::vector<math::RunningMean>(steps), std::vector<math::RunningMean>(steps)}, early(all) {}

  Sums all, early;
};

UncertaintyEvaluation::UncertaintyEvaluation(model::WorldModel& model, ForecastOptions options)
    : model_(model), options_(std::move(options)) {
  check(options_);
  steps_ = chosen_steps(options_);
  std::vector<HorizonAccount> horizons;
  for (const int64_t step : steps_) horizons.emplace_back().steps_ahead = step;
  const std::optional<std::vector<size_t>>& sensors = options_.selection.sensors;
  for (const size_t s : sensors.value_or(std::vector<size_t>{})) {
    if (s < model_.sensors().size()) continue;
    throw ConfigError("sensor " + std::to_string(s) + " does not exist: the model has " +
                      std::to_string(model_.sensors().size()) + ", counted from 0");
  }
  predicted_ = {.sensors = std::vector<size_t>{}, .steps = steps_, .reward = false};
  for (size_t s = 0; s < model_.sensors().size(); ++s) {
    if (sensors && std::ranges::find(*sensors, s) == sensors->end()) continue;
    quantities_.push_back({model_.sensors()[s].name, s, model_.sensor_var(s), horizons});
    if (model_.reconstructs()) predicted_.sensors->push_back(s);
  }
  if (options_.selection.reward) {
    quantities_.push_back({"reward", std::nullopt, model_.reward_var(), horizons});
    predicted_.reward = model_.learns_reward();
  }
  if (!options_.recalibrations) return;
  for (QuantityAccount& quantity : quantities_) {
    if (quantity.sensor ? !model_.reconstructs() : !model_.learns_reward()) continue;
    for (HorizonAccount& account : quantity.horizons) {
      account.calibration =
          math::Calibration(find_recalibration(*options_.recalibrations, quantity.name, account.steps_ahead));
    }
  }
}

math::Recalibrations UncertaintyEvaluation::fit_recalibrations() const {
  math::Recalibrations all;
  for (const QuantityAccount& quantity : quantities_) {
    for (const HorizonAccount& account : quantity.horizons) {
      if (account.calibration.count() == 0) continue;
      try {
        all[quantity.name][account.steps_ahead] = account.calibration.fit();
      } catch (const DataError& error) {
        throw DataError("of '" + quantity.name + "', " + std::to_string(account.steps_ahead) +
                        " steps ahead: " + error.what());
      }
    }
  }
  return all;
}

std::vector<data::NamedArray> UncertaintyEvaluation::add(const data::Episode& episode, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const std::vector<env::SensorSpec>& sensors = model_.sensors();
  const data::Observations observations = data::to(episode.observations, rng.device());
  const Tensor actions = episode.actions.to(rng.device()), rewards = episode.rewards.to(rng.device());
  const std::vector<Tensor> truths = model_.normalise(observations, rng);
  const model::SensorEmbeddings embeddings = model_.encode(observations, rng);
  const model::Belief posteriors = filter_episode(model_.dynamics(), embeddings, actions, rng);
  const Tensor windows = action_windows(actions, steps_.back());
  const std::vector<Tensor> innovations = account_beliefs(posteriors, embeddings, windows, rng);

  std::vector<QuantityRecord> records(quantities_.size());
  std::vector<GapSums> gaps(quantities_.size(), GapSums(steps_.size()));
  const Tensor every_step = at::ones_like(rewards, at::kBool);
  const bool predicts = !predicted_.sensors->empty() || predicted_.reward;
  const int64_t L = episode.length();
  const int64_t portion = std::max<int64_t>(1, kRowsAtOnce / (options_.counts.draws * options_.counts.samples));
  for (int64_t first = 0; predicts && first < L; first += portion) {
    const int64_t count = std::min(portion, L - first);
    const model::Forecast<model::Units::kNetwork> found =
        model::forecast(model_, model::rows(posteriors, first, count), windows.narrow(0, first, count), options_.counts,
                        rng, predicted_);
    for (size_t q = 0; q < quantities_.size(); ++q) {
      const std::optional<size_t> sensor = quantities_[q].sensor;
      const model::Predicted<model::Units::kNetwork>& predicted = sensor ? found.sensors[*sensor] : found.reward;
      if (!predicted.defined()) continue;
      const Tensor& truth = sensor ? truths[*sensor] : rewards;
      const Tensor counts = sensor ? values_that_count(observations[*sensor]) : every_step;
      account_forecast(quantities_[q], gaps[q], predicted, first, truth, counts);
      if (!sensor) {
        records[q].add(predicted.mean, predicted.aleatoric, predicted.epistemic);
      } else if (sensors[*sensor].kind == env::SensorKind::kImage) {
        records[q].add(picture_errors(predicted.mean, first, steps_, truth, counts),
                       predicted.aleatoric.flatten(2).mean(2), predicted.epistemic.flatten(2).mean(2));
      } else {
        const model::Predicted<model::Units::kRaw> raw = model::in_raw_units(model_.codec(*sensor), predicted);
        records[q].add(raw.mean, raw.aleatoric, raw.epistemic);
      }
    }
  }

  std::vector<data::NamedArray> arrays{steps_array(steps_)};
  for (size_t q = 0; q < quantities_.size(); ++q) {
    const auto& [name, sensor, likelihood_var, horizons, curves] = quantities_[q];
    const bool is_predicted = !records[q].mean.empty();
    gaps[q].all.put_into(quantities_[q].gaps.all);
    gaps[q].early.put_into(quantities_[q].gaps.early);
    if (!sensor) {
      if (!is_predicted) continue;
      records[q].write(name, "mean", steps_, arrays);
      arrays.push_back(float_array("reward_noise", likelihood_var));
      arrays.push_back(float_array("reward_truth", rewards));
      continue;
    }
    arrays.push_back(flag_array(name + "_valid", observations[*sensor].valid));
    if (!innovations.empty()) arrays.push_back(float_array(name + "_innovation", innovations[*sensor]));
    if (!is_predicted) continue;
    if (sensors[*sensor].kind == env::SensorKind::kImage) {
      records[q].write(name, "squared_error", steps_, arrays);
    } else {
      records[q].write(name, "mean", steps_, arrays);
      arrays.push_back(float_array(name + "_noise", likelihood_var * model_.codec(*sensor).unit().square()));
      arrays.push_back(float_array(name + "_truth", observations[*sensor].values));
    }
  }
  return arrays;
}

std::vector<Tensor> UncertaintyEvaluation::account_beliefs(const model::Belief& posteriors,
                                                           const model::SensorEmbeddings& embeddings,
                                                           const Tensor& windows, math::TensorGenerator& rng) {
  const int64_t L = windows.size(0), starts = L - steps_.back();
  GapCurve latent, early_latent;
  std::vector<Tensor> records;
  model::Belief prior = posteriors;
  size_t next = 0;  // of the chosen steps
  for (int64_t h = 1; h <= std::min(steps_.back(), L - 1); ++h) {
    prior = model_.dynamics().predict(prior, windows.select(1, h - 1), {rng, /*dropout=*/false});
    if (h != steps_[next]) continue;
    if (starts > 0) {
      latent.variance.push_back(prior.var.narrow(0, 0, starts).mean().item<double>());
      early_latent.variance.push_back(prior.var.narrow(0, 0, std::min(starts, kEarlySteps)).mean().item<double>());
    }
    const std::vector<math::DiagonalGaussian> innovations =
        model_.dynamics().innovations(model::rows(prior, 0, L - h), embeddings_at(embeddings, h, L - h));
    records.resize(innovations.size());
    for (QuantityAccount& quantity : quantities_) {
      if (!quantity.sensor || innovations.empty()) continue;
      const size_t s = *quantity.sensor;
      const Tensor valid = embeddings.valid[s].narrow(0, h, L - h).squeeze(1) > 0;
      const Tensor normalised = math::normalised_innovation_squared(innovations[s]);
      quantity.horizons[next].innovation.add(normalised.index({valid}));
      quantity.horizons[next].latent_dim = innovations[s].mean.size(-1);
      if (!records[s].defined()) {
        const std::array sizes{L, static_cast<int64_t>(steps_.size())};
        records[s] = at::full(sizes, std::numeric_limits<float>::quiet_NaN(), normalised.options());
      }
      const Tensor heard = normalised.masked_fill(~valid, std::numeric_limits<float>::quiet_NaN());
      records[s].select(1, static_cast<int64_t>(next)).narrow(0, 0, L - h).copy_(heard);
    }
    ++next;
  }
  if (starts > 0) {
    latent_gaps_.all.push_back(std::move(latent));
    latent_gaps_.early.push_back(std::move(early_latent));
  }
  return records;
}

void UncertaintyEvaluation::account_forecast(QuantityAccount& quantity, GapSums& gaps,
                                             const model::Predicted<model::Units::kNetwork>& predicted, int64_t first,
                                             const Tensor& truth, const Tensor& counts) {
  const math::DiagonalGaussian predictive = predicted.predictive();
  const Tensor of_state = predicted.aleatoric + predicted.epistemic;
  const int64_t starts = truth.size(0) - quantity.horizons.back().steps_ahead - first;
  for (size_t i = 0; i < quantity.horizons.size(); ++i) {
    HorizonAccount& account = quantity.horizons[i];
    const int64_t begin = first + account.steps_ahead;
    const int64_t known = std::min(truth.size(0) - begin, predicted.mean.size(0));
    if (known <= 0) return;
    const auto at_step = [&](const Tensor& values) { return values.select(1, static_cast<int64_t>(i)); };
    const Tensor chosen = counts.narrow(0, begin, known);
    const auto known_of = [&](const Tensor& values) { return at_step(values).narrow(0, 0, known).index({chosen}); };
    account.calibration.add({known_of(predictive.mean), known_of(predictive.var)},
                            truth.narrow(0, begin, known).index({chosen}));
    account.aleatoric.add(known_of(predicted.aleatoric));
    account.epistemic.add(known_of(predicted.epistemic));
    const auto take_in = [&](GapSums::Sums& sums, int64_t begun) {
      if (begun <= 0) return;
      const Tensor heard = chosen.narrow(0, 0, begun);
      sums.variance[i].add(at_step(of_state).narrow(0, 0, begun).index({heard}));
      const Tensor error = truth.narrow(0, begin, begun) - at_step(predicted.mean).narrow(0, 0, begun);
      sums.squared_error[i].add(error.square().index({heard}));
    };
    take_in(gaps.all, std::min(starts, known));
    take_in(gaps.early, std::min({starts, known, kEarlySteps - first}));
  }
}

}  // namespace vrkn::evaluation
