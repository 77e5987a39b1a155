#include "vrkn/train/driver.h"

#include <algorithm>

#include <ATen/ATen.h>

namespace vrkn {

std::optional<std::vector<Episode>> run_episodes(Agent& agent,
                                                 std::span<const std::unique_ptr<Environment>> environments,
                                                 std::span<const uint64_t> seeds, ActOptions options,
                                                 const DriverHooks& hooks) {
  const EnvironmentSpec& spec = environments.front()->spec();
  const size_t count = environments.size();
  std::vector<Observation> observations(count);
  std::vector<bool> over(count, false);
  std::vector<EpisodeBuilder> builders(count, EpisodeBuilder(spec.sensors, spec.action_size));

  const auto take = [&](size_t i, TimeStep step, std::span<const double> action) {
    builders[i].add(step, action);
    over[i] = step.is_last;
    observations[i] = std::move(step.observation);
    if (hooks.on_step) hooks.on_step(i, *environments[i]);
  };
  const std::vector<double> no_action(static_cast<size_t>(spec.action_size), 0.0);
  for (size_t i = 0; i < count; ++i) take(i, environments[i]->reset(seeds[i]), no_action);

  Belief memory = agent.begin(static_cast<int64_t>(count), options);
  while (!std::ranges::all_of(over, std::identity())) {
    if (hooks.stop_requested && hooks.stop_requested()) return std::nullopt;
    const at::Tensor actions =
        agent.act(memory, stack(observations, spec.sensors), options).to(at::kDouble).contiguous();
    for (size_t i = 0; i < count; ++i) {
      if (over[i]) continue;
      const std::span<const double> action(actions.data_ptr<double>() + static_cast<int64_t>(i) * spec.action_size,
                                           static_cast<size_t>(spec.action_size));
      take(i, environments[i]->step(action), action);
    }
  }

  std::vector<Episode> episodes;
  for (const EpisodeBuilder& builder : builders) episodes.push_back(builder.build());
  return episodes;
}

}  // namespace vrkn
