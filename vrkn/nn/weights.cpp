#include "vrkn/nn/weights.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::nn {
namespace {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
  bool is_buffer;
};

std::vector<NamedTensor> tensors_of(const torch::nn::Module& module) {
  std::vector<NamedTensor> tensors;
  for (const auto& item : module.named_parameters()) tensors.push_back({item.key(), item.value(), false});
  for (const auto& item : module.named_buffers()) tensors.push_back({item.key(), item.value(), true});
  // Archives take no dots in names.
  for (NamedTensor& item : tensors) std::replace(item.name.begin(), item.name.end(), '.', '/');
  return tensors;
}

}  // namespace

void save_weights(const torch::nn::Module& module, torch::serialize::OutputArchive& archive) {
  for (const auto& [name, tensor, is_buffer] : tensors_of(module))
    archive.write(name, tensor.detach().clone(), is_buffer);
}

void load_weights(torch::nn::Module& module, torch::serialize::InputArchive& archive) {
  const at::NoGradGuard no_grad;
  std::vector<std::pair<at::Tensor, at::Tensor>> copies;
  for (const auto& [name, tensor, is_buffer] : tensors_of(module)) {
    at::Tensor saved;
    if (!archive.try_read(name, saved, is_buffer)) throw DataError("The saved weights have no '" + name + "'.");
    if (saved.sizes() != tensor.sizes()) {
      std::ostringstream message;
      message << "The saved weights '" << name << "' have sizes " << saved.sizes() << ", this model's "
              << tensor.sizes() << '.';
      throw DataError(message.str());
    }
    copies.emplace_back(tensor, saved);
  }
  for (auto& [tensor, saved] : copies) tensor.copy_(saved);
}

}  // namespace vrkn::nn
