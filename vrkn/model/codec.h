#pragma once

#include <memory>

#include <torch/nn/module.h>

#include "vrkn/data/statistics.h"
#include "vrkn/env/spec.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/model/model_config.h"

namespace vrkn::model {

/// What the world model does with one sensor: raw readings to network values, those to an embedding, and features of
/// the latent state back to network values. A new kind of sensor is a new codec.
/// Of images raw readings are uint8 [N, C, H, W]. Their network values are float, in [-0.5, 0.5): reduced to 5 bits and
/// dithered with uniform noise (PlaNet; Hafner et al. 2019); where images are centred, less the mean picture. Of
/// vectors both are float [N, size], network values standardised.
class Codec : public torch::nn::Module {
 public:
  /// Raw readings [N, ...] to float network values of the same sizes, the targets of reconstruction.
  virtual at::Tensor normalise(const at::Tensor& raw, math::TensorGenerator& rng) const = 0;
  /// The inverse, as far as there is one: network values to raw readings, of the raw type.
  virtual at::Tensor denormalise(const at::Tensor& values) const = 0;
  /// How much raw reading a network value of 1 is: a factor that spreads over values [N, ...]. Of images 256, of
  /// vectors each element's standard deviation.
  virtual at::Tensor unit() const = 0;
  /// Network values [N, ...] to embeddings [N, embedding_size()].
  virtual at::Tensor encode(const at::Tensor& values) = 0;
  /// Number of values of an embedding.
  virtual int64_t embedding_size() const = 0;
  /// Features [N, F] to the mean of a Gaussian over network values [N, ...]. F: what make_codec was given.
  virtual at::Tensor decode(const at::Tensor& features) = 0;
  /// How the raw readings scatter, for codecs that standardise. Part of the saved weights.
  virtual void set_statistics(const data::SensorStatistics& statistics) { (void)statistics; }
};

/// The codec of a sensor. `feature_size`: F of the state space model that it decodes from. Throws ShapeError for images
/// with a side below 16 pixels, ConfigError for an unknown precision.
std::shared_ptr<Codec> make_codec(const env::SensorSpec& sensor, const NetworksConfig& config, int64_t feature_size);

}  // namespace vrkn::model
