#pragma once

namespace vrkn {

/// Sets OPENBLAS_CORETYPE for programs started from here where OpenBLAS does not know this processor: it then falls
/// back to kernels without AVX, several times slower. Does nothing where the variable is set, where the BLAS is another
/// one, and where OpenBLAS chose by itself.
void choose_blas_kernels();

}  // namespace vrkn
