#pragma once

#include <type_traits>
#include <vector>

#include <torch/nn/module.h>

#include "vrkn/core/kind_of.h"
#include "vrkn/model/model_config.h"

namespace vrkn {

/// Every kind of model at a size for tests, dropout strong where there is any.
inline std::vector<model::ModelConfig> small_models() {
  std::vector<model::ModelConfig> models{
      model::VrknConfig{},          model::VrknNoMcdConfig{},        model::RssmConfig{}, model::RssmMcdConfig{},
      model::RssmSmoothingConfig{}, model::RssmSmoothingMcdConfig{}, model::SsmConfig{}};
  static_assert(std::variant_size_v<model::ModelConfig> == 7, "a new kind of model belongs into this list");
  const auto shrink = [](auto& config) {
    config.hidden_dim = 7;
    if (config.dropout > 0.0) config.dropout = 0.4;
    if constexpr (std::is_base_of_v<model::RssmConfig, std::decay_t<decltype(config)>>) {
      config.stochastic_dim = 3;
      if (config.deterministic_dim > 0) config.deterministic_dim = 5;
      if (config.smoother_dim > 0) config.smoother_dim = 4;
    } else {
      config.latent_dim = 4;
    }
  };
  for (model::ModelConfig& model : models) std::visit(shrink, model);
  return models;
}

/// How many weights a module has.
inline double parameters_of(const torch::nn::Module& module) {
  double count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += static_cast<double>(parameter.numel());
  return count;
}

/// The same model with masks that stay for a sequence.
inline model::ModelConfig with_sequence_masks(model::ModelConfig model) {
  std::visit([](auto& config) { config.dropout_masks = "sequence"; }, model);
  return model;
}

}  // namespace vrkn
