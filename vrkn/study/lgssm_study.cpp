#include "vrkn/study/lgssm_study.h"

#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "vrkn/core/error.h"
#include "vrkn/core/log_two_pi.h"
#include "vrkn/core/random.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/sample.h"
#include "vrkn/kalman/smoother.h"
#include "vrkn/nn/initialise.h"
#include "vrkn/study/learning.h"

namespace vrkn::study {
namespace {

using at::Tensor;

// What the linear scheme needs at most: about 200 steps to nine digits.
constexpr int64_t kLinearSteps = 1000;
// What takes the noise of small batches out of the networks' dynamics.
constexpr int64_t kNetworkSteps = 100;

// ---- Between tensors and the linear-Gaussian library ----------------------------------------------------------------

Tensor to_tensor(const kalman::Series& series) {
  return at::from_blob(const_cast<double*>(series.values.data()), {series.sequences, series.steps, series.size},
                       at::kDouble)
      .clone();
}

Tensor to_tensor(const kalman::Matrix& matrix) {
  return at::from_blob(const_cast<double*>(matrix.data()), {matrix.rows(), matrix.cols()}, at::kDouble).clone();
}

kalman::Matrix to_matrix(const Tensor& tensor) {
  const Tensor packed = tensor.contiguous();
  return Eigen::Map<const kalman::Matrix>(packed.data_ptr<double>(), packed.size(0), packed.size(1));
}

Marginals to_marginals(const kalman::Beliefs& beliefs) {
  const kalman::MatrixSeries& covariance = beliefs.covariance;
  return {to_tensor(beliefs.mean),
          at::from_blob(const_cast<double*>(covariance.values.data()),
                        {covariance.sequences, covariance.steps, covariance.rows, covariance.cols}, at::kDouble)
              .clone()};
}

kalman::LinearGaussianModel linear_gaussian(const IsotropicModel& model) {
  const int64_t Z = model.transition_matrix.size(0);
  const auto identity = kalman::Matrix::Identity(Z, Z);
  return {.initial_mean = kalman::Vector::Zero(Z),
          .initial_covariance = identity,
          .transition = to_matrix(model.transition_matrix),
          .process_noise = model.transition_var * identity,
          .emission = identity,
          .observation_noise = model.observation_var * identity};
}

/// Mean over the steps of the expected log-density of the true state, where the beliefs are the true model's own.
double expected_log_prob(const kalman::Beliefs& beliefs) {
  const Tensor L = std::get<0>(at::linalg_cholesky_ex(to_marginals(beliefs).covariance));
  const Tensor log_det = 2.0 * L.diagonal(0, -2, -1).log().sum(-1);
  return -0.5 * (static_cast<double>(L.size(-1)) * (kLogTwoPi + 1.0) + log_det.mean().item<double>());
}

// One thread per scheme and seed: nothing below may start more.
constexpr kalman::ComputeOptions kAlone{.threads = 1};

// ---- One seed -------------------------------------------------------------------------------------------------------

BeliefQuality quality(const Marginals& beliefs, const Tensor& states) {
  return {log_prob(beliefs, states).mean().item<double>(), normalised_error(beliefs, states).mean().item<double>()};
}

/// The sequences of one seed.
struct StudyData {
  kalman::Sequences train, test;
  Tensor train_observations, test_observations, test_states;  // [N, T, Z]
};

StudyData draw_data(const StudyConfig& config, uint64_t seed) {
  const kalman::LinearGaussianModel truth = linear_gaussian(true_model(config));
  const auto draw = [&](int64_t sequences, std::string_view name) {
    return kalman::sample(truth, sequences, config.length, derive_seed(seed, name));
  };
  kalman::SampledSequences train = draw(config.sequences, "study_train");
  kalman::SampledSequences test = draw(config.test_sequences, "study_test");
  const Tensor train_observations = to_tensor(train.data.observations);
  const Tensor test_observations = to_tensor(test.data.observations);
  return {std::move(train.data), std::move(test.data), train_observations, test_observations, to_tensor(test.states)};
}

/// The model with a learned transition in place of the true one.
IsotropicModel with_dynamics(const StudyConfig& config, const LearnedDynamics& dynamics) {
  return {dynamics.transition_matrix, std::exp(dynamics.log_transition_var.item<double>()), config.observation_var};
}

SchemeResult summary(Scheme scheme, const StudyConfig& config, const IsotropicModel& learned, const StudyData& data) {
  return {.scheme = scheme,
          .transition_matrix = learned.transition_matrix,
          .transition_var = learned.transition_var,
          .distance = (learned.transition_matrix - true_model(config).transition_matrix).norm().item<double>(),
          .log_likelihood = kalman::log_likelihood(linear_gaussian(learned), data.train, kAlone).mean()};
}

SchemeResult learn_in_closed_form(const StudyConfig& config, const StudyData& data) {
  // From the same first guess as the other schemes.
  const int64_t Z = data.train_observations.size(2);
  const kalman::LinearGaussianModel guess =
      linear_gaussian({at::eye(Z, at::kDouble), kFirstTransitionVar, config.observation_var});
  const kalman::LinearGaussianModel fitted =
      kalman::fit_em(guess, data.train,
                     {.transition = true, .process_noise = true, .process_form = kalman::CovarianceForm::kSpherical},
                     {.max_iterations = 5000, .tolerance = 1e-7, .compute = kAlone})
          .model;
  const IsotropicModel learned{to_tensor(fitted.transition.at(1)), fitted.process_noise.at(1)(0, 0),
                               config.observation_var};
  SchemeResult result = summary(Scheme::kSsmClosedForm, config, learned, data);
  result.bound = result.log_likelihood;
  result.beliefs = quality(to_marginals(kalman::smooth(fitted, data.test, kAlone).belief), data.test_states);
  return result;
}

std::shared_ptr<InferenceNetwork> make_network(Scheme scheme, const StudyConfig& config) {
  const auto Z = static_cast<int64_t>(config.transition_matrix.size());
  switch (scheme) {
    case Scheme::kSsmNetwork:
      return std::make_shared<SmootherNetwork>(Z, config.smoother_network.hidden);
    case Scheme::kRssmLinear:
      return std::make_shared<LinearFilterInference>(Z, config.observation_var);
    default:  // the closed form has no network
      return std::make_shared<FilterNetwork>(Z, config.filter_network.hidden);
  }
}

LearningOptions learning_options(Scheme scheme, const StudyConfig& config) {
  if (scheme == Scheme::kRssmLinear) return {.updates = 0, .lbfgs_steps = kLinearSteps};
  const NetworkLearningConfig& chosen = scheme == Scheme::kSsmNetwork ? config.smoother_network : config.filter_network;
  return {.updates = chosen.updates,
          .batch = chosen.batch,
          .learning_rate = chosen.learning_rate,
          .lbfgs_steps = kNetworkSteps};
}

/// Nothing when `on_update` said stop.
std::optional<SchemeResult> learn_by_inference(Scheme scheme, const StudyConfig& config, const StudyData& data,
                                               uint64_t seed, const std::function<bool()>& on_update) {
  const std::shared_ptr<InferenceNetwork> network = make_network(scheme, config);
  math::TensorGenerator weights(derive_seed(seed, "weights", static_cast<uint64_t>(scheme)));
  nn::initialise(*network, weights);
  network->to(at::kDouble);
  const std::optional<LearnedDynamics> dynamics = learn(*network, data.train_observations, config.observation_var,
                                                        learning_options(scheme, config), seed, on_update);
  if (!dynamics) return std::nullopt;

  const at::NoGradGuard no_grad;
  SchemeResult result = summary(scheme, config, with_dynamics(config, *dynamics), data);
  result.bound =
      lower_bound(network->infer(data.train_observations), *dynamics, config.observation_var, data.train_observations)
          .mean()
          .item<double>();
  result.beliefs = quality(marginals(network->infer(data.test_observations)), data.test_states);
  return result;
}

/// All that is the same for every scheme.
SeedResult evaluate_true_model(const StudyConfig& config, int64_t seed, const StudyData& data) {
  const kalman::LinearGaussianModel truth = linear_gaussian(true_model(config));
  return {.seed = seed,
          .smoothed = quality(to_marginals(kalman::smooth(truth, data.test, kAlone).belief), data.test_states),
          .posterior = quality(to_marginals(kalman::filter(truth, data.test, kAlone).belief), data.test_states),
          .log_likelihood = kalman::log_likelihood(truth, data.train, kAlone).mean(),
          .schemes = std::vector<SchemeResult>(std::size(kSchemes))};
}

/// Counts the updates of all threads.
class UpdateCounter {
 public:
  explicit UpdateCounter(const StudyHooks& hooks) : hooks_(hooks) {}

