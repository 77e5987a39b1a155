#include "vrkn/evaluation/paired_worlds.h"

#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"

namespace vrkn::evaluation {

PairedWorlds::PairedWorlds(const env::EnvironmentConfig& config)
    : world_(env::make_environment(config)), undisturbed_(env::make_environment(config.undisturbed())) {}

std::optional<PairedEpisode> PairedWorlds::play(agent::Agent& agent, uint64_t seed, int64_t number, int64_t steps,
                                                const std::function<bool()>& stop_requested) {
  const auto index = static_cast<uint64_t>(number);
  math::TensorGenerator rng(derive_seed(seed, "agent", index), agent.device());
  return play_pair(agent, *world_, *undisturbed_, derive_seed(seed, "environment", index), steps, {.rng = rng},
                   stop_requested);
}

}  // namespace vrkn::evaluation
