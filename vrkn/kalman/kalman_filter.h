#pragma once

#include "vrkn/kalman/matrix.h"

namespace vrkn::kalman {

/// One belief about one state, moved on by a control loop: predict when time passes, update with each reading. Both
/// take their matrices at every call, so the interval may vary, and every sensor has its own. Nothing is allocated
/// after construction when the matrices are `Matrix` and `Vector`; Eigen's other types are copied.
///
///   KalmanFilter filter(mean, covariance, 3);
///   filter.predict(transition(dt), process_noise(dt));
///   filter.update(reading, sensor.emission, sensor.noise);
///   filter.mean(), filter.covariance()
class KalmanFilter {
 public:
  /// Starts with the belief N(mean, covariance) and takes sensors of up to `max_observation_size` components. Throws
  /// ShapeError when sizes disagree, ConfigError when the covariance is not symmetric positive semidefinite.
  KalmanFilter(Vector mean, Matrix covariance, int64_t max_observation_size);

  /// z' = transition z + offset + N(0, process_noise); offset [Z] or empty, for b + B u. Throws ShapeError when sizes
  /// disagree. The process noise is not checked to be semidefinite.
  void predict(const Matrix& transition, const Matrix& process_noise, const Vector& offset = {});

  /// Fuses o = emission z + offset + N(0, observation_noise), in Joseph's form; offset [O] or empty. Components that
  /// are NaN were not observed. Returns the log density that the belief gave to the observed ones: how surprising they
  /// were. Throws ShapeError when sizes disagree; NumericalError, with the belief left as it was, when the innovation's
  /// covariance is not positive definite or an observation is infinite.
  double update(const Vector& observation, const Matrix& emission, const Matrix& observation_noise,
                const Vector& offset = {});

  const Vector& mean() const { return mean_; }
  const Matrix& covariance() const { return covariance_; }

 private:
  Vector mean_;
  Matrix covariance_;
  int64_t max_observation_size_;
  // Room to work in: [Z], [Z, Z], and with O for the number of components observed now, [O, Z], [O, O], [O].
  Vector new_mean_, product_, complement_;
  Vector emission_, gain_, noise_gain_, factor_, noise_, innovation_, whitened_;
};

}  // namespace vrkn::kalman
