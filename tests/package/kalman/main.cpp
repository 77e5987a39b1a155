// A local level, filtered: the headers are found without LibTorch, and the numbers are those on paper.
#include <cmath>
#include <iostream>
#include <vrkn/kalman/kalman_filter.h>

int main() {
  // Prior N(0, 1) and a reading 1 with variance 1: the posterior is N(1/2, 1/2).
  vrkn::kalman::KalmanFilter filter({0.0}, {{1.0}}, /*max_observation_size=*/1);
  const double reading[] = {1.0};
  filter.update(reading, {{1.0}}, {{1.0}});
  std::cout << "N(" << filter.mean()[0] << ", " << filter.covariance()(0, 0) << ")\n";
  return std::abs(filter.mean()[0] - 0.5) < 1e-12 && std::abs(filter.covariance()(0, 0) - 0.5) < 1e-12 ? 0 : 1;
}
