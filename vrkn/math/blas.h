#pragma once

#include <cstdint>
#include <string>

namespace vrkn::math {

/// LibTorch's BLAS, and how fast it multiplies. Float32 matrices may go to oneDNN instead (vrkn/math/product.h).
struct BlasReport {
  std::string library;  ///< as blas_library() says
  std::string kernels;  ///< as blas_kernels() says
  double gflops = 0.0;  ///< measured with one square float32 product
  bool slow = false;    ///< true below what any optimised BLAS reaches on one core
};

/// Which kernels OpenBLAS uses, such as SkylakeX, by the processor or by the environment variable OPENBLAS_CORETYPE;
/// empty for other libraries.
std::string blas_kernels();

/// The file that provides sgemm in this process, links resolved.
std::string blas_library();

/// Finds the BLAS this process uses and times products of size x size matrices, best of three.
BlasReport measure_blas(int64_t size = 1024);

}  // namespace vrkn::math
