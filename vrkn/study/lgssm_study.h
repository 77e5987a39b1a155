#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "vrkn/study/rssm_optimum.h"
#include "vrkn/study/study_config.h"

namespace vrkn::study {

/// The inference schemes that are compared (paper, Figure 2).
enum class Scheme {
  kSsmClosedForm,  ///< the state space model's bound, made tight by Kalman smoothing: maximum likelihood by EM
  kSsmNetwork,     ///< the same bound with q(z_t | z_{t-1}, o_{>=t}) from a network that reads backwards
  kRssmLinear,     ///< the RSSM's bound (Eq. 4) with a linear-Gaussian q(z_t | z_{t-1}, o_t)
  kRssmNetwork,    ///< the same bound with q(z_t | z_{t-1}, o_t) from a network
};
constexpr Scheme kSchemes[] = {Scheme::kSsmClosedForm, Scheme::kSsmNetwork, Scheme::kRssmLinear, Scheme::kRssmNetwork};

/// "ssm_closed_form", "ssm_network", "rssm_linear", "rssm_network".
std::string_view name_of(Scheme scheme);

/// How well beliefs fit the true states of the test sequences, as marginals.
struct BeliefQuality {
  double log_prob = 0.0;  ///< mean log-density of the true state, nats per step
  double nees = 0.0;      ///< mean normalised estimation error squared; 1: as uncertain as they should be
};

/// What one scheme learned from the sequences of one seed.
struct SchemeResult {
  Scheme scheme = Scheme::kSsmClosedForm;
  at::Tensor transition_matrix;  ///< [Z, Z]
  double transition_var = 0.0;
  double distance = 0.0;  ///< Frobenius distance of the transition matrix to the true one
  BeliefQuality beliefs = {};
  double bound = 0.0;           ///< of the sequences learned from, nats per sequence
  double log_likelihood = 0.0;  ///< what it bounds: log p(o) of the same under the learned model
};

/// Everything of one seed.
struct SeedResult {
  int64_t seed = 0;
  BeliefQuality smoothed = {}, posterior = {};  ///< of the true model's smoother and filter
  double log_likelihood = 0.0;        ///< of the sequences learned from, under the true model, nats per sequence
  std::vector<SchemeResult> schemes;  ///< in the order of kSchemes
};

/// What expectations under the true model say, without any data.
struct PopulationResult {
  double smoothed_log_prob = 0.0, posterior_log_prob = 0.0;  ///< of the true model's beliefs, nats per step
  RssmOptimum rssm;                                          ///< for sequences of the study's length
  std::optional<RssmOptimum> stationary;                     ///< for endless ones, where that exists
};

/// What to do while the study runs; both may be empty.
struct StudyHooks {
  std::function<bool()> stop_requested = {};           ///< asked from several threads
  std::function<void(int64_t done)> on_progress = {};  ///< of network_updates(); one call at a time
};

/// How many updates of networks a study takes in all.
int64_t network_updates(const StudyConfig& config);

/// The true model of a study.
IsotropicModel true_model(const StudyConfig& config);

/// Deterministic, a second or so.
PopulationResult study_population(const StudyConfig& config);

/// Learns with every scheme from the sequences of every seed. The results do not depend on the number of threads.
/// Nothing when a stop was requested.
std::optional<std::vector<SeedResult>> run_lgssm_study(const StudyConfig& config, const StudyHooks& hooks = {});

}  // namespace vrkn::study
