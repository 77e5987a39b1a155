#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "vrkn/core/field.h"
#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/model/vrkn/vrkn_config.h"

namespace vrkn {

/// Which state space model: the key `kind` chooses. A new model is one more alternative here and in make_model.cpp.
using ModelConfig = std::variant<VrknConfig, VrknNoMcdConfig, RssmConfig, RssmMcdConfig, RssmSmoothingConfig,
                                 RssmSmoothingMcdConfig, SsmConfig>;

/// F, the size of the features that the model will offer: known before the model is made, since the decoders and the
/// encoders that it is made for are built together.
inline int64_t feature_size(const ModelConfig& config) {
  return std::visit([](const auto& chosen) { return chosen.feature_size(); }, config);
}

/// The weight of the first step's KL in the bound: the models differ in what their first prediction means.
inline double initial_kl_weight(const ModelConfig& config) {
  return std::visit([](const auto& chosen) { return chosen.initial_kl_weight; }, config);
}

/// Sizes of the networks around the state space model. Defaults: the authors' PlaNet agents.
struct NetworksConfig {
  int64_t image_depth = 32;
  std::string precision = "float32";
  int64_t vector_hidden = 300;
  int64_t vector_layers = 3;
  int64_t reward_hidden = 200;  // Dreamer agents: 3 layers of 300, elu
  int64_t reward_layers = 2;
  std::string reward_nonlinearity = "relu";

  static constexpr void fields(auto& self, auto&& field) {
    field("image_depth", self.image_depth, "channels of the image encoder's first layer; the others are multiples",
          at_least(1));
    field("precision", self.precision, "of the convolutions in image encoders and decoders; the rest is float32",
          one_of("float32", "bfloat16"));
    field("vector_hidden", self.vector_hidden, "units of a hidden layer in vector encoders and decoders", at_least(1));
    field("vector_layers", self.vector_layers, "hidden layers in vector encoders and decoders", at_least(1));
    field("reward_hidden", self.reward_hidden, "units of a hidden layer in the reward decoder", at_least(1));
    field("reward_layers", self.reward_layers, "hidden layers in the reward decoder", at_least(1));
    field("reward_nonlinearity", self.reward_nonlinearity, "of the reward decoder", one_of("elu", "relu"));
  }
};

/// Weights of the terms of the evidence lower bound (Eq. 3).
struct ObjectiveConfig {
  double sensor_weight = 1.0;
  double reward_weight = 10.0;  // Dreamer agents: 1
  double free_nats = 3.0;

  static constexpr void fields(auto& self, auto&& field) {
    field("sensor_weight", self.sensor_weight, "weight of every sensor's log-likelihood; 0: learn from rewards alone",
          at_least(0));
    field("reward_weight", self.reward_weight, "weight of the reward's log-likelihood", at_least(0));
    field("free_nats", self.free_nats, "KL per step, summed over latent dimensions, that costs nothing", at_least(0));
  }
};

/// A whole world model.
struct WorldModelConfig {
  ModelConfig model = {};
  NetworksConfig networks = {};
  ObjectiveConfig objective = {};
};

}  // namespace vrkn