  /// One update more; false to stop.
  bool add() {
    const std::lock_guard lock(mutex_);
    if (hooks_.on_progress) hooks_.on_progress(++done_);
    return !(hooks_.stop_requested && hooks_.stop_requested());
  }

 private:
  const StudyHooks& hooks_;
  int64_t done_ = 0;
  std::mutex mutex_;
};

/// Calls `work` with 0 ... count - 1 from several threads, each of which computes alone. The first exception is thrown
/// on, once all threads have ended.
void in_parallel(int64_t threads, size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto run_worker = [&] {
    at::set_num_threads(1);
    for (size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int64_t i = 0; i < threads; ++i) workers.emplace_back(run_worker);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

std::string_view name_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::kSsmClosedForm:
      return "ssm_closed_form";
    case Scheme::kSsmNetwork:
      return "ssm_network";
    case Scheme::kRssmLinear:
      return "rssm_linear";
    case Scheme::kRssmNetwork:
      return "rssm_network";
  }
  throw ConfigError("Unknown scheme.");
}

int64_t network_updates(const StudyConfig& config) {
  return config.seeds * (config.smoother_network.updates + config.filter_network.updates);
}

IsotropicModel true_model(const StudyConfig& config) {
  const auto Z = static_cast<int64_t>(config.transition_matrix.size());
  Tensor matrix = at::empty({Z, Z}, at::kDouble);
  for (int64_t i = 0; i < Z; ++i) {
    for (int64_t j = 0; j < Z; ++j)
      matrix[i][j] = config.transition_matrix[static_cast<size_t>(i)][static_cast<size_t>(j)];
  }
  return {matrix, config.transition_var, config.observation_var};
}

PopulationResult study_population(const StudyConfig& config) {
  const IsotropicModel truth = true_model(config);
  // Covariances do not depend on what is observed: any sequence tells them.
  const kalman::Sequences any{kalman::Series(1, config.length, truth.transition_matrix.size(0))};
  const kalman::LinearGaussianModel model = linear_gaussian(truth);
  return {.smoothed_log_prob = expected_log_prob(kalman::smooth(model, any).belief),
          .posterior_log_prob = expected_log_prob(kalman::filter(model, any).belief),
          .rssm = rssm_optimum(truth, config.length),
          .stationary = stationary_rssm_optimum(truth)};
}

std::optional<std::vector<SeedResult>> run_lgssm_study(const StudyConfig& config, const StudyHooks& hooks) {
  std::vector<StudyData> data;
  std::vector<SeedResult> results;
  for (int64_t seed = config.first_seed; seed < config.first_seed + config.seeds; ++seed) {
    data.push_back(draw_data(config, static_cast<uint64_t>(seed)));
    results.push_back(evaluate_true_model(config, seed, data.back()));
  }

  // The longest work first, so that the threads end together.
  constexpr Scheme kLongestFirst[] = {Scheme::kSsmNetwork, Scheme::kRssmNetwork, Scheme::kRssmLinear,
                                      Scheme::kSsmClosedForm};
  const auto count = static_cast<size_t>(config.seeds);
  UpdateCounter counter(hooks);
  std::atomic<bool> stopped = false;
  const auto work = [&](size_t task) {
    const Scheme scheme = kLongestFirst[task / count];
    const size_t i = task % count;
    if (stopped) return;
    std::optional<SchemeResult> result;
    if (scheme == Scheme::kSsmClosedForm) {
      result = learn_in_closed_form(config, data[i]);
    } else {
      result = learn_by_inference(scheme, config, data[i], static_cast<uint64_t>(results[i].seed),
                                  [&] { return !stopped && counter.add(); });
    }
    if (result) {
      results[i].schemes[static_cast<size_t>(scheme)] = std::move(*result);
    } else {
      stopped = true;
    }
  };
  const int64_t processors = std::max<int64_t>(1, std::thread::hardware_concurrency());
  in_parallel(config.threads > 0 ? config.threads : processors, std::size(kSchemes) * count, work);
  if (stopped) return std::nullopt;
  return results;
}

}  // namespace vrkn::study
