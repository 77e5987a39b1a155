#include "vrkn/train/held_out.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/file.h"

namespace vrkn {
namespace {

constexpr int64_t kSamples = 10;

/// Sums over sequences of what a pass says of the bound, in the order of the metrics.
class BoundSums {
 public:
  explicit BoundSums(const std::vector<SensorSpec>& sensors) : sensors_(sensors) {}

  void add(const WorldModel::Pass& pass, int64_t sequences) {
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
  const std::vector<SensorSpec>& sensors_;
  at::Tensor sums_;
  int64_t sequences_ = 0;
};

}  // namespace

HeldOutReport evaluate_held_out(WorldModel& model, std::span<const Episode> episodes, int64_t sequence_length,
                                Rng& rng) {
  const at::NoGradGuard no_grad;
  const int64_t shortest = std::ranges::min(episodes, {}, &Episode::length).length();
  const int64_t steps = std::min(kContext + kHorizon, shortest);
  HeldOutReport report{.episodes = static_cast<int64_t>(episodes.size()),
                       .sequences = 0,
                       .bound = {},
                       .context = std::min(kContext, steps),
                       .errors = {}};
  BoundSums bound(model.sensors());
  OpenLoopErrors errors(model.sensors(), steps);
  for (const Episode& episode : episodes) {
    const int64_t sequences = episode.length() / sequence_length;
    if (sequences > 0) {
      const Batch batch = sequences_of(episode, sequences, sequence_length).to(rng.device());
      bound.add(model.evaluate(batch, {rng, false}), sequences);
      report.sequences += sequences;
    }
    const Batch beginning = sequences_of(episode, 1, steps).to(rng.device());
    errors.add(open_loop(model, beginning, report.context, kSamples, {rng, false}), beginning);
  }
  report.bound = bound.means();
  report.errors = errors.errors();
  if (!model.reconstructs()) report.errors.erase(report.errors.begin(), report.errors.end() - 1);
  return report;
}

void write_held_out(const std::filesystem::path& path, const HeldOutReport& report, int64_t updates) {
  nlohmann::ordered_json bound, errors;
  for (const Metric& metric : report.bound) bound[metric.name] = metric.value;
  for (const StepErrors& error : report.errors) errors[error.name] = error.by_step;
  const nlohmann::ordered_json json = {{"updates", updates},
                                       {"episodes", report.episodes},
                                       {"sequences", report.sequences},
                                       {"bound", bound},
                                       {"open_loop", {{"context", report.context}, {"squared_error", errors}}}};
  write_file_atomically(path, json.dump(2) + '\n');
}

}  // namespace vrkn
