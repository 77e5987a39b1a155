#pragma once

#include "vrkn/model/rssm/rssm_config.h"
#include "vrkn/onnx/belief_values.h"
#include "vrkn/onnx/weights.h"

namespace vrkn::onnx {

// The RSSM and its variants as a graph: vrkn/model/rssm/rssm.h written a second time. `weights`: its own.

/// The prior of the next observation: where the action [rows, A] leads from the posterior; where an episode begins,
/// is_first bool [rows, 1], from a state, a memory and an action of zeros. It has no sample, which an update does not
/// read.
BeliefValues prior(const model::RssmConfig& config, const Weights& weights, const BeliefValues& posterior,
                   const Value& action, const Value& is_first);

/// The prior with what the sensors say; `noise` [rows, Z], standard normal, draws the sample. A smoothing model sees a
/// sequence of length 1.
BeliefValues update(const model::RssmConfig& config, const Weights& weights, const BeliefValues& prior,
                    const std::vector<SensorValues>& sensors, const Value& noise);

/// The belief one step later, with a sample of its own.
BeliefValues predict(const model::RssmConfig& config, const Weights& weights, const BeliefValues& belief,
                     const Value& action, const Value& noise, const MaskValues& masks);

Value features(const model::RssmConfig& config, const BeliefValues& belief);

}  // namespace vrkn::onnx
