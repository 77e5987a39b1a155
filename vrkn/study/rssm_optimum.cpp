#include "vrkn/study/rssm_optimum.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

#include "vrkn/core/error.h"
#include "vrkn/core/log_two_pi.h"

namespace vrkn::study {
namespace {

using at::Tensor;

Tensor product(const Tensor& a, const Tensor& b) {
  return at::matmul(a, b);
}
/// a b a^T
Tensor congruence(const Tensor& a, const Tensor& b) {
  return at::matmul(at::matmul(a, b), a.t());
}
/// E |V x|^2 for x with second moments C.
Tensor mean_square(const Tensor& V, const Tensor& C) {
  return (product(V, C) * V).sum();
}
/// From unconstrained numbers: lower triangular, positive diagonal.
Tensor cholesky_factor(const Tensor& raw) {
  return at::tril(raw, -1) + at::diag(raw.diagonal().exp());
}
Tensor log_det(const Tensor& raw) {
  return 2.0 * raw.diagonal().sum();
}

/// All that is searched over, unconstrained.
struct Parameters {
  Tensor transition_matrix, log_transition_var;  // [Z, Z], []
  Tensor state_gain, observation_gain, root;     // F, G, Cholesky factor of S: [Z, Z]
  Tensor first_gain, first_root;                 // q(z_0 | o_0): [Z, Z]

  explicit Parameters(const IsotropicModel& truth) {
    // A plausible belief: half from the prediction, half from the observation.
    const Tensor I = at::eye(truth.transition_matrix.size(0), at::kDouble);
    transition_matrix = truth.transition_matrix.clone(at::MemoryFormat::Contiguous);
    log_transition_var = at::scalar_tensor(std::log(2.0 * truth.transition_var), at::kDouble);
    state_gain = 0.5 * transition_matrix;
    observation_gain = 0.5 * I;
    root = 0.5 * std::log(truth.transition_var) * I;
    first_gain = I / (1.0 + truth.observation_var);
    first_root = 0.5 * std::log(truth.observation_var) * I;
    // Gradients of their own, contiguous, for those too that a bound does not depend on.
    for (Tensor& unknown : all()) {
      unknown.mutable_grad() = at::zeros_like(unknown);
      unknown.set_requires_grad(true);
    }
  }
  std::vector<Tensor> all() const {
    return {transition_matrix, log_transition_var, state_gain, observation_gain, root, first_gain, first_root};
  }
};

/// Second moments, under the true model and q together, of x_t = (a state drawn from q, the true state), and of
/// (the mean of q(z_t | o_{<=t}), the true state).
struct SecondMoments {
  Tensor states;
  Tensor means;
  Tensor belief_var;  // of q(z_t | o_{<=t}), the same for all observations
};

class BoundTerms {
 public:
  BoundTerms(const IsotropicModel& truth, const Parameters& parameters)
      : parameters_(parameters),
        A_(truth.transition_matrix),
        I_(at::eye(A_.size(0), at::kDouble)),
        size_(static_cast<double>(A_.size(0))),
        q_(truth.transition_var),
        r_(truth.observation_var) {
    const Tensor& F = parameters_.state_gain;
    const Tensor& G = parameters_.observation_gain;
    const Tensor L = cholesky_factor(parameters_.root);
    S_ = product(L, L.t());
    zeros_ = at::zeros_like(I_);
    step_ = stack(F, product(G, A_), zeros_, A_);
    const Tensor noise =
        stack(product(G, G.t()), G, G.t(), I_) * q_ + stack(product(G, G.t()), zeros_, zeros_, zeros_) * r_;
    mean_noise_ = noise;
    state_noise_ = noise + stack(S_, zeros_, zeros_, zeros_);
    // o_t - z_t and the mean of q minus the mean of p, as linear functions of (z_{t-1}, true z_{t-1}) and noise.
    error_ = at::cat({-F, product(I_ - G, A_)}, 1);
    mean_shift_ = at::cat({F - parameters_.transition_matrix, product(G, A_)}, 1);
  }

  SecondMoments first() const {
    const Tensor& K = parameters_.first_gain;
    const Tensor L = cholesky_factor(parameters_.first_root);
    const Tensor S = product(L, L.t());
    const Tensor means = stack(product(K, K.t()) * (1.0 + r_), K, K.t(), I_);
    return {means + stack(S, zeros_, zeros_, zeros_), means, S};
  }

  SecondMoments next(const SecondMoments& now) const {
    return {congruence(step_, now.states) + state_noise_, congruence(step_, now.means) + mean_noise_,
            congruence(parameters_.state_gain, now.belief_var) + S_};
  }

  /// The moments that stay: sum over k of step^k noise step^kT, by doubling (Smith 1968).
  SecondMoments stationary() const {
    return {fixed_point(step_, state_noise_), fixed_point(step_, mean_noise_), fixed_point(parameters_.state_gain, S_)};
  }

  /// The bound's terms of step 0.
  Tensor first_bound() const {
    const Tensor& K = parameters_.first_gain;
    const Tensor L = cholesky_factor(parameters_.first_root);
    const Tensor var = L.square().sum();
    const Tensor error = (I_ - K).square().sum() * (1.0 + r_) + var;
    const Tensor kl = 0.5 * (var + K.square().sum() * (1.0 + r_) - size_ - log_det(parameters_.first_root));
    return likelihood(error) - kl;
  }

