#pragma once

#include "tests/support/temporary_folder.h"
#include "vrkn/agent/make_agent.h"
#include "vrkn/data/episode_file.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/rollout.h"

namespace vrkn {

/// Episodes of random actions of 21 steps, with the sensor "state" [2], as files 000000.npz, ... in a folder.
inline std::vector<std::filesystem::path> log_episodes(const TemporaryFolder& folder, int64_t count) {
  env::Environments worlds;
  worlds.push_back(env::make_environment({.task = "double_integrator", .sensors = {"state"}, .action_repeat = 5}));
  env::EnvironmentPool pool(std::move(worlds));
  const auto agent = agent::make_agent(agent::RandomConfig{}, {}, pool.spec(), 0, c10::kCPU);
  evaluation::roll_out(*agent, pool, count, 1, [&](int64_t number, const data::Episode& episode) {
    data::write_episode(folder / ("00000" + std::to_string(number) + ".npz"), episode, pool.spec().sensors);
  });
  return data::episode_files(folder.path());
}

}  // namespace vrkn
