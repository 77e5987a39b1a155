#include "vrkn/nn/initialise.h"

#include <cmath>

#include <ATen/ATen.h>

#include "vrkn/nn/gru_cell.h"

namespace vrkn::nn {
namespace {

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Inputs of one output unit. For a transposed convolution [in, out, k, k] this is out * k * k, as PyTorch counts.
int64_t fan_in(const torch::nn::Module& module) {
  if (const auto* cell = dynamic_cast<const GruCellImpl*>(&module)) return cell->memory_size;
  for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
    if (ends_with(parameter.key(), "weight")) return parameter.value().numel() / parameter.value().size(0);
  }
  return 0;
}

}  // namespace

void initialise(torch::nn::Module& module, math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const int64_t inputs = fan_in(module);
  if (inputs > 0) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
    for (auto& parameter : module.named_parameters(/*recurse=*/false)) {
      if (!ends_with(parameter.key(), "weight") && !ends_with(parameter.key(), "bias")) continue;
      parameter.value().copy_(rng.uniform(parameter.value().sizes()).mul_(2.0 * bound).sub_(bound));
    }
  }
  for (const auto& child : module.children()) initialise(*child, rng);
}

}  // namespace vrkn::nn
