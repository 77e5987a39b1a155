#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vrkn/core/error.h"
#include "vrkn/core/field.h"

namespace vrkn::agent {

/// An ensemble of one-step predictors; see Disagreement.
struct EnsembleConfig {
  int64_t members = 0;
  int64_t hidden = 128;
  int64_t layers = 2;
  double learning_rate = 1e-3;

  static constexpr void fields(auto& self, auto&& field) {
    field("members", self.members, "networks that predict the next latent state, K; 0: none, else at least 2",
          at_least(0));
    field("hidden", self.hidden, "units of a hidden layer of each", at_least(1));
    field("layers", self.layers, "hidden layers of each", at_least(1));
    field("learning_rate", self.learning_rate, "of these networks", positive());
  }
  /// Throws ConfigError for a single member, which disagrees with nobody.
  void validate() const {
    if (members == 1) throw ConfigError("members is 1, but must be 0, or at least 2");
  }
};

/// Throws ConfigError where the key `name` gives a weight to the disagreement of an ensemble that is not there.
inline void check_disagreement(const EnsembleConfig& ensemble, std::string_view name, double weight) {
  if (weight != 0.0 && ensemble.members == 0) {
    throw ConfigError(std::string(name) + " is " + std::to_string(weight) +
                      ", but ensemble.members is 0: 2 or more can disagree");
  }
}

}  // namespace vrkn::agent
