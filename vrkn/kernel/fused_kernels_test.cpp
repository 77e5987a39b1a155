#include "vrkn/kernel/fused_kernels.h"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/kernel/grid.h"
#include "vrkn/kernel/kernels.h"

namespace vrkn::kernel::fused_kernels_test {
namespace {

/// What a device does, thread after thread.
struct OneThreadAtATime {
  template <class Element>
  static void elements(const DeviceStream&, int64_t rows, int64_t size, const Element& f) {
    const int64_t threads = grid_for(rows * size).threads();
    for (int64_t thread = 0; thread < threads; ++thread) elements_of_thread(thread, threads, rows, size, f);
  }
  template <class Element>
  static void sequences(const DeviceStream& where, int64_t rows, const Element& f) {
    elements(where, rows, f.size, f);
  }
};

constexpr int64_t kRows = 7, kSteps = 5, kSize = 37;
constexpr DynamicsBounds kBounds{.factor = {0.1, 0.99, 2.2}, .var = {0.001, 0.1, -2.3}};

template <class Real>
using Array = std::vector<Real>;

/// Arrays of random numbers, and every array that kernels made of them.
template <class Real>
class Outcomes {
 public:
  explicit Outcomes(const RecurrentKernels<Real>& kernels) {
    gru(kernels);
    dynamics(kernels);
    update(kernels);
    smooth(kernels);
  }

  std::vector<std::pair<std::string, Array<Real>>> results;

 private:
  static constexpr int64_t kElements = kRows * kSize, kInTime = kElements * kSteps;

  Array<Real> between(double low, double high, int64_t size) {
    Array<Real> values(static_cast<size_t>(size));
    for (Real& value : values) value = static_cast<Real>(random_.uniform(low, high));
    return values;
  }
  Array<Real> any(int64_t size = kElements) { return between(-2, 2, size); }
  Array<Real> positive(int64_t size = kElements) { return between(0.05, 1, size); }
  static Array<Real> room(int64_t size = kElements) { return Array<Real>(static_cast<size_t>(size)); }

  void keep(const std::string& kernel, const std::vector<Array<Real>>& arrays) {
    for (const Array<Real>& array : arrays) results.emplace_back(kernel, array);
  }

  void gru(const RecurrentKernels<Real>& k) {
    const auto x = any(3 * kElements), h = any(3 * kElements), memory = any(), d_next = any();
    auto next = room(), alone = room(), gates = room(4 * kElements), d_x = room(3 * kElements), d_h = d_x,
         d_memory = room();
    k.gru_forward({}, kRows, kSize, x.data(), h.data(), memory.data(), next.data(), gates.data());
    k.gru_forward({}, kRows, kSize, x.data(), h.data(), memory.data(), alone.data(), nullptr);
    k.gru_backward({}, kRows, kSize, gates.data(), memory.data(), d_next.data(), d_x.data(), d_h.data(),
                   d_memory.data());
    keep("gru", {next, alone, gates, d_x, d_h, d_memory});
  }

  void dynamics(const RecurrentKernels<Real>& k) {
    const auto raw = any(3 * kElements), mean = any(), var = positive(), state = any(), noise = any();
    const Array<Real> d[]{any(), any(), any(), any(), any()};
    auto A = room(), b = room(), Q = room(), m = room(), P = room(), s = room(), d_raw = room(3 * kElements),
         d_mean = room(), d_var = room(), d_state = room();
    k.predict_forward({}, kRows, kSize, kBounds, raw.data(), mean.data(), var.data(),
                      {A.data(), b.data(), Q.data(), m.data(), P.data()});
    k.predict_backward({}, kRows, kSize, kBounds, A.data(), Q.data(), mean.data(), var.data(),
                       {d[0].data(), d[1].data(), d[2].data(), d[3].data(), d[4].data()}, d_raw.data(), d_mean.data(),
                       d_var.data());
    keep("predict", {A, b, Q, m, P, d_raw, d_mean, d_var});
    k.imagine_forward({}, kRows, kSize, kBounds, raw.data(), noise.data(), {mean.data(), var.data(), state.data()},
                      {m.data(), P.data(), s.data()});
    k.imagine_backward({}, kRows, kSize, kBounds, raw.data(), noise.data(), {mean.data(), var.data(), state.data()},
                       {d[0].data(), d[1].data(), d[2].data()}, d_raw.data(),
                       {d_mean.data(), d_var.data(), d_state.data()});
    keep("imagine", {m, P, s, d_raw, d_mean, d_var, d_state});
  }

