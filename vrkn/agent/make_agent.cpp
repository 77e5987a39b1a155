#include "vrkn/agent/make_agent.h"

#include "vrkn/agent/dreamer/dreamer_agent.h"
#include "vrkn/agent/planet/planet_agent.h"
#include "vrkn/agent/random/random_agent.h"
#include "vrkn/core/random.h"

namespace vrkn::agent {
namespace {

struct Maker {
  const model::WorldModelConfig& world_model;
  const env::EnvironmentSpec& environment;
  uint64_t seed;
  c10::Device device;

  // Weights are drawn on the host whatever the device: the same everywhere.
  std::unique_ptr<Agent> operator()(const PlanetConfig& config) const {
    math::TensorGenerator rng(seed);
    auto model = make_world_model(rng);
    return std::make_unique<PlanetAgent>(config, std::move(model), device, make_disagreement(config.ensemble));
  }
  std::unique_ptr<Agent> operator()(const DreamerConfig& config) const {
    math::TensorGenerator rng(seed);
    auto model = make_world_model(rng);
    return std::make_unique<DreamerAgent>(config, std::move(model), model::feature_size(world_model.model), rng, device,
                                          make_disagreement(config.ensemble));
  }
  std::unique_ptr<Agent> operator()(const RandomConfig& config) const {
    return std::make_unique<RandomAgent>(environment.action_size, config.amplitude);
  }

  std::shared_ptr<model::WorldModel> make_world_model(math::TensorGenerator& rng) const {
    auto model = std::make_shared<model::WorldModel>(environment.sensors, environment.action_size, world_model, rng);
    model->to(device);
    return model;
  }

  /// With a generator of its own: the other networks are the same with and without an ensemble.
  std::unique_ptr<Disagreement> make_disagreement(const EnsembleConfig& config) const {
    if (config.members == 0) return nullptr;
    math::TensorGenerator rng(derive_seed(seed, "ensemble"));
    return std::make_unique<Disagreement>(config, model::feature_size(world_model.model), environment.action_size, rng,
                                          device);
  }
};

}  // namespace

std::unique_ptr<Agent> make_agent(const AgentConfig& config, const model::WorldModelConfig& world_model,
                                  const env::EnvironmentSpec& environment, uint64_t seed, c10::Device device) {
  return std::visit(Maker{world_model, environment, seed, device}, config);
}

}  // namespace vrkn::agent
