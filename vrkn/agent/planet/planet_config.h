#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vrkn/agent/ensemble_config.h"
#include "vrkn/core/field.h"

namespace vrkn::agent {

/// PlaNet: planning with the cross-entropy method on the learned model (Hafner et al. 2019). Defaults: the paper's.
struct PlanetConfig {
  static constexpr std::string_view kKind = "planet";
  static constexpr std::array kFormerNames = {FormerName{"candidates", "population_size"},
                                              FormerName{"top_candidates", "num_elites"}};

  int64_t horizon = 12;
  int64_t iterations = 10;
  int64_t population_size = 1000;
  int64_t num_elites = 100;
  double learning_rate = 1e-3;
  double adam_epsilon = 1e-8;
  double max_gradient_norm = 1000.0;
  double weight_average = 0.0;
  double disagreement = 0.0;
  double evaluation_disagreement = 0.0;
  EnsembleConfig ensemble = {};

  static constexpr void fields(auto& self, auto&& field) {
    field("horizon", self.horizon, "agent steps planned ahead, H", at_least(1));
    field("iterations", self.iterations, "times that the plans' distribution is refitted", at_least(1));
    field("population_size", self.population_size, "plans tried per iteration, N", at_least(2));
    field("num_elites", self.num_elites, "the best plans, which the distribution is refitted to", at_least(2));
    field("learning_rate", self.learning_rate, "of the world model", positive());
    field("adam_epsilon", self.adam_epsilon, "epsilon of Adam", positive());
    field("max_gradient_norm", self.max_gradient_norm, "the gradient is scaled down to this norm", positive());
    field("weight_average", self.weight_average,
          "share that an update keeps of the running averages of the weights, which plan; 0: the newest weights plan",
          half_open(0.0, 1.0));
    field("disagreement", self.disagreement,
          "reward that plans get for a unit of the ensemble's disagreement while collecting: above 0 explores, below 0 "
          "avoids what is unknown",
          anything());
    field("evaluation_disagreement", self.evaluation_disagreement,
          "reward that plans get for a unit of the ensemble's disagreement while evaluating", anything());
    field("ensemble", self.ensemble, "one-step predictors, whose disagreement says what is unknown");
  }
  /// Throws ConfigError when there are more elites than plans, or a weight for the disagreement of no ensemble.
  void validate() const;
};

}  // namespace vrkn::agent
