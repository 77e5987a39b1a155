#include "vrkn/evaluation/imagined_episode.h"

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/data/npz.h"

namespace vrkn::evaluation {
namespace {

model::Prediction on_host(const model::Prediction& prediction) {
  if (!prediction.defined()) return {};
  return {prediction.mean.cpu(), prediction.std.cpu()};
}

model::OpenLoop on_host(const model::OpenLoop& predicted) {
  model::OpenLoop host{.sensors = {}, .reward = on_host(predicted.reward)};
  for (const model::Prediction& sensor : predicted.sensors) host.sensors.push_back(on_host(sensor));
  return host;
}

/// An array of T's type with the values of a tensor, which are converted.
template <class T>
data::NamedArray to_array(std::string name, const at::Tensor& values) {
  const at::Tensor packed = values.to(c10::CppTypeToScalarType<T>::value).contiguous();
  return {std::move(name),
          data::make_array<T>(packed.sizes().vec(),
                              std::span<const T>(packed.data_ptr<T>(), static_cast<size_t>(packed.numel())))};
}

/// A sensor's readings, [1, T, ...], and which are valid.
void put_readings(std::vector<data::NamedArray>& arrays, const std::string& name, const data::Readings& readings) {
  const at::Tensor values = readings.values[0];
  arrays.push_back(values.scalar_type() == at::kByte ? to_array<uint8_t>(name, values) : to_array<float>(name, values));
  const at::Tensor valid = readings.valid[0].to(at::kByte).contiguous();
  arrays.push_back({name + "_valid", data::make_flag_array(valid.sizes().vec(), {valid.data_ptr<uint8_t>(),
                                                                                 static_cast<size_t>(valid.numel())})});
}

/// What all runs predicted of one quantity, [R, T, ...].
void put_predictions(std::vector<data::NamedArray>& arrays, const std::string& name,
                     const std::vector<model::Prediction>& predictions) {
  std::vector<at::Tensor> means, stds;
  for (const model::Prediction& prediction : predictions) {
    means.push_back(prediction.mean[0]);
    stds.push_back(prediction.std[0]);
  }
  arrays.push_back(to_array<float>(name + "_mean", at::stack(means)));
  arrays.push_back(to_array<float>(name + "_std", at::stack(stds)));
}

}  // namespace

ImaginedEpisode first_steps(const PairedEpisode& pair, const std::vector<env::SensorSpec>& sensors, int64_t context,
                            int64_t steps) {
  if (pair.seen.length() < steps) {
    throw ShapeError("Context and horizon need " + std::to_string(steps) + " steps together, but the episode has " +
                     std::to_string(pair.seen.length()) + ".");
  }
  return {.sensors = sensors,
          .context = context,
          .seen = data::sequences_of(pair.seen, 1, steps),
          .truth = data::sequences_of(pair.truth, 1, steps),
          .labels = {},
          .imagined = {},
          .reconstructed = {}};
}

void add_run(ImaginedEpisode& episode, const std::string& label, model::WorldModel& model, c10::Device device,
             int64_t samples, uint64_t seed) {
  const data::Batch seen = episode.seen.to(device);
  const auto predict = [&](const char* stream, int64_t context) {
    math::TensorGenerator rng(derive_seed(seed, stream), device);
    return on_host(model::open_loop(model, seen, context, samples, {rng, /*dropout=*/true}, episode.predicted));
  };
  episode.labels.push_back(label);
  episode.imagined.push_back(predict("imagine", episode.context));
  episode.reconstructed.push_back(predict("reconstruct", episode.steps()));
}

std::string imagined_npz(const ImaginedEpisode& episode) {
  std::vector<data::NamedArray> arrays{to_array<int64_t>("context", at::scalar_tensor(episode.context, at::kLong))};
  for (size_t s = 0; s < episode.sensors.size(); ++s) {
    const std::string& name = episode.sensors[s].name;
    put_readings(arrays, name + "_truth", episode.truth.observations[s]);
    put_readings(arrays, name + "_seen", episode.seen.observations[s]);
    if (!episode.predicts(s)) continue;
    std::vector<model::Prediction> predictions;
    for (const model::OpenLoop& run : episode.imagined) predictions.push_back(run.sensors[s]);
    put_predictions(arrays, name, predictions);
  }
  arrays.push_back(to_array<float>("action", episode.truth.actions[0]));
  arrays.push_back(to_array<float>("reward_truth", episode.truth.rewards[0].squeeze(-1)));
  std::vector<model::Prediction> rewards;
  for (const model::OpenLoop& run : episode.imagined) rewards.push_back(run.reward);
  put_predictions(arrays, "reward", rewards);
  return data::write_npz(arrays);
}

}  // namespace vrkn::evaluation
