#pragma once

#include "vrkn/core/image.h"
#include "vrkn/data/batch.h"
#include "vrkn/math/rng.h"
#include "vrkn/model/world_model.h"

namespace vrkn {

/// A strip of pictures of an image sensor over time, dropout off. Rows: what was observed (grey where the sensor was
/// silent), the reconstruction from the belief the model learns with (smoothed), the reconstruction from the posterior
/// (what it acts on). Columns: `columns` steps, evenly spread over the sequence. batch: one sequence, B = 1.
Image reconstruction_strip(WorldModel& model, size_t sensor, const Batch& batch, int64_t columns, Rng& rng);

}  // namespace vrkn
