#include "vrkn/evaluation/run_episodes.h"

#include <algorithm>
#include <numeric>

#include <ATen/ATen.h>

namespace vrkn::evaluation {

std::optional<std::vector<data::Episode>> run_episodes(agent::Agent& agent, env::EnvironmentPool& environments,
                                                       std::span<const uint64_t> seeds, agent::ActOptions options,
                                                       const EpisodeHooks& hooks) {
  const env::EnvironmentSpec& spec = environments.spec();
  const size_t count = seeds.size();
  std::vector<env::Observation> observations(count);
  std::vector<data::EpisodeBuilder> builders(count, data::EpisodeBuilder(spec.sensors, spec.action_size));
  std::vector<size_t> playing(count);  // the environments whose episode is not over
  std::iota(playing.begin(), playing.end(), size_t{0});
  std::vector<double> actions(environments.size() * static_cast<size_t>(spec.action_size), 0.0);

  // What the environments in `playing` returned for `actions`.
  const auto take = [&](std::vector<env::TimeStep> steps) {
    std::vector<size_t> still_playing;
    for (size_t i = 0; i < steps.size(); ++i) {
      const size_t number = playing[i];
      const auto action_size = static_cast<size_t>(spec.action_size);
      builders[number].add(steps[i], std::span(actions).subspan(number * action_size, action_size));
      if (!steps[i].is_last) still_playing.push_back(number);
      observations[number] = std::move(steps[i].observation);
      if (hooks.on_step) hooks.on_step(number, environments[number], observations[number]);
    }
    playing = std::move(still_playing);
  };
  take(environments.reset(seeds));

  model::Belief belief = agent.begin(static_cast<int64_t>(count), options);
  while (!playing.empty()) {
    if (hooks.stop_requested && hooks.stop_requested()) return std::nullopt;
    const at::Tensor decided =
        agent.act(belief, data::stack(observations, spec.sensors), options).to(at::kDouble).contiguous();
    std::copy_n(decided.data_ptr<double>(), decided.numel(), actions.begin());
    take(environments.step(playing, actions));
  }

  std::vector<data::Episode> episodes;
  for (const data::EpisodeBuilder& builder : builders) episodes.push_back(builder.build());
  return episodes;
}

}  // namespace vrkn::evaluation
