#include "vrkn/train/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vrkn/core/random.h"

namespace vrkn {

double Evaluation::mean() const {
  return std::accumulate(returns.begin(), returns.end(), 0.0) / static_cast<double>(returns.size());
}

double Evaluation::std() const {
  if (returns.size() < 2) return 0.0;
  double squared = 0.0;
  for (const double value : returns) squared += (value - mean()) * (value - mean());
  return std::sqrt(squared / static_cast<double>(returns.size() - 1));
}

double Evaluation::median() const {
  std::vector<double> sorted = returns;
  std::ranges::sort(sorted);
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

std::optional<Evaluation> evaluate(Agent& agent, const Environments& environments, uint64_t seed,
                                   const DriverHooks& hooks) {
  std::vector<uint64_t> seeds;
  for (size_t i = 0; i < environments.size(); ++i) seeds.push_back(derive_seed(seed, "environment", i));
  Rng rng(derive_seed(seed, "agent"), agent.device());
  const auto episodes = run_episodes(agent, environments, seeds, {.rng = rng}, hooks);
  if (!episodes) return std::nullopt;
  Evaluation evaluation;
  for (const Episode& episode : *episodes) {
    evaluation.returns.push_back(episode.episode_return());
    evaluation.lengths.push_back(episode.length() - 1);
  }
  return evaluation;
}

}  // namespace vrkn
