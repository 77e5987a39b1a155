#pragma once

#include <torch/nn/module.h>
#include <torch/serialize/archive.h>

namespace vrkn::nn {

/// Writes every parameter and buffer of `module` under its name.
void save_weights(const torch::nn::Module& module, torch::serialize::OutputArchive& archive);

/// Copies saved weights into the tensors of `module`, which keep their storage: an optimiser may own it (Adam does),
/// and LibTorch's own loading would replace it. Throws DataError naming the first tensor that is missing or of another
/// size; nothing is changed then.
void load_weights(torch::nn::Module& module, torch::serialize::InputArchive& archive);

}  // namespace vrkn::nn
