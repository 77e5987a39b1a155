#include "python/src/filter.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/math/shape.h"

namespace vrkn::python {
Filter::Filter(std::shared_ptr<const run::TrainedRun> run, int64_t batch, uint64_t seed)
    : run_(std::move(run)), batch_(batch), rng_(derive_seed(seed, "filter"), run_->agent->device()) {
  if (batch < 1) throw ConfigError(fmt::format("batch is {}, but must be at least 1", batch));
  if (!run_->has_model()) {
    throw ConfigError("the agent of " + run_->directory.path().string() + " has no world model, so it filters nothing");
  }
  const c10::InferenceMode no_gradients;
  belief_ = run_->agent->begin(batch, {.rng = rng_});
}

model::Belief Filter::belief() const {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
  return {copy(belief_.mean), copy(belief_.var), copy(belief_.sample), copy(belief_.memory)};
}

void Filter::predict(const at::Tensor& action) {
  const std::lock_guard lock(mutex_);
  math::check_shape(action, {batch_, run_->spec.action_size}, "action");
  const c10::InferenceMode no_gradients;
  const at::Tensor there = action.to(run_->agent->device(), c10::kFloat);
  belief_ = run_->model().dynamics().predict(belief_, there, {rng_, /*dropout=*/false});
}

void Filter::update(const data::Observations& observations) {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  model::WorldModel& model = run_->model();
  const model::SensorEmbeddings embeddings = model.encode(data::to(observations, run_->agent->device()), rng_);
  belief_ = model.dynamics().update(belief_, embeddings, {rng_, /*dropout=*/false});
}

at::Tensor Filter::act(const data::Observations& observations) {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  return run_->agent->act(belief_, observations, {.rng = rng_});
}

at::Tensor Filter::features() const {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  return run_->model().dynamics().features(belief_);
}

at::Tensor Filter::reconstruct(size_t sensor) {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  return run_->model().reconstruct(sensor, run_->model().dynamics().features(belief_));
}

at::Tensor Filter::reward() {
  const std::lock_guard lock(mutex_);
  const c10::InferenceMode no_gradients;
  return run_->model().predict_reward(run_->model().dynamics().features(belief_));
}

model::Forecast<model::Units::kRaw> Filter::imagine(const at::Tensor& actions, model::OutcomeCounts counts,
                                                    const model::ForecastSelection& selection) {
  const std::lock_guard lock(mutex_);
  math::check_shape(actions, {batch_, -1, run_->spec.action_size}, "actions");
  const c10::InferenceMode no_gradients;
  model::WorldModel& model = run_->model();
  const at::Tensor there = actions.to(run_->agent->device(), c10::kFloat);
  return model::in_raw_units(model, model::forecast(model, belief_, there, counts, rng_, selection));
}

}  // namespace vrkn::python
