#include "vrkn/kernel/smoother.h"

#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel {

template <>
void smooth_forward(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                    const FilteredArrays<const float>& filtered, const float* noise,
                    const SmoothedArrays<float>& results) {
  kernel::kernels_for_stream(where).in_float.smooth_forward(where, rows, steps, size, filtered, noise, results);
}
template <>
void smooth_forward(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                    const FilteredArrays<const double>& filtered, const double* noise,
                    const SmoothedArrays<double>& results) {
  kernel::kernels_for_stream(where).in_double.smooth_forward(where, rows, steps, size, filtered, noise, results);
}

template <>
void smooth_backward(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                     const FilteredArrays<const float>& filtered, const float* noise, const float* mean,
                     const float* var, const SmoothedArrays<const float>& gradients,
                     const FilteredArrays<float>& filtered_gradients) {
  kernel::kernels_for_stream(where).in_float.smooth_backward(where, rows, steps, size, filtered, noise, mean, var,
                                                             gradients, filtered_gradients);
}
template <>
void smooth_backward(const DeviceStream& where, int64_t rows, int64_t steps, int64_t size,
                     const FilteredArrays<const double>& filtered, const double* noise, const double* mean,
                     const double* var, const SmoothedArrays<const double>& gradients,
                     const FilteredArrays<double>& filtered_gradients) {
  kernel::kernels_for_stream(where).in_double.smooth_backward(where, rows, steps, size, filtered, noise, mean, var,
                                                              gradients, filtered_gradients);
}

}  // namespace vrkn::kernel
