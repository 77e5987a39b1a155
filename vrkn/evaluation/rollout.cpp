#include "vrkn/evaluation/rollout.h"

#include <algorithm>
#include <span>

#include "vrkn/core/random.h"

namespace vrkn::evaluation {

uint64_t evaluation_seed(uint64_t seed) {
  return derive_seed(seed, "eval");
}

std::vector<uint64_t> episode_seeds(uint64_t seed, int64_t count) {
  std::vector<uint64_t> seeds;
  for (int64_t i = 0; i < count; ++i) seeds.push_back(derive_seed(seed, "environment", static_cast<uint64_t>(i)));
  return seeds;
}

bool roll_out(agent::Agent& agent, env::EnvironmentPool& environments, int64_t count, uint64_t seed,
              const EpisodeReceiver& receive, const EpisodeHooks& hooks) {
  const auto side_by_side = static_cast<int64_t>(environments.size());
  const std::vector<uint64_t> all = episode_seeds(seed, count);
  for (int64_t first = 0, group = 0; first < count; first += side_by_side, ++group) {
    const auto seeds =
        std::span(all).subspan(static_cast<size_t>(first), static_cast<size_t>(std::min(side_by_side, count - first)));
    EpisodeHooks group_hooks{.on_step = {}, .stop_requested = hooks.stop_requested};
    if (hooks.on_step) {
      group_hooks.on_step = [&](size_t i, env::Environment& environment, const env::Observation& observation) {
        hooks.on_step(static_cast<size_t>(first) + i, environment, observation);
      };
    }
    math::TensorGenerator rng(derive_seed(seed, "agent", static_cast<uint64_t>(group)), agent.device());
    const auto episodes = run_episodes(agent, environments, seeds, {.rng = rng}, group_hooks);
    if (!episodes) return false;
    for (size_t i = 0; i < episodes->size(); ++i) receive(first + static_cast<int64_t>(i), (*episodes)[i]);
  }
  return true;
}

}  // namespace vrkn::evaluation