  /// The bound's terms of one later step; linear in the moments of the step before.
  Tensor step_bound(const Tensor& states_before) const {
    const Tensor& G = parameters_.observation_gain;
    const Tensor var = S_.diagonal().sum();
    const Tensor error = mean_square(error_, states_before) + (I_ - G).square().sum() * (q_ + r_) + var;
    const Tensor shift = mean_square(mean_shift_, states_before) + G.square().sum() * (q_ + r_);
    const Tensor& log_var = parameters_.log_transition_var;
    const Tensor kl = 0.5 * ((var + shift) * (-log_var).exp() - size_ + size_ * log_var - log_det(parameters_.root));
    return likelihood(error) - kl;
  }

  /// Mean log-density of the true state under q(z_t | o_{<=t}).
  double log_prob(const SecondMoments& now) const {
    const Tensor to_error = at::cat({-I_, I_}, 1);
    const Tensor error = congruence(to_error, now.means);
    const Tensor L = std::get<0>(at::linalg_cholesky_ex(now.belief_var));
    const Tensor mahalanobis = at::cholesky_solve(error, L).diagonal().sum();
    return -0.5 * (size_ * kLogTwoPi + mahalanobis.item<double>()) - L.diagonal().log().sum().item<double>();
  }

 private:
  static Tensor stack(const Tensor& a, const Tensor& b, const Tensor& c, const Tensor& d) {
    return at::cat({at::cat({a, b}, 1), at::cat({c, d}, 1)}, 0);
  }
  Tensor likelihood(const Tensor& squared_error) const {
    return -0.5 * (size_ * std::log(2.0 * std::numbers::pi * r_) + squared_error / r_);
  }
  static Tensor fixed_point(Tensor M, Tensor sum) {
    constexpr int kDoublings = 24;  // 2^24 terms
    for (int i = 0; i < kDoublings; ++i) {
      sum = sum + congruence(M, sum);
      M = product(M, M);
    }
    return sum;
  }

  const Parameters& parameters_;
  Tensor A_, I_, zeros_;
  double size_, q_, r_;
  Tensor S_, step_, state_noise_, mean_noise_, error_, mean_shift_;
};

/// Minimises `loss` over the parameters. Returns the largest component of the gradient at the end.
double minimise(const Parameters& parameters, const std::function<Tensor()>& loss) {
  torch::optim::LBFGS search(parameters.all(), torch::optim::LBFGSOptions(1.0)
                                                   .max_iter(5000)
                                                   .max_eval(10000)
                                                   .history_size(60)
                                                   .tolerance_grad(1e-10)
                                                   .tolerance_change(1e-16)
                                                   .line_search_fn("strong_wolfe"));
  const auto closure = [&] {
    // In place: LibTorch 2's zero_grad takes them away.
    for (const Tensor& unknown : parameters.all()) unknown.mutable_grad().zero_();
    const Tensor value = loss();
    value.backward();
    return value;
  };
  search.step(closure);
  closure();
  double largest = 0.0;
  for (const Tensor& unknown : parameters.all()) largest = std::max(largest, unknown.grad().abs().max().item<double>());
  return largest;
}

RssmOptimum summary(const IsotropicModel& truth, const Parameters& parameters) {
  return {.transition_matrix = parameters.transition_matrix.detach().clone(),
          .transition_var = std::exp(parameters.log_transition_var.item<double>()),
          .distance = (parameters.transition_matrix.detach() - truth.transition_matrix).norm().item<double>()};
}

}  // namespace

RssmOptimum rssm_optimum(const IsotropicModel& truth, int64_t length) {
  const Parameters parameters(truth);
  const auto bound = [&] {
    const BoundTerms terms(truth, parameters);
    SecondMoments now = terms.first();
    // The bound is linear in the moments, so that their sum will do.
    Tensor sum = now.states;
    for (int64_t t = 2; t < length; ++t) {
      now = terms.next(now);
      sum = sum + now.states;
    }
    const auto steps = static_cast<double>(length - 1);
    return terms.first_bound() + steps * terms.step_bound(sum / steps);
  };
  const double gradient = minimise(parameters, [&] { return -bound(); });

  const at::NoGradGuard no_grad;
  RssmOptimum optimum = summary(truth, parameters);
  optimum.gradient_norm = gradient;
  optimum.bound = bound().item<double>();
  const BoundTerms terms(truth, parameters);
  SecondMoments now = terms.first();
  for (int64_t t = 0; t < length; ++t) {
    optimum.log_prob += terms.log_prob(now) / static_cast<double>(length);
    now = terms.next(now);
  }
  return optimum;
}

std::optional<RssmOptimum> stationary_rssm_optimum(const IsotropicModel& truth) {
  const Tensor moduli = at::linalg_eigvals(truth.transition_matrix).abs();
  if (moduli.max().item<double>() >= 1.0) return std::nullopt;

  const Parameters parameters(truth);
  const auto bound = [&] {
    const BoundTerms terms(truth, parameters);
    return terms.step_bound(terms.stationary().states);
  };
  const double gradient = minimise(parameters, [&] { return -bound(); });

  const at::NoGradGuard no_grad;
  RssmOptimum optimum = summary(truth, parameters);
  optimum.gradient_norm = gradient;
  optimum.bound = bound().item<double>();
  const BoundTerms terms(truth, parameters);
  optimum.log_prob = terms.log_prob(terms.stationary());
  return optimum;
}

}  // namespace vrkn::study
