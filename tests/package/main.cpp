// The smallest program of a user: headers are found, modules link, and a Kalman update gives what it gives on paper.
#include <cmath>
#include <iostream>

#include <ATen/ATen.h>

#include "vrkn/core/version.h"
#include "vrkn/math/kalman.h"

int main() {
  // Prior N(0, 1) and a reading 1 with variance 1: the posterior is N(1/2, 1/2).
  const at::Tensor zero = at::zeros({1, 1}), one = at::ones({1, 1});
  const vrkn::math::DiagonalGaussian posterior = vrkn::math::update({zero, one}, one, one, one);
  const double mean = posterior.mean.item<double>(), var = posterior.var.item<double>();
  std::cout << "vrkn " << vrkn::version() << ": N(" << mean << ", " << var << ")\n";
  return std::abs(mean - 0.5) < 1e-6 && std::abs(var - 0.5) < 1e-6 ? 0 : 1;
}
