#include "vrkn/training/random_policy.h"

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/evaluation/evaluation.h"
#include "vrkn/run/processor_setup.h"

namespace vrkn::training {

double random_policy_return(const run::ExperimentConfig& config,
                            const std::function<void(int64_t done, int64_t total)>& on_step) {
  env::EnvironmentPool environments =
      env::make_environment_pool(config.environment, config.evaluation.episodes, run::thread_count(config.threads));
  const auto agent =
      agent::make_agent(agent::RandomConfig{}, config.world_model(), environments.spec(), /*seed=*/0, c10::kCPU);
  int64_t steps = 0;
  const evaluation::EpisodeHooks hooks{.on_step =
                                           [&](size_t i, env::Environment& environment, const env::Observation&) {
                                             if (i == 0 && on_step) on_step(steps++, environment.spec().step_limit);
                                           },
                                       .stop_requested = {}};
  const uint64_t seed = derive_seed(static_cast<uint64_t>(config.seed), "random policy");
  return evaluation::evaluate(*agent, environments, seed, hooks)->mean();
}

}  // namespace vrkn::training
