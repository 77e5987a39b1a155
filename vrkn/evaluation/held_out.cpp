#include "vrkn/evaluation/held_out.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/file.h"

namespace vrkn::evaluation {
namespace {

constexpr int64_t kSamples = 10;

/// Sums over sequences of what a pass says of the bound, in the order of the metrics.
class BoundSums {
 public:
  explicit BoundSums(const std::vector<env::SensorSpec>& sensors) : sensors_(sensors) {}

  void add(const model::WorldModel::LossPass& pass, int64_t sequences) {
    std::vector<at::Tensor> values{pass.loss};
    for (const at::Tensor& log_prob : pass.terms.sensor_log_probs) values.push_back(-log_prob.mean());
    values.push_back(-pass.terms.reward_log_prob.mean());
    values.push_back(pass.terms.kl.slice(1, 1).mean());
    const at::Tensor sums = at::stack(values).to(at::kCPU, at::kDouble) * sequences;
    sums_ = sums_.defined() ? sums_ + sums : sums;
    sequences_ += sequences;
  }

  std::vector<Metric> means() const {
    std::vector<std::string> names{"loss/total"};
    for (int64_t s = 0; s < sums_.size(0) - 3; ++s) names.push_back("loss/" + sensors_[static_cast<size_t>(s)].name);
    names.insert(names.end(), {"loss/reward", "loss/kl"});
    std::vector<Metric> metrics;
    double bound = 0.0;
    for (size_t i = 0; i < names.size(); ++i) {
      metrics.push_back({names[i], sums_[static_cast<int64_t>(i)].item<double>() / static_cast<double>(sequences_)});
      if (i > 0) bound -= metrics.back().value;
    }
    metrics.push_back({"bound", bound});
    return metrics;
  }

 private:
  const std::vector<env::SensorSpec>& sensors_;
  at::Tensor sums_;
  int64_t sequences_ = 0;
};

/// The prediction that is always the mean over the episodes: leading [1, 1].
model::OpenLoop mean_prediction(std::span<const data::Episode> episodes, const std::vector<env::SensorSpec>& sensors) {
  model::OpenLoop mean;
  for (size_t s = 0; s < sensors.size(); ++s) {
    at::Tensor sum, count;
    for (const data::Episode& episode : episodes) {
      const data::Readings& readings = episode.observations[s];
      const at::Tensor counts = values_that_count(readings).to(at::kDouble);
      const at::Tensor seen = (readings.values.to(at::kDouble) * counts).sum(0), number = counts.sum(0);
      sum = sum.defined() ? sum + seen : seen;
      count = count.defined() ? count + number : number;
    }
    mean.sensors.push_back({(sum / count.clamp_min(1.0)).unsqueeze(0).unsqueeze(0), {}});
  }
  std::vector<at::Tensor> rewards;
  for (const data::Episode& episode : episodes) rewards.push_back(episode.rewards);
  mean.reward = {at::cat(rewards).mean().view({1, 1}), {}};
  return mean;
}

/// The batch with the pixels alone that differ from `mean`, in one channel at least.
data::Batch where_moving(const data::Batch& batch, const model::OpenLoop& mean,
                         const std::vector<env::SensorSpec>& sensors) {
  data::Batch moving = batch;
  for (size_t s = 0; s < sensors.size(); ++s) {
    if (sensors[s].kind != env::SensorKind::kImage) continue;
    data::Readings& readings = moving.observations[s];
    const at::Tensor differs =
        (readings.values.to(at::kDouble) - mean.sensors[s].mean).abs().amax(-3) > 255.0 * kMoving;
    readings.visible = readings.visible.defined() ? readings.visible & differs : differs;
  }
  return moving;
}

}  // namespace

HeldOutReport evaluate_held_out(model::WorldModel& model, std::span<const data::Episode> episodes,
                                int64_t sequence_length, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const int64_t shortest = std::ranges::min(episodes, {}, &data::Episode::length).length();
  const int64_t steps = std::min(kContext + kHorizon, shortest);
  HeldOutReport report{.episodes = static_cast<int64_t>(episodes.size()),
                       .sequences = 0,
                       .bound = {},
                       .context = std::min(kContext, steps),
                       .errors = {},
                       .moving = {},
                       .constant = {}};
  BoundSums bound(model.sensors());
  OpenLoopErrors errors(model.sensors(), steps), moving(model.sensors(), steps), constant(model.sensors(), steps);
  const model::OpenLoop mean = mean_prediction(episodes, model.sensors());
  for (const data::Episode& episode : episodes) {
    const int64_t sequences = episode.length() / sequence_length;
    if (sequences > 0) {
      const data::Batch batch = data::sequences_of(episode, sequences, sequence_length).to(rng.device());
      bound.add(model.compute_loss(batch, {rng, /*dropout=*/false}), sequences);
      report.sequences += sequences;
    }
    const data::Batch truth = data::sequences_of(episode, episode.length() / steps, steps);
    const model::OpenLoop predicted =
        model::open_loop(model, truth.to(rng.device()), report.context, kSamples, {rng, /*dropout=*/true});
    errors.add(predicted, truth);
    moving.add(predicted, where_moving(truth, mean, model.sensors()));
    constant.add(mean, truth);
  }
  report.bound = bound.means();
  report.errors = errors.errors();
  report.constant = constant.errors();
  for (size_t s = 0; model.reconstructs() && s < model.sensors().size(); ++s) {
    if (model.sensors()[s].kind == env::SensorKind::kImage) report.moving.push_back(moving.errors()[s]);
  }
  return report;
}

void write_held_out(const std::filesystem::path& path, const HeldOutReport& report, int64_t updates) {
  nlohmann::ordered_json bound;
  for (const Metric& metric : report.bound) bound[metric.name] = metric.value;
  const auto by_step = [](const std::vector<StepErrors>& errors) {
    nlohmann::ordered_json result = nlohmann::ordered_json::object();
    for (const StepErrors& error : errors) result[error.name] = error.by_step;
    return result;
  };
  const nlohmann::ordered_json json = {{"updates", updates},
                                       {"episodes", report.episodes},
                                       {"sequences", report.sequences},
                                       {"bound", bound},
                                       {"open_loop",
                                        {{"context", report.context},
                                         {"squared_error", by_step(report.errors)},
                                         {"squared_error_moving", by_step(report.moving)},
                                         {"squared_error_constant", by_step(report.constant)}}}};
  write_file_atomically(path, json.dump(2) + '\n');
}

}  // namespace vrkn::evaluation
