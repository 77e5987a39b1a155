#include "vrkn/kernel/recurrent.h"

#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel {
namespace {

template <class Real>
const kernel::RecurrentKernels<Real>& kernels_for(const DeviceStream& where) {
  if constexpr (sizeof(Real) == sizeof(float)) {
    return kernel::kernels_for_stream(where).in_float;
  } else {
    return kernel::kernels_for_stream(where).in_double;
  }
}

}  // namespace

template <class Real>
void gru_forward(const DeviceStream& where, int64_t rows, int64_t size, const Real* x, const Real* h,
                 const Real* memory, Real* next, Real* gates) {
  kernels_for<Real>(where).gru_forward(where, rows, size, x, h, memory, next, gates);
}
template <class Real>
void gru_backward(const DeviceStream& where, int64_t rows, int64_t size, const Real* gates, const Real* memory,
                  const Real* next_gradient, Real* x_gradient, Real* h_gradient, Real* memory_gradient) {
  kernels_for<Real>(where).gru_backward(where, rows, size, gates, memory, next_gradient, x_gradient, h_gradient,
                                        memory_gradient);
}
template <class Real>
void predict_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                     const Real* raw, const Real* mean, const Real* var, const PredictArrays<Real>& results) {
  kernels_for<Real>(where).predict_forward(where, rows, size, bounds, raw, mean, var, results);
}
template <class Real>
void predict_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                      const Real* factor, const Real* var, const Real* mean, const Real* belief_var,
                      const PredictArrays<const Real>& gradients, Real* raw_gradient, Real* mean_gradient,
                      Real* var_gradient) {
  kernels_for<Real>(where).predict_backward(where, rows, size, bounds, factor, var, mean, belief_var, gradients,
                                            raw_gradient, mean_gradient, var_gradient);
}
template <class Real>
void imagine_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                     const Real* raw, const Real* noise, const ImagineArrays<const Real>& belief,
                     const ImagineArrays<Real>& results) {
  kernels_for<Real>(where).imagine_forward(where, rows, size, bounds, raw, noise, belief, results);
}
template <class Real>
void imagine_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                      const Real* raw, const Real* noise, const ImagineArrays<const Real>& belief,
                      const ImagineArrays<const Real>& gradients, Real* raw_gradient,
                      const ImagineArrays<Real>& belief_gradients) {
  kernels_for<Real>(where).imagine_backward(where, rows, size, bounds, raw, noise, belief, gradients, raw_gradient,
                                            belief_gradients);
}
template <class Real>
void update_forward(const DeviceStream& where, int64_t rows, int64_t size,
                    const UpdateArrays<const Real>& prior_and_obs, const Real* valid, Real* mean, Real* var) {
  kernels_for<Real>(where).update_forward(where, rows, size, prior_and_obs, valid, mean, var);
}
template <class Real>
void update_backward(const DeviceStream& where, int64_t rows, int64_t size,
                     const UpdateArrays<const Real>& prior_and_obs, const Real* valid, const Real* mean_gradient,
                     const Real* var_gradient, const UpdateArrays<Real>& gradients) {
  kernels_for<Real>(where).update_backward(where, rows, size, prior_and_obs, valid, mean_gradient, var_gradient,
                                           gradients);
}

template void gru_forward(const DeviceStream& where, int64_t rows, int64_t size, const float* x, const float* h,
                          const float* memory, float* next, float* gates);
template void gru_backward(const DeviceStream& where, int64_t rows, int64_t size, const float* gates,
                           const float* memory, const float* next_gradient, float* x_gradient, float* h_gradient,
                           float* memory_gradient);
template void predict_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                              const float* raw, const float* mean, const float* var,
                              const PredictArrays<float>& results);
template void predict_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                               const float* factor, const float* var, const float* mean, const float* belief_var,
                               const PredictArrays<const float>& gradients, float* raw_gradient, float* mean_gradient,
                               float* var_gradient);
template void imagine_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                              const float* raw, const float* noise, const ImagineArrays<const float>& belief,
                              const ImagineArrays<float>& results);
template void imagine_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                               const float* raw, const float* noise, const ImagineArrays<const float>& belief,
                               const ImagineArrays<const float>& gradients, float* raw_gradient,
                               const ImagineArrays<float>& belief_gradients);
template void update_forward(const DeviceStream& where, int64_t rows, int64_t size,
                             const UpdateArrays<const float>& prior_and_obs, const float* valid, float* mean,
                             float* var);
template void update_backward(const DeviceStream& where, int64_t rows, int64_t size,
                              const UpdateArrays<const float>& prior_and_obs, const float* valid,
                              const float* mean_gradient, const float* var_gradient,
                              const UpdateArrays<float>& gradients);
template void gru_forward(const DeviceStream& where, int64_t rows, int64_t size, const double* x, const double* h,
                          const double* memory, double* next, double* gates);
template void gru_backward(const DeviceStream& where, int64_t rows, int64_t size, const double* gates,
                           const double* memory, const double* next_gradient, double* x_gradient, double* h_gradient,
                           double* memory_gradient);
template void predict_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                              const double* raw, const double* mean, const double* var,
                              const PredictArrays<double>& results);
template void predict_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                               const double* factor, const double* var, const double* mean, const double* belief_var,
                               const PredictArrays<const double>& gradients, double* raw_gradient,
                               double* mean_gradient, double* var_gradient);
template void imagine_forward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                              const double* raw, const double* noise, const ImagineArrays<const double>& belief,
                              const ImagineArrays<double>& results);
template void imagine_backward(const DeviceStream& where, int64_t rows, int64_t size, const DynamicsBounds& bounds,
                               const double* raw, const double* noise, const ImagineArrays<const double>& belief,
                               const ImagineArrays<const double>& gradients, double* raw_gradient,
                               const ImagineArrays<double>& belief_gradients);
template void update_forward(const DeviceStream& where, int64_t rows, int64_t size,
                             const UpdateArrays<const double>& prior_and_obs, const double* valid, double* mean,
                             double* var);
template void update_backward(const DeviceStream& where, int64_t rows, int64_t size,
                              const UpdateArrays<const double>& prior_and_obs, const double* valid,
                              const double* mean_gradient, const double* var_gradient,
                              const UpdateArrays<double>& gradients);

}  // namespace vrkn::kernel
