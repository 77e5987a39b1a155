#pragma once

#include <torch/nn/module.h>

#include "vrkn/math/tensor_generator.h"

namespace vrkn::nn {

/// Draws every weight and bias of `module` and its children anew from `rng`: uniform in +-1/sqrt(fan_in), and
/// +-1/sqrt(memory) in gated units, the ranges that PyTorch's layers use and the authors' networks were trained from.
/// Parameters that are not called "*weight" or "*bias" keep the values their module gave them.
/// Why not at construction: LibTorch's layers draw from a global generator; a run must be a function of its seed alone.
void initialise(torch::nn::Module& module, math::TensorGenerator& rng);

}  // namespace vrkn::nn
