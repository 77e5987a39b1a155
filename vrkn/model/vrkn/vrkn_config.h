#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vrkn/core/field.h"
#include "vrkn/model/dropout_fields.h"

namespace vrkn::model {

/// The Variational Recurrent Kalman Network (paper, Section 3). Defaults: the authors' PlaNet agents.
struct VrknConfig {
  static constexpr std::string_view kKind = "vrkn";

  int64_t latent_dim = 230;          // = 200 + 30, the feature size of the RSSM it is compared with
  int64_t hidden_dim = 200;          // Dreamer agents: 300
  std::string nonlinearity = "elu";  // Dreamer agents: relu
  double initial_kl_weight = 0.0;    // the bound of Eq. 3 begins at t = 1
  double dropout = 0.1;
  std::string dropout_masks = "step";
  bool fused = true;

  int64_t feature_size() const { return latent_dim; }

  static constexpr void fields(auto& self, auto&& field) {
    common_fields(self, field);
    dropout_fields(self, field);
  }
  static constexpr void common_fields(auto& self, auto&& field) {
    field("latent_dim", self.latent_dim, "size Z of the latent state", at_least(1));
    field("hidden_dim", self.hidden_dim, "hidden units of the transition network", at_least(1));
    field("nonlinearity", self.nonlinearity, "of the transition network's hidden layers", one_of("elu", "relu"));
    field("initial_kl_weight", self.initial_kl_weight, "weight of the first step's KL against the initial state",
          at_least(0));
    field("fused", self.fused, "steps of filter and imagination as single operations; false: LibTorch's operations");
  }
};

/// The VRKN without epistemic uncertainty: "VRKN (no MCD)" of the paper, Section 4.1.
struct VrknNoMcdConfig : VrknConfig {
  static constexpr std::string_view kKind = "vrkn-no-mcd";

  VrknNoMcdConfig() { dropout = 0.0; }
  static constexpr void fields(auto& self, auto&& field) { common_fields(self, field); }
};

}  // namespace vrkn::model
