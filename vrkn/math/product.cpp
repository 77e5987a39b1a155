#include "vrkn/math/product.h"

#include <cstdint>
#include <dlfcn.h>
#include <stdexcept>

#include <ATen/ATen.h>
#include <ATen/record_function.h>

namespace vrkn::math {
namespace {

/// C = alpha A B + beta C, of matrices in rows; 'T': of the transposed one. 0: done. As <oneapi/dnnl/dnnl.h> declares
/// it, which is not installed with every LibTorch.
using Sgemm = int(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a,
                  int64_t row_of_a, const float* b, int64_t row_of_b, float beta, float* c, int64_t row_of_c);

/// That of LibTorch's own oneDNN, or null. Another one could not be linked beside it without their functions mixing.
Sgemm* onednn_sgemm() {
  static auto* const found = reinterpret_cast<Sgemm*>(dlsym(RTLD_DEFAULT, "dnnl_sgemm"));
  return found;
}

bool suits_onednn(const at::Tensor& a, const at::Tensor& b) {
  const auto suits = [](const at::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 2 && x.numel() > 0;
  };
  return onednn_multiplies() && suits(a) && suits(b) && a.size(1) == b.size(0);
}

/// A matrix as sgemm takes it: its rows, or its columns, in one piece.
struct Operand {
  at::Tensor matrix;
  char transpose = 'N';
  int64_t stride = 0;  // from row to row, or from column to column

  explicit Operand(const at::Tensor& x) : matrix(x) {
    if (x.stride(1) == 1 && x.stride(0) >= x.size(1)) {
      stride = x.stride(0);
    } else if (x.stride(0) == 1 && x.stride(1) >= x.size(0)) {
      transpose = 'T';
      stride = x.stride(1);
    } else {
      matrix = x.contiguous();
      stride = x.size(1);
    }
  }

  const float* data() const { return matrix.data_ptr<float>(); }
};

/// c = a b + beta c
void multiply(const at::Tensor& a, const at::Tensor& b, float beta, at::Tensor& c) {
  RECORD_FUNCTION("vrkn::product", std::vector<c10::IValue>({a, b}));
  const Operand left(a), right(b);
  const int failure =
      onednn_sgemm()(left.transpose, right.transpose, a.size(0), b.size(1), a.size(1), 1.0F, left.data(), left.stride,
                     right.data(), right.stride, beta, c.data_ptr<float>(), c.size(1));
  if (failure != 0) throw std::runtime_error("oneDNN's sgemm fails with code " + std::to_string(failure));
}

}  // namespace

bool onednn_multiplies() {
  return onednn_sgemm() != nullptr && at::globalContext().userEnabledMkldnn();
}

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  if (!suits_onednn(a, b)) return at::mm(a, b);
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  multiply(a, b, /*beta=*/0.0F, c);
  return c;
}

at::Tensor add_product_to(const at::Tensor& sum, const at::Tensor& a, const at::Tensor& b) {
  if (!suits_onednn(a, b) || !sum.is_cpu() || sum.scalar_type() != at::kFloat) return at::addmm(sum, a, b);
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  c.copy_(sum);
  multiply(a, b, /*beta=*/1.0F, c);
  return c;
}

}  // namespace vrkn::math
