#include "apps/launcher/blas_kernels.h"

#include <cstdlib>
#include <dlfcn.h>
#include <string_view>

namespace vrkn {
namespace {

constexpr const char* kVariable = "OPENBLAS_CORETYPE";

/// What OpenBLAS uses on an x86 processor of a model it has never heard of.
constexpr std::string_view kFallback = "Prescott";

/// The kernels that this system's BLAS uses; empty where it is no OpenBLAS.
std::string_view kernels_in_use() {
  void* const blas = ::dlopen("libblas.so.3", RTLD_NOW | RTLD_LOCAL);
  if (blas == nullptr) return {};
  // OpenBLAS exports it without declaring it.
  auto* const name = reinterpret_cast<char* (*)()>(::dlsym(blas, "gotoblas_corename"));
  return name == nullptr ? "" : name();
}

/// The best kernels that every OpenBLAS of the last ten years has and this processor can run; null where there are
/// none.
const char* kernels_by_instructions() {
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (avx512) return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return nullptr;
}

}  // namespace

void choose_blas_kernels() {
  const char* const better = kernels_by_instructions();
  if (better == nullptr || std::getenv(kVariable) != nullptr || kernels_in_use() != kFallback) return;
  ::setenv(kVariable, better, /*overwrite=*/1);
}

}  // namespace vrkn
