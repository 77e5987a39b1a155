#pragma once

#include "vrkn/env/spec.h"
#include "vrkn/onnx/graph.h"
#include "vrkn/onnx/weights.h"

namespace vrkn::onnx {

// The codecs of vrkn/model as graphs. `weights`: those of the sensor's codec. Readings are raw: images uint8
// [rows, 3, size, size], vectors float [rows, size] in the sensor's own units.

/// What a sensor's reading becomes for the model, [rows, E]. `valid` bool [rows, 1]: where it is false the reading is
/// not looked at, and may be anything. `dither`, of images only, is uniform noise in [0, 1) or its mean, 0.5.
Value encode(const env::SensorSpec& sensor, const Weights& weights, const Value& reading, const Value& valid,
             const Value& dither);

/// The mean of the reading that features [rows, F] predict, in raw units; of images in grey levels, which may lie
/// beyond 0 and 255 as a Gaussian's mean may.
Value decode(const env::SensorSpec& sensor, const Weights& weights, const Value& features);

}  // namespace vrkn::onnx
