#pragma once

#include <cstdint>

#include "vrkn/kernel/device_stream.h"
#include "vrkn/kernel/kernels.h"
#include "vrkn/kernel/recurrent_elements.h"
#include "vrkn/kernel/smoother_elements.h"

// The functions of RecurrentKernels for one way of running through arrays: `Runs` is
// Loops (loops.h) or what starts kernels on a device (cuda_kernels.cu). With internal linkage as in
// philox_loops.h.
namespace vrkn::kernel {
namespace {

template <class Runs, class Real>
void gru_step(const DeviceStream& where, int64_t rows, int64_t size, const Real* x, const Real* h, const Real* memory,
              Real* next, Real* gates) {
  Runs::elements(where, rows, size, GruForward<Real>{size, x, h, memory, next, gates});
}

template <class Runs, class Real>
void gru_step_back(const DeviceStream& where, int64_t rows, int64_t size, const Real* gates, const Real* memory,
                   const Real* d_next, Real* d_x, Real* d_h, Real* d_memory) {
  Runs::elements(where, rows, size, GruBackward<Real>{size, gates, memory, d_next, d_x, d_h, d_memory});
}

template <class Runs, class Real>
void predict_step(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* raw,
                  const Real* mean, const Real* var, const PredictArrays<Real>& out) {
  Runs::elements(where, rows, size, PredictForward<Real>{size, Dynamics<Real>(bounds), raw, mean, var, out});
}

template <class Runs, class Real>
void predict_step_back(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                       const Real* factor, const Real* var, const Real* mean, const Real* belief_var,
                       const PredictArrays<const Real>& d, Real* d_raw, Real* d_mean, Real* d_var) {
  Runs::elements(
      where, rows, size,
      PredictBackward<Real>{size, Dynamics<Real>(bounds), factor, var, mean, belief_var, d, d_raw, d_mean, d_var});
}

template <class Runs, class Real>
void imagine_step(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds, const Real* raw,
                  const Real* noise, const ImagineArrays<const Real>& belief, const ImagineArrays<Real>& out) {
  Runs::elements(where, rows, size, ImagineForward<Real>{size, Dynamics<Real>(bounds), raw, noise, belief, out});
}

template <class Runs, class Real>
void imagine_step_back(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                       const Real* raw, const Real* noise, const ImagineArrays<const Real>& belief,
                       const ImagineArrays<const Real>& d, Real* d_raw, const ImagineArrays<Real>& d_belief) {
  Runs::elements(where, rows, size,
                 ImagineBackward<Real>{size, Dynamics<Real>(bounds), raw, noise, belief, d, d_raw, d_belief});
}

template <class Runs, class Real>
void update_step(const DeviceStream& where, int64_t rows, int64_t size, const UpdateArrays<const Real>& in,
                 const Real* valid, Real* mean, Real* var) {
  Runs::elements(where, rows, size, UpdateForward<Real>{size, in, valid, mean, var});
}

template <class Runs, class Real>
void update_step_back(const DeviceStream& where, int64_t rows, int64_t size, const UpdateArrays<const Real>& in,
                      const Real* valid, const Real* d_mean, const Real* d_var, const UpdateArrays<Real>& d) {
  Runs::elements(where, rows, size, UpdateBackward<Real>{size, in, valid, d_mean, d_var, d});
}

template <class Runs, class Real>
void smooth_sequence(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                     const FilteredArrays<const Real>& in, const Real* noise, const SmoothedArrays<Real>& out) {
  Runs::sequences(where, rows, SmoothForward<Real>{steps, size, in, noise, out});
}

template <class Runs, class Real>
void smooth_sequence_back(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                          const FilteredArrays<const Real>& in, const Real* noise, const Real* mean, const Real* var,
                          const SmoothedArrays<const Real>& d, const FilteredArrays<Real>& d_in) {
  Runs::sequences(where, rows, SmoothBackward<Real>{steps, size, in, noise, mean, var, d, d_in});
}

template <class Runs, class Real>
constexpr RecurrentKernels<Real> recurrent_kernels() {
  return {gru_step<Runs, Real>,        gru_step_back<Runs, Real>,
          predict_step<Runs, Real>,    predict_step_back<Runs, Real>,
          imagine_step<Runs, Real>,    imagine_step_back<Runs, Real>,
          update_step<Runs, Real>,     update_step_back<Runs, Real>,
          smooth_sequence<Runs, Real>, smooth_sequence_back<Runs, Real>};
}

template <class Runs>
constexpr FusedKernels fused_kernels() {
  return {recurrent_kernels<Runs, float>(), recurrent_kernels<Runs, double>()};
}

}  // namespace
}  // namespace vrkn::kernel
