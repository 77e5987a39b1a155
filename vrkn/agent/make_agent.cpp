#include "vrkn/agent/make_agent.h"

#include "vrkn/agent/planet/planet_agent.h"
#include "vrkn/agent/random/random_agent.h"

namespace vrkn {
namespace {

struct Maker {
  const WorldModelConfig& world_model;
  const EnvironmentSpec& environment;
  uint64_t seed;
  c10::Device device;

  std::unique_ptr<Agent> operator()(const PlanetConfig& config) const {
    Rng rng(seed);  // on the host whatever the device: the same weights everywhere
    auto model = std::make_shared<WorldModel>(environment.sensors, environment.action_size, world_model, rng);
    model->to(device);
    return std::make_unique<PlanetAgent>(config, std::move(model), device);
  }
  std::unique_ptr<Agent> operator()(const RandomConfig& config) const {
    return std::make_unique<RandomAgent>(environment.action_size, config.amplitude);
  }
};

}  // namespace

std::unique_ptr<Agent> make_agent(const AgentConfig& config, const WorldModelConfig& world_model,
                                  const EnvironmentSpec& environment, uint64_t seed, c10::Device device) {
  return std::visit(Maker{world_model, environment, seed, device}, config);
}

}  // namespace vrkn
