#include "vrkn/math/shape.h"

#include <sstream>

#include "vrkn/core/error.h"

namespace vrkn::math {

void check_shape(const at::Tensor& tensor, at::IntArrayRef expected, std::string_view name) {
  if (tensor.defined() && tensor.dim() == static_cast<int64_t>(expected.size())) {
    bool fits = true;
    for (size_t i = 0; i < expected.size(); ++i) fits &= expected[i] == -1 || expected[i] == tensor.sizes()[i];
    if (fits) return;
  }
  std::ostringstream message;
  message << name << " has sizes ";
  if (tensor.defined()) {
    message << tensor.sizes();
  } else {
    message << "(undefined)";
  }
  message << ", expected " << expected << " (-1: any).";
  throw ShapeError(message.str());
}

}  // namespace vrkn::math
