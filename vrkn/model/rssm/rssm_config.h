#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vrkn/core/field.h"
#include "vrkn/model/dropout_fields.h"

namespace vrkn::model {

/// The Recurrent State Space Model (Hafner et al. 2019; paper, Section 2.3), and what its variants are made of. Each of
/// the kinds below sets the last four for its variant and has the keys that this variant reads, so that no two keys can
/// contradict each other. Defaults: the authors' PlaNet agents.
struct RssmConfig {
  static constexpr std::string_view kKind = "rssm";

  int64_t stochastic_dim = 30;
  int64_t hidden_dim = 200;  // Dreamer agents: 300
  std::string nonlinearity = "elu";
  double min_std = 0.1;
  double initial_kl_weight = 1.0;      // step 0 has a prediction, and its KL counts as any other
  int64_t deterministic_dim = 200;     // 0: no deterministic path
  double dropout = 0.0;                // 0: none
  std::string dropout_masks = "step";  // read where there is dropout
  int64_t smoother_dim = 0;            // 0: no smoothing
  bool fused = true;                   // read where there is a gated unit

  int64_t feature_size() const { return stochastic_dim + deterministic_dim; }

  static constexpr void fields(auto& self, auto&& field) {
    common_fields(self, field);
    deterministic_fields(self, field);
  }

  static constexpr void common_fields(auto& self, auto&& field) {
    field("stochastic_dim", self.stochastic_dim, "size Z of the stochastic state", at_least(1));
    field("hidden_dim", self.hidden_dim, "units of the hidden layers of prior and posterior", at_least(1));
    field("nonlinearity", self.nonlinearity, "of the hidden layers", one_of("elu", "relu"));
    field("min_std", self.min_std, "smallest standard deviation of prior and posterior", positive());
    field("initial_kl_weight", self.initial_kl_weight, "weight of the first step's KL", at_least(0));
  }
  static constexpr void deterministic_fields(auto& self, auto&& field) {
    field("deterministic_dim", self.deterministic_dim, "size D of the deterministic memory", at_least(1));
    field("fused", self.fused, "the gated unit's gates as a single operation; false: LibTorch's operations");
  }
  static constexpr void smoother_fields(auto& self, auto&& field) {
    field("smoother_dim", self.smoother_dim, "units of the gated unit that runs backwards, and of the layers around it",
          at_least(1));
  }
};

/// With Monte Carlo dropout in the transition network.
struct RssmMcdConfig : RssmConfig {
  static constexpr std::string_view kKind = "rssm-mcd";

  RssmMcdConfig() { dropout = 0.1; }
  static constexpr void fields(auto& self, auto&& field) {
    RssmConfig::fields(self, field);
    dropout_fields(self, field);
  }
};

/// With a gated unit that runs backwards over the embeddings, so that the belief knows the future.
struct RssmSmoothingConfig : RssmConfig {
  static constexpr std::string_view kKind = "rssm-smoothing";

  RssmSmoothingConfig() { smoother_dim = 300; }
  static constexpr void fields(auto& self, auto&& field) {
    RssmConfig::fields(self, field);
    smoother_fields(self, field);
  }
};

/// With both.
struct RssmSmoothingMcdConfig : RssmConfig {
  static constexpr std::string_view kKind = "rssm-smoothing-mcd";

  RssmSmoothingMcdConfig() {
    dropout = 0.1;
    smoother_dim = 300;
  }
  static constexpr void fields(auto& self, auto&& field) {
    RssmConfig::fields(self, field);
    smoother_fields(self, field);
    dropout_fields(self, field);
  }
};

/// PlaNet's purely stochastic model: no deterministic path.
struct SsmConfig : RssmConfig {
  static constexpr std::string_view kKind = "ssm";

  SsmConfig() { deterministic_dim = 0; }
  static constexpr void fields(auto& self, auto&& field) { common_fields(self, field); }
};

}  // namespace vrkn::model
