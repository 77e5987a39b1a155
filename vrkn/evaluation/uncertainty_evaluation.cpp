#include "vrkn/evaluation/uncertainty_evaluation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::evaluation {

using at::Tensor;

ForecastOptions usual_forecast(std::span<const env::SensorSpec> sensors) {
  const auto is_image = [](const env::SensorSpec& sensor) { return sensor.kind == env::SensorKind::kImage; };
  if (std::ranges::none_of(sensors, is_image)) return {};
  return {.horizon = 10, .counts = {.draws = 4, .samples = 4}};
}

namespace {

/// Rows that go through the networks at once: bounds the memory that pictures take.
constexpr int64_t kRowsAtOnce = 2000;

void check(const ForecastOptions& options) {
  const auto at_least = [](int64_t value, int64_t least, const char* what) {
    if (value >= least) return;
    throw ConfigError(std::string(what) + " is " + std::to_string(value) + ", but must be at least " +
                      std::to_string(least) + ".");
  };
  at_least(options.horizon, 1, "the horizon of predictions");
  at_least(options.counts.draws, 2, "the number of draws of the weights");
  at_least(options.counts.samples, 2, "the number of samples of the state");
}

model::SensorEmbeddings rows(const model::SensorEmbeddings& embeddings, int64_t first, int64_t count) {
  model::SensorEmbeddings result;
  for (const Tensor& embedding : embeddings.values) result.values.push_back(embedding.narrow(0, first, count));
  for (const Tensor& valid : embeddings.valid) result.valid.push_back(valid.narrow(0, first, count));
  return result;
}

/// The posteriors of all steps of one episode, [L, ...], under the MAP weights.
model::Belief filter(model::StateSpaceModel& model, const model::SensorEmbeddings& embeddings, const Tensor& actions,
                     math::TensorGenerator& rng) {
  const model::Sampling map{rng, /*dropout=*/false};
  std::vector<model::Belief> posteriors;
  for (int64_t t = 0; t < actions.size(0); ++t) {
    const model::Belief prior =
        t == 0 ? model.initial(1, map) : model.predict(posteriors.back(), actions.narrow(0, t, 1), map);
    posteriors.push_back(model.update(prior, rows(embeddings, t, 1), map));
  }
  return model::join_rows(posteriors);
}

/// The actions that follow every step: [L, A] -> [L, H, A], zeros beyond the end.
Tensor action_windows(const Tensor& actions, int64_t horizon) {
  const int64_t L = actions.size(0);
  const Tensor padded = at::constant_pad_nd(actions, {0, 0, 0, horizon});
  return padded.narrow(0, 1, L + horizon - 1).unfold(0, horizon, 1).transpose(1, 2).contiguous();
}

/// Values [L, H, ...] with NaN where the episode ends before step t + h.
Tensor blank_beyond_end(Tensor values) {
  const int64_t L = values.size(0), H = values.size(1);
  for (int64_t h = 1; h <= H; ++h) {
    const int64_t known = std::max<int64_t>(L - h, 0);
    values.select(1, h - 1).narrow(0, known, L - known).fill_(std::numeric_limits<float>::quiet_NaN());
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

/// One quantity over an episode: what is compared, and the arrays that are written. Portions of steps come in order.
struct Recorder {
  std::vector<Tensor> mean = {}, aleatoric = {}, epistemic = {};

  void add(const math::VarianceParts& parts) {
    mean.push_back(parts.mean);
    aleatoric.push_back(parts.aleatoric);
    epistemic.push_back(parts.epistemic);
  }
  void write(const std::string& name, std::vector<data::NamedArray>& arrays) const {
    arrays.push_back(float_array(name + "_mean", blank_beyond_end(at::cat(mean))));
    write_variances(name, arrays);
  }
  void write_variances(const std::string& name, std::vector<data::NamedArray>& arrays) const {
    arrays.push_back(float_array(name + "_aleatoric", blank_beyond_end(at::cat(aleatoric))));
    arrays.push_back(float_array(name + "_epistemic", blank_beyond_end(at::cat(epistemic))));
  }
};

/// Pictures as one number each: variances averaged over the pixels, and in place of the mean its squared error,
/// averaged over those that count.
math::VarianceParts picture_summary(const math::VarianceParts& parts, int64_t first, const Tensor& truth,
                                    const Tensor& counts) {
  const int64_t L = truth.size(0), B = parts.mean.size(0);
  Tensor squared_error = at::zeros(parts.mean.sizes().slice(0, 2), parts.mean.options());
  for (int64_t h = 1; h <= parts.mean.size(1); ++h) {
    const int64_t known = std::clamp<int64_t>(L - first - h, 0, B);
    const Tensor weight = counts.narrow(0, std::min(first + h, L), known).to(at::kFloat).flatten(1);
    const Tensor error =
        (parts.mean.select(1, h - 1).narrow(0, 0, known) - truth.narrow(0, std::min(first + h, L), known)).flatten(1);
    squared_error.select(1, h - 1).narrow(0, 0, known).copy_((error.square() * weight).sum(1) / weight.sum(1));
  }
  return {squared_error, parts.aleatoric.flatten(2).mean(2), parts.epistemic.flatten(2).mean(2)};
}

/// Which values of a sensor can be compared, in the sizes of `values` [L, ...]: bool.
Tensor comparable(const data::Readings& readings, const Tensor& values) {
  const int64_t L = values.size(0);
  if (readings.visible.defined()) {  // false throughout where the reading is missing
    return readings.visible.unsqueeze(1).expand(values.sizes());
  }
  std::vector<int64_t> sizes(static_cast<size_t>(values.dim()), 1);
  sizes[0] = L;
  return readings.valid.view(sizes).expand(values.sizes());
}

}  // namespace

UncertaintyEvaluation::UncertaintyEvaluation(model::WorldModel& model, ForecastOptions options)
    : model_(model), options_(options) {
  check(options_);
  const std::vector<HorizonAccount> horizons(static_cast<size_t>(options_.horizon));
  for (size_t s = 0; s < model_.sensors().size(); ++s) {
    quantities_.push_back({model_.sensors()[s].name, model_.sensor_var(s), horizons});
  }
  quantities_.push_back({"reward", model_.reward_var(), horizons});
}

std::vector<data::NamedArray> UncertaintyEvaluation::add(const data::Episode& episode, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const std::vector<env::SensorSpec>& sensors = model_.sensors();
  const data::Observations observations = data::to(episode.observations, rng.device());
  const Tensor actions = episode.actions.to(rng.device()), rewards = episode.rewards.to(rng.device());
  const std::vector<Tensor> truths = model_.normalise(observations, rng);
  const model::SensorEmbeddings embeddings = model_.encode(observations, rng);
  const model::Belief posteriors = filter(model_.dynamics(), embeddings, actions, rng);
  const Tensor windows = action_windows(actions, options_.horizon);
  const std::vector<Tensor> innovations = account_innovations(posteriors, embeddings, windows, rng);

  std::vector<Recorder> recorders(sensors.size());
  Recorder reward_recorder;
  const Tensor every_step = at::ones_like(rewards, at::kBool);
  const int64_t L = episode.length();
  const int64_t portion = std::max<int64_t>(1, kRowsAtOnce / (options_.counts.draws * options_.counts.samples));
  for (int64_t first = 0; first < L; first += portion) {
    const int64_t count = std::min(portion, L - first);
    const model::Forecast found = model::forecast(model_, vrkn::model::rows(posteriors, first, count),
                                                  windows.narrow(0, first, count), options_.counts, rng);
    for (size_t s = 0; s < found.sensors.size(); ++s) {
      const Tensor counts = comparable(observations[s], truths[s]);
      account_forecast(quantities_[s], found.sensors[s], first, truths[s], counts);
      recorders[s].add(sensors[s].kind == env::SensorKind::kImage
                           ? picture_summary(found.sensors[s], first, truths[s], counts)
                           : model::in_raw_units(model_.codec(s), found.sensors[s]));
    }
    if (!model_.learns_reward()) continue;
    account_forecast(quantities_.back(), found.reward, first, rewards, every_step);
    reward_recorder.add(found.reward);
  }

  std::vector<data::NamedArray> arrays;
  for (size_t s = 0; s < sensors.size(); ++s) {
    const auto& [name, kind, shape, masked] = sensors[s];
    arrays.push_back(flag_array(name + "_valid", observations[s].valid));
    if (!innovations.empty()) arrays.push_back(float_array(name + "_innovation", innovations[s]));
    if (!model_.reconstructs()) continue;
    if (kind == env::SensorKind::kImage) {
      arrays.push_back(float_array(name + "_squared_error", blank_beyond_end(at::cat(recorders[s].mean))));
      recorders[s].write_variances(name, arrays);
    } else {
      recorders[s].write(name, arrays);
      arrays.push_back(float_array(name + "_noise", model_.codec(s).unit().square() * model_.sensor_var(s)));
      arrays.push_back(float_array(name + "_truth", observations[s].values));
    }
  }
  if (!model_.learns_reward()) return arrays;
  reward_recorder.write("reward", arrays);
  arrays.push_back(float_array("reward_noise", model_.reward_var()));
  arrays.push_back(float_array("reward_truth", rewards));
  return arrays;
}

std::vector<Tensor> UncertaintyEvaluation::account_innovations(const model::Belief& posteriors,
                                                               const model::SensorEmbeddings& embeddings,
                                                               const Tensor& windows, math::TensorGenerator& rng) {
  const int64_t L = windows.size(0), H = options_.horizon;
  std::vector<Tensor> records;
  model::Belief prior = posteriors;
  for (int64_t h = 1; h <= std::min(H, L - 1); ++h) {
    prior = model_.dynamics().predict(prior, windows.select(1, h - 1), {rng, /*dropout=*/false});
    const std::vector<math::DiagonalGaussian> innovations =
        model_.dynamics().innovations(vrkn::model::rows(prior, 0, L - h), rows(embeddings, h, L - h));
    for (size_t s = 0; s < innovations.size(); ++s) {
      const Tensor valid = embeddings.valid[s].narrow(0, h, L - h).squeeze(1) > 0;
      const Tensor normalised = (innovations[s].mean.square() / innovations[s].var).mean(-1);
      quantities_[s].horizons[static_cast<size_t>(h - 1)].innovation.add(normalised.index({valid}));
      if (records.size() <= s) {
        records.push_back(at::full({L, H}, std::numeric_limits<float>::quiet_NaN(), normalised.options()));
      }
      const Tensor heard = normalised.masked_fill(~valid, std::numeric_limits<float>::quiet_NaN());
      records[s].select(1, h - 1).narrow(0, 0, L - h).copy_(heard);
    }
  }
  return records;
}

void UncertaintyEvaluation::account_forecast(QuantityAccount& quantity, const math::VarianceParts& parts, int64_t first,
                                             const Tensor& truth, const Tensor& counts) const {
  const math::DiagonalGaussian predicted = model::predictive(parts, quantity.likelihood_var);
  for (int64_t h = 1; h <= options_.horizon; ++h) {
    const int64_t known = std::min(truth.size(0) - first - h, parts.mean.size(0));
    if (known <= 0) return;
    const Tensor chosen = counts.narrow(0, first + h, known);
    const auto known_of = [&](const Tensor& values) {
      return values.select(1, h - 1).narrow(0, 0, known).index({chosen});
    };
    HorizonAccount& account = quantity.horizons[static_cast<size_t>(h - 1)];
    account.calibration.add({known_of(predicted.mean), known_of(predicted.var)},
                            truth.narrow(0, first + h, known).index({chosen}));
    account.aleatoric.add(known_of(parts.aleatoric));
    account.epistemic.add(known_of(parts.epistemic));
  }
}

}  // namespace vrkn::evaluation
