#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vrkn/core/field.h"

namespace vrkn {

/// The Variational Recurrent Kalman Network (paper, Section 3). Defaults: the authors' PlaNet agents.
struct VrknConfig {
  static constexpr std::string_view kKind = "vrkn";

  int64_t latent_dim = 230;          // = 200 + 30, the feature size of the RSSM it is compared with
  int64_t hidden_dim = 200;          // Dreamer agents: 300
  std::string nonlinearity = "elu";  // Dreamer agents: relu
  double dropout = 0.1;

  int64_t feature_size() const { return latent_dim; }

  static constexpr void fields(auto& self, auto&& field) {
    field("latent_dim", self.latent_dim, "size Z of the latent state", at_least(1));
    field("hidden_dim", self.hidden_dim, "hidden units of the transition network", at_least(1));
    field("nonlinearity", self.nonlinearity, "of the transition network's hidden layers", one_of("elu", "relu"));
    field("dropout", self.dropout, "rate of Monte Carlo dropout in the transition network; 0: no epistemic uncertainty",
          between(0.0, 0.9));
  }
};

}  // namespace vrkn
