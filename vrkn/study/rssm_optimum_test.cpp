#include "vrkn/study/rssm_optimum.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn {
namespace {

IsotropicModel truth() {
  at::Tensor A = at::zeros({4, 4}, at::kDouble);
  const auto rotate = [&](int64_t at, double damping, double angle) {
    A[at][at] = A[at + 1][at + 1] = damping * std::cos(angle);
    A[at][at + 1] = -damping * std::sin(angle);
    A[at + 1][at] = damping * std::sin(angle);
  };
  rotate(0, 0.98, 0.3);
  rotate(2, 0.95, 0.8);
  return {.transition_matrix = A};
}

TEST(RssmOptimum, Figures) {
  const auto begin = std::chrono::steady_clock::now();
  const RssmOptimum o = rssm_optimum(truth(), 50);
  std::printf("%.9f %.8f %.8f %.8f  grad %g  %g s\n", o.bound, o.transition_var, o.distance, o.log_prob, o.gradient_norm,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  const RssmOptimum s = *stationary_rssm_optimum(truth());
  std::printf("%.9f %.8f %.8f %.8f  grad %g  %g s\n", s.bound, s.transition_var, s.distance, s.log_prob, s.gradient_norm,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace
}  // namespace vrkn
