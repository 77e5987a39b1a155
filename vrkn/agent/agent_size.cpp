#include "vrkn/agent/agent_size.h"

#include <variant>

#include "vrkn/model/model_size.h"

namespace vrkn::agent {
namespace {

struct Size {
  const model::WorldModelConfig& world_model;
  const std::vector<env::SensorSpec>& sensors;
  int64_t action_size;

  AgentSize operator()(const PlanetConfig& config) const {
    AgentSize size = of_model(config.weight_average);
    const model::NetworkSize ensemble = of_ensemble(config.ensemble);
    size.parameters += ensemble.parameters;
    size.per_step += ensemble.outputs;
    const auto N = static_cast<double>(config.population_size), H = static_cast<double>(config.horizon);
    const double kept = static_cast<double>(action_size) + model::feature_count(world_model.model) +
                        static_cast<double>(world_model.networks.reward_hidden);  // of every step
    size.per_decision = N * (H * kept + imagined_step().outputs);
    if (config.disagreement != 0.0 || config.evaluation_disagreement != 0.0) {
      size.per_decision += N * H * ensemble.outputs;
    }
    return size;
  }

  AgentSize operator()(const DreamerConfig& config) const {
    AgentSize size = of_model(config.weight_average);
    const double features = model::feature_count(world_model.model);
    const model::NetworkSize actor =
        model::mlp_size(features, config.actor_hidden, config.actor_layers, 2 * action_size);
    const model::NetworkSize value = model::mlp_size(features, config.value_hidden, config.value_layers, 1);
    const model::NetworkSize ensemble = of_ensemble(config.ensemble);
    size.parameters += actor.parameters + value.parameters + ensemble.parameters;
    size.per_step += ensemble.outputs;
    if (config.weight_average > 0.0) size.averages += actor.parameters;
    size.per_step += static_cast<double>(config.horizon) *
                     (actor.outputs + value.outputs + imagined_step().outputs + reward().outputs);
    if (config.disagreement != 0.0) size.per_step += static_cast<double>(config.horizon) * ensemble.outputs;
    size.per_decision = actor.outputs;
    return size;
  }

  AgentSize operator()(const RandomConfig& /*config*/) const { return {}; }

  AgentSize of_model(double weight_average) const {
    const model::NetworkSize model = model::world_model_size(world_model, sensors, action_size);
    return {.parameters = model.parameters,
            .averages = weight_average > 0.0 ? model.parameters : 0.0,
            .per_step = model.outputs};
  }
  model::NetworkSize of_ensemble(const EnsembleConfig& config) const {
    const double features = model::feature_count(world_model.model), K = static_cast<double>(config.members);
    const model::NetworkSize member = model::mlp_size(features + static_cast<double>(action_size), config.hidden,
                                                      config.layers, model::feature_size(world_model.model));
    return {.parameters = K * member.parameters, .outputs = K * member.outputs};
  }
  model::NetworkSize imagined_step() const { return model::transition_size(world_model.model, action_size); }
  model::NetworkSize reward() const {
    return model::mlp_size(model::feature_count(world_model.model), world_model.networks.reward_hidden,
                           world_model.networks.reward_layers, 1);
  }
};

}  // namespace

AgentSize agent_size(const AgentConfig& config, const model::WorldModelConfig& world_model,
                     const std::vector<env::SensorSpec>& sensors, int64_t action_size) {
  return std::visit(Size{world_model, sensors, action_size}, config);
}

}  // namespace vrkn::agent
