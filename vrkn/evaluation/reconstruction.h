#pragma once

#include <span>

#include "vrkn/core/image.h"
#include "vrkn/data/batch.h"
#include "vrkn/math/tensor_generator.h"
#include "vrkn/model/world_model.h"

namespace vrkn::evaluation {

/// A strip of pictures of an image sensor over time, dropout off. Rows: what was observed (grey where the sensor was
/// missing), the reconstruction from the belief the model learns with (smoothed), the reconstruction from the posterior
/// (what it acts on). Columns: `columns` steps, evenly spread over the sequence. batch: one sequence, B = 1.
Image reconstruction_strip(model::WorldModel& model, size_t sensor, const data::Batch& batch, int64_t columns,
                           math::TensorGenerator& rng);

/// Image readings for people: uint8 [..., 3, H, W], grey where the reading is missing.
at::Tensor shown(const data::Readings& readings);

/// Pictures over time, a row for each of `rows`, uint8 [T, 3, H, W] of one size on any device, at least one. Columns:
/// `columns` of the T steps, evenly spread; a wider gap stands between those before step `context` and the others.
Image picture_strip(std::span<const at::Tensor> rows, int64_t context, int64_t columns);

}  // namespace vrkn::evaluation
