#include "vrkn/nn/frozen.h"

#include <utility>

namespace vrkn::nn {

Frozen::Frozen(std::vector<at::Tensor> parameters) : parameters_(std::move(parameters)) {
  for (at::Tensor& parameter : parameters_) parameter.set_requires_grad(false);
}

Frozen::~Frozen() {
  for (at::Tensor& parameter : parameters_) parameter.set_requires_grad(true);
}

}  // namespace vrkn::nn
