#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "vrkn/core/field.h"
#include "vrkn/env/spec.h"
#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/model/vrkn/vrkn_config.h"

namespace vrkn::model {

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
  bool centre_images = false;
  int64_t image_waves = 0;
  std::string precision = "float32";
  int64_t vector_hidden = 300;
  int64_t vector_layers = 3;
  int64_t reward_hidden = 200;  // Dreamer agents: 3 layers of 300, elu
  int64_t reward_layers = 2;
  std::string reward_nonlinearity = "relu";

  static constexpr void fields(auto& self, auto&& field) {
    field("image_depth", self.image_depth, "channels of the image encoder's first layer; the others are multiples",
          at_least(1));
    field("centre_images", self.centre_images,
          "image networks see and draw what differs from the first episodes' mean");
    field("image_waves", self.image_waves,
          "sines, and as many cosines, of the latent features that image decoders read; 0: the features as they are",
          at_least(0));
    field("precision", self.precision, "of the convolutions in image encoders and decoders; the rest is float32",
          one_of("float32", "bfloat16"));
    field("vector_hidden", self.vector_hidden, "units of a hidden layer in vector encoders and decoders", at_least(1));
    field("vector_layers", self.vector_layers, "hidden layers in vector encoders and decoders", at_least(1));
    field("reward_hidden", self.reward_hidden, "units of a hidden layer in the reward decoder", at_least(1));
    field("reward_layers", self.reward_layers, "hidden layers in the reward decoder", at_least(1));
    field("reward_nonlinearity", self.reward_nonlinearity, "of the reward decoder", one_of("elu", "relu"));
  }
};

/// The evidence lower bound (Eq. 3): the noise of its likelihoods, and weights of its terms.
struct ObjectiveConfig {
  double sensor_weight = 1.0;
  std::vector<std::string> sensor_weights = {};
  double reward_weight = 10.0;  // Dreamer agents: 1
  std::string sensor_noise = "1";
  std::vector<std::string> sensor_noises = {};
  std::string reward_noise = "1";
  double free_nats = 3.0;
  double dynamics_weight = 1.0;
  double representation_weight = 1.0;
  int64_t overshooting_distance = 1;
  double overshooting_weight = 1.0;

  static constexpr void fields(auto& self, auto&& field) {
    field("sensor_weight", self.sensor_weight, "weight of every sensor's log-likelihood; 0: learn from rewards alone",
          at_least(0));
    field("sensor_weights", self.sensor_weights, "weights of single sensors in its place, as image=2", anything());
    field("reward_weight", self.reward_weight, "weight of the reward's log-likelihood", at_least(0));
    field("sensor_noise", self.sensor_noise,
          "noise around what a sensor's decoder gives: a standard deviation, learned, or learned-per-element",
          anything());
    field("sensor_noises", self.sensor_noises, "noise of single sensors in its place, as image=learned", anything());
    field("reward_noise", self.reward_noise, "noise around what the reward's decoder gives: the same choices",
          anything());
    field("free_nats", self.free_nats, "KL per step, summed over latent dimensions, that costs nothing", at_least(0));
    field("dynamics_weight", self.dynamics_weight,
          "weight of the KL where it moves the prediction towards what was inferred", at_least(0));
    field("representation_weight", self.representation_weight,
          "weight of the KL where it moves what is inferred towards the prediction", at_least(0));
    field("overshooting_distance", self.overshooting_distance,
          "steps ahead that predictions are to meet what was inferred; 1: the bound's own step alone", at_least(1));
    field("overshooting_weight", self.overshooting_weight,
          "weight of the mean KL of predictions from 2 steps ahead to that distance", at_least(0));
  }
  /// Throws ConfigError for a noise that is none of the choices, and for entries without the form sensor=value.
  void validate() const;
  /// Throws ConfigError when a choice is for none of these sensors, or is one that the kind of the sensor cannot have.
  void check_sensors(const std::vector<env::SensorSpec>& sensors) const;
};

/// A whole world model.
struct WorldModelConfig {
  ModelConfig model = {};
  NetworksConfig networks = {};
  ObjectiveConfig objective = {};
};

}  // namespace vrkn::model
