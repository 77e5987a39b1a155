#include "vrkn/kalman/kalman_filter.h"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "vrkn/core/error.h"
#include "vrkn/kalman/filter.h"

namespace {

// Allocations of this thread, counted by the replacement below.
thread_local int64_t allocations = 0;

}  // namespace

// Eigen allocates by malloc. Sanitizers have a malloc of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" void* __libc_malloc(std::size_t size);

extern "C" void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
constexpr bool kCounted = true;
#else
constexpr bool kCounted = false;
#endif

namespace vrkn::kalman::kalman_filter_test {
namespace {

Vector constant(const LinearGaussianModel& model, const Sequences& data, int64_t t, bool of_state) {
  Vector sum = of_state ? model.state_offset.at(t) : model.emission_offset.at(t);
  const Matrix& control = of_state ? model.state_control.at(t) : model.emission_control.at(t);
  return sum + control * data.controls.at(0, t);
}

TEST(KalmanFilter, EqualsTheFilterOfABatch) {
  const RandomModelSizes sizes{.Z = 4, .O = 3, .U = 2, .T = 20, .per_step = true};
  const LinearGaussianModel model = random_model(1, sizes);
  const Sequences data = random_sequences(1, 1, sizes, 0.4);
  const Filtered expected = filter(model, data);
  KalmanFilter online(model.initial_mean, model.initial_covariance, sizes.O);
  for (int64_t t = 0; t < sizes.T; ++t) {
    if (t > 0) online.predict(model.transition.at(t), model.process_noise.at(t), constant(model, data, t, true));
    const double log_density = online.update(data.observations.at(0, t), model.emission.at(t),
                                             model.observation_noise.at(t), constant(model, data, t, false));
    EXPECT_NEAR(log_density, expected.log_density.at(0, t)[0], 1e-12);
    EXPECT_LT((online.mean() - expected.belief.mean.at(0, t)).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_LT((online.covariance() - expected.belief.covariance.at(0, t)).cwiseAbs().maxCoeff(), 1e-12);
    EXPECT_EQ(online.covariance(), online.covariance().transpose());
  }
}

TEST(KalmanFilter, SensorsWithIndependentNoiseMayBeFusedOneByOne) {
  const LinearGaussianModel model = random_model(2, {.Z = 3, .O = 2});
  const Matrix& C = model.emission.at(0);
  const Matrix R = diagonal_matrix({0.2, 0.7});
  const Vector reading{{0.3, -1.1}};
  KalmanFilter together(model.initial_mean, model.initial_covariance, 2), one_by_one = together;
  const double log_density = together.update(reading, C, R);
  double sum = 0.0;
  for (int64_t i : {1, 0}) {
    sum += one_by_one.update(Vector{{reading[i]}}, Matrix{{C(i, 0), C(i, 1), C(i, 2)}}, Matrix{{R(i, i)}});
  }
  EXPECT_NEAR(sum, log_density, 1e-12);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(together.mean()[i], one_by_one.mean()[i], 1e-12);
}

TEST(KalmanFilter, AllocatesNothingPerStep) {
  if (!kCounted) GTEST_SKIP() << "a sanitizer allocates";
  const RandomModelSizes sizes{.Z = 4, .O = 3};
  const LinearGaussianModel model = random_model(3, sizes);
  KalmanFilter filter(model.initial_mean, model.initial_covariance, 3);
  const Vector offset = Vector::Constant(4, 0.1), reading{{0.1, NAN, -0.3}};
  const int64_t before = allocations;
  for (int i = 0; i < 10; ++i) {
    filter.predict(model.transition.at(0), model.process_noise.at(0), offset);
    filter.update(reading, model.emission.at(0), model.observation_noise.at(0));
  }
  EXPECT_EQ(allocations, before);
  const Vector another = Vector::Constant(4, 0.1);
  EXPECT_GT(allocations, before);  // the counter counts
}

TEST(KalmanFilter, RefusesWhatDoesNotFit) {
  const Vector zero = Vector::Zero(2);
  EXPECT_THROW(KalmanFilter(zero, scaled_identity(3), 1), ShapeError);
  EXPECT_THROW(KalmanFilter(zero, Matrix{{1.0, 2.0}, {2.0, 1.0}}, 1), ConfigError);
  EXPECT_THROW(KalmanFilter(zero, Matrix{{1.0, 0.2}, {0.1, 1.0}}, 1), ConfigError);
  KalmanFilter filter(zero, scaled_identity(2), 1);
  EXPECT_THROW(filter.predict(scaled_identity(3), scaled_identity(2)), ShapeError);
  EXPECT_THROW(filter.predict(scaled_identity(2), scaled_identity(2), Vector{{1.0}}), ShapeError);
  EXPECT_THROW(filter.update(Vector{{1.0, 2.0}}, scaled_identity(2), scaled_identity(2)), ShapeError);
  EXPECT_THROW(filter.update(Vector{{1.0}}, scaled_identity(2), scaled_identity(1)), ShapeError);
  const Matrix C{{1.0, 0.0}};
  EXPECT_THROW(filter.update(Vector{{1.0}}, C, Matrix{{-1.0}}), NumericalError);
  EXPECT_THROW(filter.update(Vector{{INFINITY}}, C, Matrix{{1.0}}), NumericalError);
  EXPECT_EQ(filter.mean(), zero);
  EXPECT_EQ(filter.covariance(), scaled_identity(2));
}

}  // namespace
}  // namespace vrkn::kalman::kalman_filter_test
