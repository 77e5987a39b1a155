#include "vrkn/env/suite/starts.h"

#include "vrkn/env/mujoco/model.h"

namespace vrkn::env {

Recording draw_starts(const SuiteTask& task, std::span<const uint64_t> seeds) {
  const SharedModel scene = load_model(task.scene);
  SuiteEnvironment environment(task, {.sensors = {"state"}});
  Recording starts;
  for (const uint64_t seed : seeds) {
    environment.begin(seed);
    starts.episodes.emplace_back().start = {.model_fields = changed_model_fields(*scene, environment.physics().model()),
                                            .physics = environment.physics().state()};
  }
  return starts;
}

}  // namespace vrkn::env
