#pragma once

#include <cstdint>
#include <string_view>

#include "vrkn/agent/ensemble_config.h"
#include "vrkn/core/field.h"

namespace vrkn::agent {

/// Dreamer: a policy learned in imagination, with the learned model as a differentiable simulator (Hafner et al. 2020).
/// Defaults: the paper's.
struct DreamerConfig {
  static constexpr std::string_view kKind = "dreamer";

  int64_t horizon = 15;
  double discount = 0.99;
  double lambda = 0.95;
  int64_t actor_hidden = 300;
  int64_t actor_layers = 3;
  int64_t value_hidden = 300;
  int64_t value_layers = 3;
  double model_learning_rate = 6e-4;
  double actor_learning_rate = 8e-5;
  double value_learning_rate = 8e-5;
  double adam_epsilon = 1e-8;
  double max_gradient_norm = 100.0;
  double weight_average = 0.0;
  bool bound_returns = false;
  double disagreement = 0.0;
  EnsembleConfig ensemble = {};

  static constexpr void fields(auto& self, auto&& field) {
    field("horizon", self.horizon, "agent steps imagined from every state of a batch, H", at_least(2));
    field("discount", self.discount, "of rewards, per agent step", between(0.0, 1.0));
    field("lambda", self.lambda, "of the lambda-return: 0 trusts the value at once, 1 only at the horizon",
          between(0.0, 1.0));
    field("actor_hidden", self.actor_hidden, "units of a hidden layer in the actor", at_least(1));
    field("actor_layers", self.actor_layers, "hidden layers in the actor", at_least(1));
    field("value_hidden", self.value_hidden, "units of a hidden layer in the value network", at_least(1));
    field("value_layers", self.value_layers, "hidden layers in the value network", at_least(1));
    field("model_learning_rate", self.model_learning_rate, "of the world model", positive());
    field("actor_learning_rate", self.actor_learning_rate, "of the actor", positive());
    field("value_learning_rate", self.value_learning_rate, "of the value network", positive());
    field("adam_epsilon", self.adam_epsilon, "epsilon of Adam", positive());
    field("max_gradient_norm", self.max_gradient_norm, "each of the three gradients is scaled down to this norm",
          positive());
    field("weight_average", self.weight_average,
          "share that an update keeps of the running averages of the weights, which act; 0: the newest weights act",
          half_open(0.0, 1.0));
    field("bound_returns", self.bound_returns,
          "keep imagined rewards in the range of those seen so far, and values within what such rewards sum to");
    field(
        "disagreement", self.disagreement,
        "reward that imagined steps get for a unit of the ensemble's disagreement: above 0 the policy explores, below "
        "0 it avoids what is unknown",
        anything());
    field("ensemble", self.ensemble, "one-step predictors, whose disagreement says what is unknown");
  }
  /// Throws ConfigError for a weight of the disagreement of no ensemble, and for bounds where returns have none.
  void validate() const {
    check_disagreement(ensemble, "disagreement", disagreement);
    if (bound_returns && discount == 1.0) throw ConfigError("bound_returns needs a discount below 1");
    if (bound_returns && disagreement != 0.0) throw ConfigError("bound_returns knows no rewards for disagreement");
  }
};

}  // namespace vrkn::agent
