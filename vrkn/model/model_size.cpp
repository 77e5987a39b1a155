#include "vrkn/model/model_size.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "vrkn/nn/image_decoder.h"

namespace vrkn::model {
namespace {

NetworkSize operator+(NetworkSize left, const NetworkSize& right) {
  return left += right;
}

NetworkSize layer_size(double input, double output) {
  return {input * output + output, output};
}

NetworkSize gated_unit_size(double input, double memory) {
  return {3 * memory * (input + memory) + 6 * memory, 7 * memory};  // both sides of three gates, and the new memory
}

double pixels(double channels, double height, double width) {
  return channels * height * width;
}

/// Encoder and decoder of a sensor, and the size of its embedding.
struct CodecSize {
  NetworkSize encoder, decoder;
  double embedding = 0.0;
};

CodecSize image_codec_size(const env::SensorSpec& sensor, const NetworksConfig& config, double features) {
  constexpr double kKernel = 4, kStride = 2;
  const auto depth = static_cast<double>(config.image_depth);
  double height = static_cast<double>(sensor.shape[1]), width = static_cast<double>(sensor.shape[2]);
  CodecSize size;
  double input = static_cast<double>(sensor.shape[0]), channels = depth;
  size.encoder.outputs = pixels(input, height, width);  // what it reads
  for (; std::min(height, width) >= kKernel; channels *= 2) {
    height = std::floor((height - kKernel) / kStride) + 1;
    width = std::floor((width - kKernel) / kStride) + 1;
    size.encoder += {input * channels * kKernel * kKernel + channels, pixels(channels, height, width)};
    input = channels;
  }
  size.embedding = pixels(input, height, width);

  if (config.image_waves > 0) {
    const auto waves = static_cast<double>(config.image_waves);
    size.decoder += {waves * features, 3 * waves};
    features = 2 * waves;
  }
  const size_t layers = nn::decoder_kernels(std::min(sensor.shape[1], sensor.shape[2])).size();
  const nn::DecoderSide rows = nn::decoder_side(sensor.shape[1], layers),
                        columns = nn::decoder_side(sensor.shape[2], layers);
  channels = 32 * depth;
  height = static_cast<double>(rows.start);
  width = static_cast<double>(columns.start);
  size.decoder += layer_size(features, pixels(channels, height, width));
  for (size_t i = 0; i < layers; ++i) {
    const size_t left = layers - 1 - i;
    const double output =
        left == 0 ? static_cast<double>(sensor.shape[0]) : std::ldexp(depth, static_cast<int>(left) - 1);
    const auto kernel_rows = static_cast<double>(rows.kernels[i]),
               kernel_columns = static_cast<double>(columns.kernels[i]);
    height = kStride * (height - 1) + kernel_rows;
    width = kStride * (width - 1) + kernel_columns;
    size.decoder += {channels * output * kernel_rows * kernel_columns + output, pixels(output, height, width)};
    channels = output;
  }
  return size;
}

CodecSize codec_size(const env::SensorSpec& sensor, const NetworksConfig& config, double features) {
  if (sensor.kind == env::SensorKind::kImage) return image_codec_size(sensor, config, features);
  return {.encoder = mlp_size(static_cast<double>(sensor.size()), config.vector_hidden, config.vector_layers, 0),
          .decoder = mlp_size(features, config.vector_hidden, config.vector_layers, sensor.size()),
          .embedding = static_cast<double>(config.vector_hidden)};
}

NetworkSize transition_size(const VrknConfig& config, double action_size) {
  const auto Z = static_cast<double>(config.latent_dim), H = static_cast<double>(config.hidden_dim);
  return layer_size(Z + action_size, H) + gated_unit_size(H, Z) + layer_size(Z, H) + layer_size(H, 3 * Z) +
         NetworkSize{.parameters = 0, .outputs = 3 * Z};
}

NetworkSize transition_size(const RssmConfig& config, double action_size) {
  const auto Z = static_cast<double>(config.stochastic_dim), H = static_cast<double>(config.hidden_dim),
             D = static_cast<double>(config.deterministic_dim);
  NetworkSize size = layer_size(Z + action_size, H);
  if (D > 0) size += gated_unit_size(H, D) + layer_size(D, H);
  return size + layer_size(H, 2 * Z) + NetworkSize{.parameters = 0, .outputs = 3 * Z};
}

/// What takes in the embeddings of the sensors.
NetworkSize update_size(const VrknConfig& config, const std::vector<double>& embeddings) {
  const auto Z = static_cast<double>(config.latent_dim);
  NetworkSize size{.parameters = Z, .outputs = 0};
  for (const double embedding : embeddings) size += layer_size(embedding, 2 * Z);
  return size;
}

NetworkSize update_size(const RssmConfig& config, const std::vector<double>& embeddings) {
  const auto Z = static_cast<double>(config.stochastic_dim), H = static_cast<double>(config.hidden_dim),
             D = static_cast<double>(config.deterministic_dim), M = static_cast<double>(config.smoother_dim);
  double input = 0;
  for (const double embedding : embeddings) input += embedding + 1;  // and whether it counts
  NetworkSize size;
  if (M > 0) {
    size += layer_size(input, M) + gated_unit_size(M, M) + layer_size(M, M);
    input = M;
  }
  return size + layer_size((D > 0 ? D : 2 * Z) + input, H) + layer_size(H, 2 * Z);
}

}  // namespace

double feature_count(const ModelConfig& config) {
  const auto count = [](const auto& chosen) {
    if constexpr (requires { chosen.latent_dim; }) {
      return static_cast<double>(chosen.latent_dim);
    } else {
      return static_cast<double>(chosen.stochastic_dim) + static_cast<double>(chosen.deterministic_dim);
    }
  };
  return std::visit(count, config);
}

NetworkSize mlp_size(double input, int64_t hidden, int64_t layers, int64_t output) {
  const auto H = static_cast<double>(hidden), repeated = static_cast<double>(layers - 1);
  NetworkSize size = layer_size(input, H);
  size += {repeated * (H * H + H), repeated * H};
  return output > 0 ? size + layer_size(H, static_cast<double>(output)) : size;
}

NetworkSize transition_size(const ModelConfig& config, int64_t action_size) {
  return std::visit([&](const auto& chosen) { return transition_size(chosen, static_cast<double>(action_size)); },
                    config);
}

NetworkSize world_model_size(const WorldModelConfig& config, const std::vector<env::SensorSpec>& sensors,
                             int64_t action_size) {
  const double features = feature_count(config.model);
  const bool decodes = config.objective.sensor_weight != 0.0 || !config.objective.sensor_weights.empty();
  NetworkSize size = transition_size(config.model, action_size);
  std::vector<double> embeddings;
  for (const env::SensorSpec& sensor : sensors) {
    CodecSize codec = codec_size(sensor, config.networks, features);
    if (!decodes) codec.decoder.outputs = 0;
    size += codec.encoder + codec.decoder;
    embeddings.push_back(codec.embedding);
  }
  size += std::visit([&](const auto& chosen) { return update_size(chosen, embeddings); }, config.model);
  return size + mlp_size(features, config.networks.reward_hidden, config.networks.reward_layers, 1);
}

}  // namespace vrkn::model
