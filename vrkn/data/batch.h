#pragma once

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "vrkn/env/spec.h"
#include "vrkn/env/time_step.h"

namespace vrkn::data {

/// What one sensor said, for any leading axes: [B], [B, T] or, within an episode, [L].
struct Readings {
  at::Tensor values;  ///< uint8 [..., C, H, W] or float [..., size]
  at::Tensor valid;   ///< bool [...]; where false, the values are zeros and mean nothing
  /// bool [..., H, W], true where a pixel shows the world; undefined unless the spec is masked.
  at::Tensor visible = {};
};

/// The function of every tensor of some readings, and of the same tensors of others beside it. A tensor that is not
/// defined stays so. What is done to readings as a whole goes through here, so that no tensor is forgotten.
template <class Function, class... Others>
Readings map(Function&& function, const Readings& readings, const Others&... others) {
  const auto apply = [&](const at::Tensor& tensor, const auto&... same) {
    return tensor.defined() ? at::Tensor(function(tensor, same...)) : tensor;
  };
  return {apply(readings.values, others.values...), apply(readings.valid, others.valid...),
          apply(readings.visible, others.visible...)};
}

/// One entry per sensor, in the order of the environment's sensor specs.
using Observations = std::vector<Readings>;

/// Training sequences. Step t holds the observation, the action that led to it and the reward that came with it; at the
/// first step of an episode action and reward are zero.
struct Batch {
  Observations observations;  ///< leading [B, T]
  at::Tensor actions;         ///< float [B, T, A]
  at::Tensor rewards;         ///< float [B, T, 1]

  /// The same batch on another device.
  Batch to(c10::Device device) const;
};

/// Stacks what several environments say now into one observation with leading [B].
/// Throws ShapeError when a reading or its mask does not have its sensor's size.
Observations stack(std::span<const env::Observation> observations, std::span<const env::SensorSpec> sensors);

/// The same observations on another device.
Observations to(const Observations& observations, c10::Device device);

}  // namespace vrkn::data
