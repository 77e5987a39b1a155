#include "vrkn/nn/adam.h"

#include <cmath>

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn {

Adam::Adam(std::vector<at::Tensor> parameters, AdamOptions options)
    : options_(options), parameters_(std::move(parameters)) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> flat;
  for (const at::Tensor& parameter : parameters_) flat.push_back(parameter.detach().reshape(-1));
  values_ = at::cat(flat);
  gradients_ = at::zeros_like(values_);
  first_moment_ = at::zeros_like(values_);
  second_moment_ = at::zeros_like(values_);
  int64_t offset = 0;
  for (at::Tensor& parameter : parameters_) {
    const int64_t count = parameter.numel();
    const auto sizes = parameter.sizes().vec();
    parameter.set_data(values_.narrow(0, offset, count).view(sizes));
    parameter.mutable_grad() = gradients_.narrow(0, offset, count).view(sizes);
    offset += count;
  }
}

void Adam::zero_gradients() {
  gradients_.zero_();
}

at::Tensor Adam::step() {
  const at::NoGradGuard no_grad;
  if (mean_) mean_(gradients_);
  const at::Tensor norm = gradients_.norm();
  const at::Tensor finite = norm.isfinite();
  // Clipping, and nothing at all when the gradient is not finite, without asking the device for a number.
  const at::Tensor scale = (options_.max_gradient_norm / (norm + 1e-6)).clamp_max(1.0);
  const at::Tensor g = at::where(finite, gradients_ * scale, at::zeros_like(gradients_));

  ++steps_;
  const auto t = static_cast<double>(steps_);
  first_moment_.lerp_(g, 1.0 - options_.beta1);
  second_moment_.mul_(options_.beta2).addcmul_(g, g, 1.0 - options_.beta2);
  const double first_scale = 1.0 / (1.0 - std::pow(options_.beta1, t));
  const double second_scale = 1.0 / std::sqrt(1.0 - std::pow(options_.beta2, t));
  const at::Tensor denominator = second_moment_.sqrt().mul_(second_scale).add_(options_.epsilon);
  const at::Tensor change = (first_moment_ / denominator).mul_(finite.to(values_.scalar_type()));
  values_.add_(change, -options_.learning_rate * first_scale);
  return norm;
}

void Adam::save(torch::serialize::OutputArchive& archive) const {
  archive.write("first_moment", first_moment_, /*is_buffer=*/true);
  archive.write("second_moment", second_moment_, /*is_buffer=*/true);
  archive.write("steps", at::scalar_tensor(steps_, at::kLong), /*is_buffer=*/true);
}

void Adam::load(torch::serialize::InputArchive& archive) {
  at::Tensor first, second, steps;
  if (!archive.try_read("first_moment", first, /*is_buffer=*/true) ||
      !archive.try_read("second_moment", second, /*is_buffer=*/true) ||
      !archive.try_read("steps", steps, /*is_buffer=*/true)) {
    throw DataError("The archive holds no state of an Adam optimiser.");
  }
  if (first.sizes() != first_moment_.sizes() || second.sizes() != second_moment_.sizes()) {
    throw DataError("The optimiser's state has " + std::to_string(first.numel()) + " numbers, this model has " +
                    std::to_string(first_moment_.numel()) + ".");
  }
  first_moment_.copy_(first);
  second_moment_.copy_(second);
  steps_ = steps.item<int64_t>();
}

}  // namespace vrkn
