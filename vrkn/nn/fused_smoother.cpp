#include "vrkn/nn/fused_smoother.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "vrkn/kernel/recurrent.h"
#include "vrkn/nn/fused_rows.h"

namespace vrkn::nn {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

/// FilteredArrays or SmoothedArrays of some sequences of seven tensors.
template <class Arrays, class Real>
Arrays arrays(const Rows<Real>& rows, const variable_list& of) {
  return {rows.of(of[0]), rows.of(of[1]), rows.of(of[2]), rows.of(of[3]),
          rows.of(of[4]), rows.of(of[5]), rows.of(of[6])};
}

/// filtered: mean, var, prior mean, prior var, factor, offset, var of the noise.
variable_list run(const variable_list& filtered, const Tensor& noise) {
  const int64_t B = noise.size(0), T = noise.size(1), Z = noise.size(2);
  variable_list out;
  for (int i = 0; i < 7; ++i) out.push_back(at::empty_like(noise));
  for_rows(noise, B, T * Z, [&]<class Real>(const Rows<Real>& rows) {
    kernel::kernels_for<Real>(rows.where)
        .smooth_forward(rows.where, rows.count, T, Z, arrays<kernel::FilteredArrays<const Real>>(rows, filtered),
                        rows.of(noise), arrays<kernel::SmoothedArrays<Real>>(rows, out));
  });
  return out;
}

struct Smooth : torch::autograd::Function<Smooth> {
  static variable_list forward(AutogradContext* context, const Tensor& mean, const Tensor& var,
                               const Tensor& prior_mean, const Tensor& prior_var, const Tensor& factor,
                               const Tensor& offset, const Tensor& noise_var, const Tensor& noise) {
    const variable_list out = run({mean, var, prior_mean, prior_var, factor, offset, noise_var}, noise);
    context->save_for_backward({mean, var, prior_mean, prior_var, factor, offset, noise_var, noise, out[0], out[1]});
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &noise = saved[7], &mean = saved[8], &var = saved[9];
    for (Tensor& gradient : gradients) gradient = dense(gradient, noise);
    const int64_t B = noise.size(0), T = noise.size(1), Z = noise.size(2);
    variable_list d;
    for (size_t i = 0; i < 7; ++i) d.push_back(at::empty_like(saved[i]));
    for_rows(noise, B, T * Z, [&]<class Real>(const Rows<Real>& rows) {
      kernel::kernels_for<Real>(rows.where)
          .smooth_backward(rows.where, rows.count, T, Z, arrays<kernel::FilteredArrays<const Real>>(rows, saved),
                           rows.of(noise), rows.of(mean), rows.of(var),
                           arrays<kernel::SmoothedArrays<const Real>>(rows, gradients),
                           arrays<kernel::FilteredArrays<Real>>(rows, d));
    });
    d.emplace_back();
    return d;
  }
};

/// `first` as step 0 before the steps of `rest`: [B, T, Z] and [B, T-1, Z] -> [B, T, Z].
math::DiagonalGaussian after_first(const math::DiagonalGaussian& first, const math::DiagonalGaussian& rest) {
  return {at::cat({first.mean.narrow(1, 0, 1), rest.mean}, 1), at::cat({first.var.narrow(1, 0, 1), rest.var}, 1)};
}

}  // namespace

SmoothedStates fused_smooth(const math::DiagonalGaussian& posterior, const math::DiagonalGaussian& prior,
                            const math::LinearDynamics& dynamics, const Tensor& noise) {
  const Tensor mean = posterior.mean.contiguous(), var = posterior.var.contiguous(),
               prior_mean = prior.mean.contiguous(), prior_var = prior.var.contiguous(),
               A = dynamics.factor.contiguous(), b = dynamics.offset.contiguous(), Q = dynamics.var.contiguous(),
               n = noise.contiguous();
  const variable_list out = at::GradMode::is_enabled() ? Smooth::apply(mean, var, prior_mean, prior_var, A, b, Q, n)
                                                       : run({mean, var, prior_mean, prior_var, A, b, Q}, n);
  return {.belief = {out[0], out[1]}, .state = out[2], .inferred = {out[3], out[4]}, .predicted = {out[5], out[6]}};
}

SmoothedStates smoothed_states(const math::DiagonalGaussian& posterior, const math::DiagonalGaussian& prior,
                               const math::LinearDynamics& dynamics, const Tensor& noise) {
  const math::Smoothed smoothed = math::smooth(posterior, prior, dynamics);
  const Tensor z = math::sample(smoothed.belief, noise), previous = z.narrow(1, 0, z.size(1) - 1);
  return {.belief = smoothed.belief,
          .state = z,
          .inferred = after_first(smoothed.belief, math::smoothed_dynamics(smoothed, previous)),
          .predicted = after_first(prior, math::conditional(dynamics, previous))};
}

}  // namespace vrkn::nn