  void update(const RecurrentKernels<Real>& k) {
    const auto mean = any(), var = positive(), obs = any(), obs_var = positive(), d_m = any(), d_P = any();
    const Array<Real> valid{1, 0, 1, 1, 0, 1, 0};
    auto m = room(), P = room(), d_mean = room(), d_var = room(), d_obs = room(), d_obs_var = room();
    k.update_forward({}, kRows, kSize, {mean.data(), var.data(), obs.data(), obs_var.data()}, valid.data(), m.data(),
                     P.data());
    k.update_backward({}, kRows, kSize, {mean.data(), var.data(), obs.data(), obs_var.data()}, valid.data(), d_m.data(),
                      d_P.data(), {d_mean.data(), d_var.data(), d_obs.data(), d_obs_var.data()});
    keep("update", {m, P, d_mean, d_var, d_obs, d_obs_var});
  }

  void smooth(const RecurrentKernels<Real>& k) {
    constexpr int64_t kBetween = kElements * (kSteps - 1);
    const auto mean = any(kInTime), var = positive(kInTime), prior_mean = any(kInTime), prior_var = positive(kInTime),
               A = positive(kBetween), b = any(kBetween), Q = positive(kBetween), noise = any(kInTime);
    const FilteredArrays<const Real> filtered{mean.data(), var.data(), prior_mean.data(), prior_var.data(),
                                              A.data(),    b.data(),   Q.data()};
    std::vector<Array<Real>> out(7, room(kInTime)), d, d_in(4, room(kInTime));
    for (int i = 0; i < 7; ++i) d.push_back(any(kInTime));
    for (int i = 0; i < 3; ++i) d_in.push_back(room(kBetween));
    k.smooth_forward(
        {}, kRows, kSteps, kSize, filtered, noise.data(),
        {out[0].data(), out[1].data(), out[2].data(), out[3].data(), out[4].data(), out[5].data(), out[6].data()});
    k.smooth_backward({}, kRows, kSteps, kSize, filtered, noise.data(), out[0].data(), out[1].data(),
                      {d[0].data(), d[1].data(), d[2].data(), d[3].data(), d[4].data(), d[5].data(), d[6].data()},
                      {d_in[0].data(), d_in[1].data(), d_in[2].data(), d_in[3].data(), d_in[4].data(), d_in[5].data(),
                       d_in[6].data()});
    keep("smooth, forwards", out);
    keep("smooth, backwards", d_in);
  }

  ScalarGenerator random_{derive_seed(1, "fused_kernels")};
};

/// The largest difference of two arrays relative to the largest number of the second, over all kernels.
template <class Real>
double difference(const RecurrentKernels<Real>& kernels, const RecurrentKernels<Real>& reference) {
  const auto found = Outcomes<Real>(kernels).results, expected = Outcomes<Real>(reference).results;
  double worst = 0.0;
  for (size_t k = 0; k < expected.size(); ++k) {
    double error = 0.0, scale = 0.0;
    for (size_t i = 0; i < expected[k].second.size(); ++i) {
      const double x = found[k].second[i], y = expected[k].second[i];
      EXPECT_TRUE(std::isfinite(x)) << expected[k].first << ": array " << k << ", number " << i;
      error = std::max(error, std::abs(x - y));
      scale = std::max(scale, std::abs(y));
    }
    EXPECT_GT(scale, 0.0) << expected[k].first << ": array " << k << " is empty";
    worst = std::max(worst, error / scale);
  }
  return worst;
}

// Values and gradients of the loops are checked against LibTorch's operations in vrkn/nn/fused_test.cpp and
// fused_smoother_test.cpp; here, that devices, whose kernels are these elements in this grid, do the same.
TEST(FusedKernels, AsDevicesRunThemAreTheLoops) {
  const FusedKernels device = fused_kernels<OneThreadAtATime>();
  EXPECT_LT(difference(device.in_float, kBaselineKernels.fused.in_float), 1e-5);
  EXPECT_LT(difference(device.in_double, kBaselineKernels.fused.in_double), 1e-13);
}

TEST(FusedKernels, EveryFamilyOfProcessorsGivesTheSameNumbers) {
  for (const auto family : {ProcessorFamily::kAvx2, ProcessorFamily::kAvx512}) {
    if (family > processor_family()) continue;
    const FusedKernels& found = kernels_for(family).fused;
    EXPECT_EQ(difference(found.in_float, kBaselineKernels.fused.in_float), 0.0);
    EXPECT_EQ(difference(found.in_double, kBaselineKernels.fused.in_double), 0.0);
  }
}

TEST(FusedKernels, PlacesOnDevicesNeedKernelsForThem) {
  const DeviceStream device{.on_cuda = true};
  EXPECT_EQ(&kernels_for<float>({}), &kernels().fused.in_float);
  EXPECT_EQ(&kernels_for<double>({}), &kernels().fused.in_double);
  if (has_cuda_kernels()) {
    EXPECT_EQ(&kernels_for<float>(device), &kCudaKernels->in_float);
    EXPECT_EQ(&kernels_for<double>(device), &kCudaKernels->in_double);
  } else {
    EXPECT_THROW(kernels_for<float>(device), Error);
  }
}

}  // namespace
}  // namespace vrkn::kernel::fused_kernels_test
