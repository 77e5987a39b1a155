#include "vrkn/math/blas.h"

#include <algorithm>
#include <chrono>
#include <dlfcn.h>
#include <filesystem>

#include <ATen/ATen.h>

namespace vrkn::math {
std::string blas_kernels() {
  // OpenBLAS exports it without declaring it.
  auto* const name = reinterpret_cast<char* (*)()>(dlsym(RTLD_DEFAULT, "gotoblas_corename"));
  return name == nullptr ? "" : name();
}

std::string blas_library() {
  void* symbol = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) return "built into LibTorch";
  std::error_code ignored;
  const auto resolved = std::filesystem::canonical(info.dli_fname, ignored);
  return ignored ? info.dli_fname : resolved.string();
}

BlasReport measure_blas(int64_t size) {
  const at::Tensor a = at::ones({size, size}), b = at::ones({size, size});
  at::Tensor c = at::mm(a, b);  // warm-up
  double best = 0.0;
  for (int repetition = 0; repetition < 3; ++repetition) {
    const auto begin = std::chrono::steady_clock::now();
    at::mm_out(c, a, b);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const auto n = static_cast<double>(size);
    best = std::max(best, 2.0 * n * n * n / elapsed.count() * 1e-9);
  }
  // The reference BLAS reaches about 4 GFLOP/s; an optimised one 30 and more on a single core.
  constexpr double kSlowGflops = 15.0;
  return {blas_library(), blas_kernels(), best, best < kSlowGflops};
}

}  // namespace vrkn::math
