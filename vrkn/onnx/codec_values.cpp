#include "vrkn/onnx/codec_values.h"

#include <vector>

#include "vrkn/onnx/layers.h"

namespace vrkn::onnx {
namespace {

constexpr double kGreyLevels = 256.0;

/// The mean picture, where images are centred.
bool is_centred(const Weights& weights) {
  return weights.contains("mean");
}

Value image_embedding(const Weights& weights, const Value& reading, const Value& dither) {
  // Reduced to 5 bits, moved to [-0.5, 0.5), dithered.
  Value x = floor(to_float(reading) / 8.0) / 32.0 - 0.5 + dither / 32.0;
  if (is_centred(weights)) x = x - weights.constant("mean", x);
  return image_encoder(x, weights.of("encoder"));
}

/// shape: [channels, height, width].
Value image_mean(const std::vector<int64_t>& shape, const Weights& weights, const Value& features) {
  const bool waves = weights.contains("waves");
  const Value input = waves ? fourier_features(features, weights.of("waves")) : features;
  Value x = image_decoder(input, weights.of("decoder"), shape[1], shape[2]);
  if (is_centred(weights)) x = x + weights.constant("mean", x);
  return (x + 0.5) * kGreyLevels;
}

}  // namespace

Value encode(const env::SensorSpec& sensor, const Weights& weights, const Value& reading, const Value& valid,
             const Value& dither) {
  if (sensor.kind == env::SensorKind::kImage) return image_embedding(weights, reading, dither);
  const Value known = where(valid, reading, reading.graph().scalar(0.0));
  return mlp((known - weights.constant("mean", known)) / weights.constant("std", known), weights.of("encoder"));
}

Value decode(const env::SensorSpec& sensor, const Weights& weights, const Value& features) {
  if (sensor.kind == env::SensorKind::kImage) return image_mean(sensor.shape, weights, features);
  const Value x = mlp(features, weights.of("decoder"));
  return x * weights.constant("std", x) + weights.constant("mean", x);
}

}  // namespace vrkn::onnx
