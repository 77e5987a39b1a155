#pragma once

#include <cstdint>

#include "vrkn/kernel/device_stream.h"
#include "vrkn/kernel/smoother.h"

namespace vrkn::kernel {

// The elementwise parts of one step of the recurrences, and the smoother after them, forwards and backwards, each in
// one pass over memory. Arrays are contiguous, [rows, size] unless said otherwise; results never overlap arguments.
// Real is float or double.

/// low + (high - low) sigmoid(x + shift).
struct BoundedSigmoid {
  double low, high, shift;
};

/// The bounds of the factor A and the variance Q of locally linear dynamics.
struct DynamicsBounds {
  BoundedSigmoid factor, var;
};

/// Arrays of one step of locally linear dynamics; as results of the forward pass, or as their gradients.
template <class Real>
struct PredictArrays {
  Real *factor, *offset, *var;  ///< A, b, Q
  Real *mean, *belief_var;      ///< A m + b, A^2 P + Q
};

/// The same step of a belief and, beside it, of a state: A s + b + sqrt(Q) noise.
template <class Real>
struct ImagineArrays {
  Real *mean, *var, *state;
};

/// Measurement update in Joseph form (vrkn/math/kalman.h).
template <class Real>
struct UpdateArrays {
  Real *mean, *var, *obs, *obs_var;
};

/// The functions for one device and one type of numbers.
template <class Real>
struct RecurrentKernels {
  /// Gates of a GRU (Cho et al. 2014) from the inputs' and the memory's shares x, h [rows, 3 size] in the order reset,
  /// update, candidate:
  ///
  ///   r = sigmoid(x_r + h_r),  u = sigmoid(x_u + h_u),  n = tanh(x_n + r h_n),  next = n + u (memory - n).
  ///
  /// `gates` [rows, 4 size] keeps r, u, n, h_n for the way back; null: not wanted.
  void (*gru_forward)(const DeviceStream& where, int64_t rows, int64_t size, const Real* x, const Real* h,
                      const Real* memory, Real* next, Real* gates);
  /// The gradients of x, h [rows, 3 size] and of the memory, given that of `next`.
  void (*gru_backward)(const DeviceStream& where, int64_t rows, int64_t size, const Real* gates, const Real* memory,
                       const Real* next_gradient, Real* x_gradient, Real* h_gradient, Real* memory_gradient);

  /// raw [rows, 3 size]: A and Q before their bounds, and b; a belief (m, P).
  void (*predict_forward)(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                          const Real* raw, const Real* mean, const Real* var, const PredictArrays<Real>& results);
  void (*predict_backward)(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                           const Real* factor, const Real* var, const Real* mean, const Real* belief_var,
                           const PredictArrays<const Real>& gradients, Real* raw_gradient, Real* mean_gradient,
                           Real* var_gradient);

  void (*imagine_forward)(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                          const Real* raw, const Real* noise, const ImagineArrays<const Real>& belief,
                          const ImagineArrays<Real>& results);
  void (*imagine_backward)(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                           const Real* raw, const Real* noise, const ImagineArrays<const Real>& belief,
                           const ImagineArrays<const Real>& gradients, Real* raw_gradient,
                           const ImagineArrays<Real>& belief_gradients);

  /// valid [rows].
  void (*update_forward)(const DeviceStream& where, int64_t rows, int64_t size,
                         const UpdateArrays<const Real>& prior_and_obs, const Real* valid, Real* mean, Real* var);
  void (*update_backward)(const DeviceStream& where, int64_t rows, int64_t size,
                          const UpdateArrays<const Real>& prior_and_obs, const Real* valid, const Real* mean_gradient,
                          const Real* var_gradient, const UpdateArrays<Real>& gradients);

  /// vrkn/kernel/smoother.h has the equations.
  void (*smooth_forward)(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                         const FilteredArrays<const Real>& filtered, const Real* noise,
                         const SmoothedArrays<Real>& results);
  /// mean, var: m^s and P^s. The offset of `filtered` is not read.
  void (*smooth_backward)(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                          const FilteredArrays<const Real>& filtered, const Real* noise, const Real* mean,
                          const Real* var, const SmoothedArrays<const Real>& gradients,
                          const FilteredArrays<Real>& filtered_gradients);
};

/// The kernels for a device. Throws Error for one on a CUDA device in a program without such.
template <class Real>
const RecurrentKernels<Real>& kernels_for(const DeviceStream& where);

}  // namespace vrkn::kernel
