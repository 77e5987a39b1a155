#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace vrkn {

/// The largest difference between automatic and central-difference gradients of a scalar function, relative to
/// max(1, |gradient|). `inputs`: double tensors, small; they are changed while probing and restored.
inline double gradient_error(const std::function<at::Tensor(const std::vector<at::Tensor>&)>& function,
                             std::vector<at::Tensor> inputs, double step = 1e-5) {
  for (at::Tensor& input : inputs) input = input.detach().clone().set_requires_grad(true);
  const at::Tensor value = function(inputs);
  const auto gradients = torch::autograd::grad({value}, inputs, /*grad_outputs=*/{}, /*retain_graph=*/false,
                                               /*create_graph=*/false, /*allow_unused=*/true);
  double worst = 0.0;
  at::NoGradGuard no_grad;
  for (size_t i = 0; i < inputs.size(); ++i) {
    at::Tensor flat = inputs[i].detach().view(-1);
    const at::Tensor analytic = gradients[i].defined() ? gradients[i].reshape(-1) : at::zeros_like(flat);
    for (int64_t k = 0; k < flat.numel(); ++k) {
      const double origin = flat[k].item<double>();
      flat[k] = origin + step;
      const double above = function(inputs).item<double>();
      flat[k] = origin - step;
      const double below = function(inputs).item<double>();
      flat[k] = origin;
      const double numeric = (above - below) / (2.0 * step);
      const double exact = analytic[k].item<double>();
      worst = std::max(worst, std::abs(numeric - exact) / std::max(1.0, std::abs(exact)));
    }
  }
  return worst;
}

}  // namespace vrkn
