// A local level, filtered: the headers are found without LibTorch, and the numbers are those on paper.
#include <cmath>
#include <iostream>
#include <vrkn/kalman/kalman_filter.h>

int main() {
  // Prior N(0, 1) and a reading 1 with variance 1: the posterior is N(1/2, 1/2).
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(1), reading = Eigen::VectorXd::Ones(1);
  const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(1, 1);
  vrkn::kalman::KalmanFilter filter(zero, one, /*max_observation_size=*/1);
  filter.update(reading, one, one);
  std::cout << "N(" << filter.mean()[0] << ", " << filter.covariance()(0, 0) << ")\n";
  return std::abs(filter.mean()[0] - 0.5) < 1e-12 && std::abs(filter.covariance()(0, 0) - 0.5) < 1e-12 ? 0 : 1;
}
