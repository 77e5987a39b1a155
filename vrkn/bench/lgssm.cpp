#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/random.h"
#include "vrkn/kalman/parallel.h"
#include "vrkn/kalman/recursion_choice.h"
#include "vrkn/kalman/sample.h"
#include "vrkn/kalman/statistics.h"

namespace vrkn::bench {
namespace {

struct Shape {
  int64_t N, T, Z;  // as many components are observed as there are
};

/// Multiply-adds in double precision that touch no memory.
RateProbe multiply_add_probe(int threads) {
  constexpr int64_t kRounds = 2'000'000, kRuns = 10;
  const auto amount = static_cast<double>(kalman::best_recursions().operations_per_spin * kRounds * threads);
  return {amount, kRuns, [threads] {
            kalman::parallel_for(threads, threads,
                                 [] { return [](int64_t) { kalman::best_recursions().spin(kRounds); }; });
          }};
}

/// Memory that the operating system hands out anew and that is filled with zeros: results are such memory.
RateProbe new_memory_probe() {
  constexpr int64_t kCount = int64_t{1} << 24;
  return {static_cast<double>(sizeof(double)) * kCount, 1, [] { const std::vector<double> zeros(kCount, 0.0); }};
}

/// Multiply-adds, two operations each, that the formulas of filter.h and smoother.h need per step when every matrix
/// product is counted in full but symmetric results by their upper triangle, with diagonal noises.
double covariance_operations(const Shape& shape, bool smoother) {
  const auto Z = static_cast<double>(shape.Z), cube = Z * Z * Z;
  // A P, A (P A^T), C P, C (P C^T), Cholesky, two solves, K C, M P, M P M^T, K R K^T
  const double filter = (1.0 + 0.5 + 1.0 + 0.5 + 1.0 / 6.0 + 1.0 + 1.0 + 1.0 + 0.5 + 0.5) * cube;
  // A P, A (P A^T), Cholesky, two solves, J A, M P, M P M^T, J Q J^T, J P^s, J P^s J^T
  const double backward = (1.0 + 0.5 + 1.0 / 6.0 + 1.0 + 1.0 + 1.0 + 0.5 + 0.5 + 1.0 + 0.5) * cube;
  return 2.0 * (filter + (smoother ? backward : 0.0));
}

double mean_operations(const Shape& shape, bool smoother) {
  const auto Z = static_cast<double>(shape.Z);
  // A m, C m, K v, the solve of the density; A m, J (m^s - m^-)
  return 2.0 * (3.5 + (smoother ? 2.0 : 0.0)) * Z * Z;
}

kalman::LinearGaussianModel make_model(int64_t Z, uint64_t seed) {
  ScalarGenerator random(derive_seed(seed, "bench_model"));
  kalman::LinearGaussianModel model;
  model.initial_mean = kalman::Vector::Zero(Z);
  model.initial_covariance = kalman::Matrix::Identity(Z, Z);
  kalman::Matrix A(Z, Z), C(Z, Z);
  for (double& value : A.reshaped()) value = 0.5 / std::sqrt(static_cast<double>(Z)) * random.normal();
  for (double& value : C.reshaped()) value = random.normal();
  model.transition = A;
  model.process_noise = 0.1 * kalman::Matrix::Identity(Z, Z);
  model.emission = C;
  model.observation_noise = 0.025 * kalman::Matrix::Identity(Z, Z);
  return model;
}

void measure_shape(const Shape& shape, bool missing, uint64_t seed, Probes& probes, BenchReport& report) {
  const auto& [N, T, Z] = shape;
  const kalman::LinearGaussianModel model = make_model(Z, seed);
  kalman::Sequences data = kalman::sample(model, N, T, derive_seed(seed, "bench_sequences")).data;
  ScalarGenerator random(derive_seed(seed, "bench_gaps"));
  for (double& value : data.observations.values) {
    if (missing && random.uniform() < 0.2) value = std::numeric_limits<double>::quiet_NaN();
  }
  const kalman::ComputeOptions compute{.threads = static_cast<int>(report.threads)};
  const auto steps = static_cast<double>(N * T), covariances = static_cast<double>((missing ? N : 1) * T);
  const auto size = static_cast<double>(Z);
  // Numbers moved and numbers of new memory, each per vector component of all steps and per matrix entry of all
  // covariances.
  struct Traffic {
    double vectors, matrices;
  };
  const auto bytes = [&](const Traffic& traffic) {
    return 8.0 * (steps * traffic.vectors * size + covariances * traffic.matrices * size * size);
  };
  const auto workload = [&](const char* what, bool smoother, Traffic moved, Traffic made, std::function<void()> run) {
    return Workload{.name = fmt::format("{} x {} x {}, {}, {}", N, T, Z, missing ? "individual gaps" : "shared", what),
                    .run = std::move(run),
                    .cost = Cost{.flop = covariances * covariance_operations(shape, smoother) +
                                         steps * mean_operations(shape, smoother),
                                 .bytes_moved = bytes(moved),
                                 .bytes_new = bytes(made)}};
  };
  // Between filter and smoother the filtered beliefs are written and read once.
  const std::vector<Row> rows =
      measure({workload("likelihood", false, {1, 0}, {0, 0}, [&] { kalman::log_likelihood(model, data, compute); }),
               workload("filter", false, {4, 2}, {3, 2}, [&] { kalman::filter(model, data, compute); }),
               workload("filter + smoother", true, {4, 5}, {1, 3}, [&] { kalman::smooth(model, data, compute); }),
               workload("expected statistics", true, {5, 6}, {0, 0}, [&] { kalman::e_step(model, data, compute); })},
              probes, report.options);
  report.rows.insert(report.rows.end(), rows.begin(), rows.end());
}

}  // namespace

BenchReport bench_lgssm(const run::ExperimentConfig& config, const BenchOptions& options) {
  BenchReport report = start_report(config, options, "sequences x steps x states, as many observed components");
  report.device = "cpu";
  Probes probes{.arithmetic = multiply_add_probe(static_cast<int>(report.threads)),
                .copying = copy_probe(),
                .new_memory = new_memory_probe()};
  for (const Shape& full : {Shape{1000, 50, 4}, Shape{100, 1000, 30}}) {
    const Shape shape{shortened(full.N, options), full.T, full.Z};
    for (const bool missing : {false, true}) {
      measure_shape(shape, missing, static_cast<uint64_t>(config.seed), probes, report);
    }
  }
  set_peaks(
      report, probes,
      fmt::format("float64 multiply-adds in registers, {} recursions, in between", kalman::best_recursions().name));
  return report;
}

}  // namespace vrkn::bench
