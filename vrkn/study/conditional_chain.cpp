#include "vrkn/study/conditional_chain.h"

#include <cmath>
#include <tuple>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/log_two_pi.h"

namespace vrkn::study {
namespace {

using at::Tensor;

/// A square matrix times a vector, over any leading axes.
Tensor times(const Tensor& matrix, const Tensor& vector) {
  return at::matmul(matrix, vector.unsqueeze(-1)).squeeze(-1);
}
Tensor log_det_of_root(const Tensor& root) {
  return 2.0 * root.diagonal(0, -2, -1).log().sum(-1);
}
Tensor squared_norm(const Tensor& root) {
  return root.square().sum({-2, -1});
}

/// Cholesky factor of the covariances, and L^{-1} (x - mean).
std::pair<Tensor, Tensor> whitened(const Marginals& beliefs, const Tensor& x) {
  const Tensor L = std::get<0>(at::linalg_cholesky_ex(beliefs.covariance));
  const Tensor error = (x - beliefs.mean).transpose(0, 1).transpose(1, 2);  // [T, Z, N]: one solve per distinct factor
  Tensor white;
  if (L.size(0) == 1) {
    white = at::linalg_solve_triangular(L[0], error, /*upper=*/false).permute({2, 0, 1});
  } else {
    white = at::linalg_solve_triangular(L, (x - beliefs.mean).unsqueeze(-1), /*upper=*/false).squeeze(-1);
  }
  return {L, white};
}

}  // namespace

Marginals marginals(const ConditionalChain& chain) {
  const int64_t steps = chain.offset.size(1);
  const Tensor noise = at::matmul(chain.root, chain.root.mT());
  const auto at_step = [](const Tensor& values, int64_t t) { return values.select(1, values.size(1) == 1 ? 0 : t); };

  Tensor mean = chain.first_mean;
  Tensor covariance = at::matmul(chain.first_root, chain.first_root.mT());
  std::vector<Tensor> means{mean}, covariances{covariance};
  for (int64_t t = 0; t < steps; ++t) {
    const Tensor F = at_step(chain.factor, t);
    mean = times(F, mean) + chain.offset.select(1, t);
    covariance = at::matmul(at::matmul(F, covariance), F.mT()) + at_step(noise, t);
    means.push_back(mean);
    covariances.push_back(covariance);
  }
  return {at::stack(means, 1), at::stack(covariances, 1)};
}

Tensor lower_bound(const ConditionalChain& chain, const LearnedDynamics& dynamics, double observation_var,
                   const Tensor& observations) {
  const int64_t T = observations.size(1);
  const auto Z = static_cast<double>(observations.size(2));
  const Marginals beliefs = marginals(chain);

  const Tensor trace = beliefs.covariance.diagonal(0, -2, -1).sum(-1);
  const Tensor error = (observations - beliefs.mean).square().sum(-1) + trace;
  const Tensor likelihood =
      -0.5 * (static_cast<double>(T) * Z * (kLogTwoPi + std::log(observation_var)) + error.sum(1) / observation_var);

  const Tensor first_kl = 0.5 * (squared_norm(chain.first_root) + chain.first_mean.square().sum(-1) - Z -
                                 log_det_of_root(chain.first_root));

  // E |F_t z + b_t - A z|^2 over z ~ q(z_{t-1})
  const Tensor D = chain.factor - dynamics.transition_matrix;
  const Tensor before = beliefs.mean.narrow(1, 0, T - 1);
  const Tensor covariance = beliefs.covariance.narrow(1, 0, T - 1);
  const Tensor shift =
      (times(D, before) + chain.offset).square().sum(-1) + (at::matmul(D, covariance) * D).sum({-2, -1});
  const Tensor& log_var = dynamics.log_transition_var;
  const Tensor kl =
      0.5 * ((squared_norm(chain.root) + shift) * (-log_var).exp() - Z + Z * log_var - log_det_of_root(chain.root));
  return likelihood - first_kl - kl.sum(1);
}

Tensor log_prob(const Marginals& beliefs, const Tensor& x) {
  const auto [L, white] = whitened(beliefs, x);
  return -0.5 * (static_cast<double>(x.size(-1)) * kLogTwoPi + white.square().sum(-1) + log_det_of_root(L));
}

Tensor normalised_error(const Marginals& beliefs, const Tensor& x) {
  return whitened(beliefs, x).second.square().mean(-1);
}

}  // namespace vrkn::study
