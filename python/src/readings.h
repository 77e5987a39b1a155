#pragma once

#include <span>

#include "python/src/arrays.h"
#include "vrkn/data/batch.h"
#include "vrkn/env/spec.h"
#include "vrkn/env/time_step.h"

namespace vrkn::python {

// In Python a reading is an array, or None where it is missing: an image uint8 [H, W, 3], a vector float [size].

/// The reading of one sensor. Throws ShapeError naming the sensor when the array is not of its size and type.
env::Reading to_reading(nb::handle value, const env::SensorSpec& sensor);
/// None where it is missing.
nb::object to_python(const env::Reading& reading, const env::SensorSpec& sensor);
/// The mask of an image, bool [H, W].
NumpyArray visible_to_numpy(const env::Reading& reading, const env::SensorSpec& sensor);

/// Readings of B episodes: a dictionary from the sensors' names to arrays [B, ...], to lists with one array or None per
/// episode, or to None, where none is there; sensors without an entry are missing as well. Throws ShapeError for a name
/// that is no sensor's, and as to_reading.
data::Observations to_observations(const Readings& readings, std::span<const env::SensorSpec> sensors, int64_t batch);

/// Values [..., 3, H, W] of an image sensor, or [..., size], as the array that Python sees: [..., H, W, 3].
NumpyArray values_to_numpy(const at::Tensor& values, const env::SensorSpec& sensor);

/// The shape of a reading: (H, W, 3) or (size,).
nb::typed<nb::tuple, int64_t, nb::ellipsis> python_shape(const env::SensorSpec& sensor);

}  // namespace vrkn::python
