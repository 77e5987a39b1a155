#include "vrkn/evaluation/paired_episode.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"
#include "vrkn/math/to_doubles.h"

namespace vrkn::evaluation {
namespace {

/// A world and what was recorded in it.
class Recorder {
 public:
  explicit Recorder(env::Environment& world)
      : world_(world), builder_(world.spec().sensors, world.spec().action_size) {}

  env::TimeStep reset(uint64_t seed) {
    return record(world_.reset(seed), std::vector<double>(static_cast<size_t>(world_.spec().action_size), 0.0));
  }
  env::TimeStep step(const std::vector<double>& action) { return record(world_.step(action), action); }
  data::Episode episode() const { return builder_.build(); }

 private:
  env::TimeStep record(env::TimeStep step, const std::vector<double>& action) {
    builder_.add(step, action);
    return step;
  }

  env::Environment& world_;
  data::EpisodeBuilder builder_;
};

}  // namespace

std::optional<PairedEpisode> play_pair(agent::Agent& agent, env::Environment& world, env::Environment& undisturbed,
                                       uint64_t seed, int64_t steps, agent::ActOptions options,
                                       const std::function<bool()>& stop_requested) {
  Recorder seen(world), truth(undisturbed);
  env::TimeStep now = seen.reset(seed);
  truth.reset(seed);
  model::Belief belief = agent.begin(1, options);
  for (int64_t step = 1; step < steps && !now.is_last; ++step) {
    if (stop_requested && stop_requested()) return std::nullopt;
    const std::vector<double> action =
        math::to_doubles(agent.act(belief, data::stack(std::span(&now.observation, 1), world.spec().sensors), options));
    now = seen.step(action);
    if (const double reward = truth.step(action).reward; reward != now.reward) {
      throw SimulationError("At step " + std::to_string(step) + " the undisturbed world gave a reward of " +
                            std::to_string(reward) + ", the other one " + std::to_string(now.reward) +
                            ": they are not the same world.");
    }
  }
  return PairedEpisode{seen.episode(), truth.episode()};
}

}  // namespace vrkn::evaluation
