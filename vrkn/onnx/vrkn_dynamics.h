#pragma once

#include "vrkn/model/vrkn/vrkn_config.h"
#include "vrkn/onnx/belief_values.h"
#include "vrkn/onnx/weights.h"

namespace vrkn::onnx {

// The VRKN (paper, Section 3) as a graph: vrkn/model/vrkn/vrkn.h written a second time. `weights`: its own.

/// The prior of the next observation: where the action [rows, A] leads from the posterior, and where an episode begins,
/// is_first bool [rows, 1], the initial state. It has no sample, which an update does not read.
BeliefValues prior(const model::VrknConfig& config, const Weights& weights, const BeliefValues& posterior,
                   const Value& action, const Value& is_first);

/// The prior with what the sensors say; `noise` [rows, Z], standard normal, draws the sample.
BeliefValues update(const model::VrknConfig& config, const Weights& weights, const BeliefValues& prior,
                    const std::vector<SensorValues>& sensors, const Value& noise);

/// The belief one step later, with a sample of its own.
BeliefValues predict(const model::VrknConfig& config, const Weights& weights, const BeliefValues& belief,
                     const Value& action, const Value& noise, const MaskValues& masks);

Value features(const model::VrknConfig& config, const BeliefValues& belief);

}  // namespace vrkn::onnx
