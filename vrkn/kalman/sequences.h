#pragma once

#include "vrkn/kalman/model.h"
#include "vrkn/kalman/series.h"

namespace vrkn::kalman {

/// What was observed, and the controls that acted. A component of an observation that is NaN was not observed; a
/// sequence that is shorter than the others ends in steps of NaN.
struct Sequences {
  Series observations;   ///< o [N, T, O], NaN: missing
  Series controls = {};  ///< u [N, T, U], u_t leads into step t and u_0 only acts on o_0; empty for models without
};

/// Checks data against a model, and the model itself. Throws ShapeError when sizes disagree; DataError for no
/// sequences, sequences of length 0, an infinite observation, a control that is not finite, or a sequence of which
/// nothing at all was observed.
void validate(const LinearGaussianModel& model, const Sequences& data);

/// Whether every sequence misses the same components at the same steps. All sequences then share their covariances.
bool same_pattern(const Series& observations);

}  // namespace vrkn::kalman
