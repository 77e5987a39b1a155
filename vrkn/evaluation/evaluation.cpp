#include "vrkn/evaluation/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vrkn/evaluation/rollout.h"

namespace vrkn::evaluation {

void Evaluation::add(const data::Episode& episode) {
  returns.push_back(episode.episode_return());
  lengths.push_back(episode.length() - 1);
}

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

std::optional<Evaluation> evaluate(agent::Agent& agent, env::EnvironmentPool& environments, uint64_t seed,
                                   const EpisodeHooks& hooks) {
  Evaluation evaluation;
  const auto note = [&](int64_t /*number*/, const data::Episode& episode) { evaluation.add(episode); };
  if (!roll_out(agent, environments, static_cast<int64_t>(environments.size()), seed, note, hooks)) return std::nullopt;
  return evaluation;
}

}  // namespace vrkn::evaluation
