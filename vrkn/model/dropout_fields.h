#pragma once

#include "vrkn/core/field.h"

namespace vrkn::model {

/// The fields of models with Monte Carlo dropout, alike in all of them. Models without have no such keys.
constexpr void dropout_fields(auto& self, auto&& field) {
  field("dropout", self.dropout, "rate of Monte Carlo dropout in the transition network", inside(0.0, 1.0));
  field("dropout_masks", self.dropout_masks, "how long a mask stays: one step, or a whole sequence or trajectory",
        one_of("step", "sequence"));
}

}  // namespace vrkn::model
