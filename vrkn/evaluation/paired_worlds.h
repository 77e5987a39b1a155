#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "vrkn/env/environment_config.h"
#include "vrkn/evaluation/paired_episode.h"

namespace vrkn::evaluation {

/// A world and the same one without conditions of its sensors, in which agents play numbered episodes.
class PairedWorlds {
 public:
  /// Throws as make_environment.
  explicit PairedWorlds(const env::EnvironmentConfig& config);

  /// Of the world that the agents see.
  const env::EnvironmentSpec& spec() const { return world_->spec(); }

  /// At most `steps` steps, the reset included, of episode `number` of those that `seed` stands for: the one that
  /// begins as that of roll_out. Otherwise as play_pair.
  std::optional<PairedEpisode> play(agent::Agent& agent, uint64_t seed, int64_t number, int64_t steps,
                                    const std::function<bool()>& stop_requested = {});

 private:
  std::unique_ptr<env::Environment> world_, undisturbed_;
};

}  // namespace vrkn::evaluation
