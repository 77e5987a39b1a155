// Times the filter and the smoother of linear-Gaussian models against what the machine can do:
//
//   bench_lgssm [repetitions] [threads] [state size]
//
// For each case the median time and what it must cost at least: the operations counted from the shapes, at the peak of
// a small loop of multiply-adds; the bytes read and written, at the rate of a large copy; and the bytes of the results,
// at the rate at which the operating system hands out memory. All peaks are measured in the same run. The ratio is that
// of the time to the larger of the first two plus the third.
#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <iostream>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "vrkn/core/random.h"
#include "vrkn/lgssm/parallel.h"
#include "vrkn/lgssm/sample.h"
#include "vrkn/lgssm/statistics.h"
#include "vrkn/lgssm/sweep_choice.h"

namespace {

namespace lgssm = vrkn::lgssm;

// The median over repetitions of the processor time of all threads together, over the number of threads: unlike the
// clock's time, it does not count what other programs took.
double median_s(int repetitions, int threads, const std::function<void()>& work) {
  work();  // warm-up
  std::vector<double> times;
  for (int i = 0; i < repetitions; ++i) {
    const std::clock_t begin = std::clock();
    work();
    times.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / threads);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// Bytes per second of copying 256 MiB per thread, reading and writing counted.
double copy_bandwidth(int threads) {
  constexpr int64_t kCount = int64_t{1} << 25;
  std::vector<std::vector<double>> from(static_cast<size_t>(threads), std::vector<double>(kCount, 1.0)), to = from;
  const double time = median_s(5, threads, [&] {
    lgssm::parallel_for(threads, threads,
                        [&] { return [&](int64_t task) { std::ranges::copy(from[task], to[task].begin()); }; });
  });
  return 16.0 * static_cast<double>(kCount * threads) / time;
}

// Bytes per second of memory that the operating system hands out anew and that is filled with zeros: results are such
// memory.
double new_memory_rate() {
  constexpr int64_t kCount = int64_t{1} << 25;
  const double time = median_s(5, 1, [] { std::vector<double>(kCount, 0.0); });
  return 8.0 * static_cast<double>(kCount) / time;
}

// Floating-point operations per second of multiply-adds that touch no memory.
double peak_flops(int threads) {
  constexpr int64_t kRounds = 20'000'000;
  const double time = median_s(5, threads, [&] {
    lgssm::parallel_for(threads, threads, [] { return [](int64_t) { lgssm::best_sweeps().spin(kRounds); }; });
  });
  return static_cast<double>(lgssm::best_sweeps().operations_per_spin * kRounds * threads) / time;
}

struct Shape {
  int64_t N, T, Z;  // as many components are observed as there are
};

// Multiply-adds, two operations each, that the formulas of filter.h and smoother.h need per step when every matrix
// product is counted in full but symmetric results by their upper triangle, with diagonal noises.
double covariance_operations(const Shape& shape, bool smoother) {
  const double Z = static_cast<double>(shape.Z), cube = Z * Z * Z;
  // A P, A (P A^T), C P, C (P C^T), Cholesky, two solves, K C, M P, M P M^T, K R K^T
  const double filter = (1.0 + 0.5 + 1.0 + 0.5 + 1.0 / 6.0 + 1.0 + 1.0 + 1.0 + 0.5 + 0.5) * cube;
  // A P, A (P A^T), Cholesky, two solves, J A, M P, M P M^T, J Q J^T, J P^s, J P^s J^T
  const double backward = (1.0 + 0.5 + 1.0 / 6.0 + 1.0 + 1.0 + 1.0 + 0.5 + 0.5 + 1.0 + 0.5) * cube;
  return 2.0 * (filter + (smoother ? backward : 0.0));
}

double mean_operations(const Shape& shape, bool smoother) {
  const double Z = static_cast<double>(shape.Z);
  // A m, C m, K v, the solve of the density; A m, J (m^s - m^-)
  return 2.0 * (3.5 + (smoother ? 2.0 : 0.0)) * Z * Z;
}

struct Peaks {
  double flops, copied, made;  // per second: operations, bytes copied, bytes of new memory
};

void report(const std::string& name, double time, double operations, double copied, double made, const Peaks& peaks) {
  const double arithmetic = operations / peaks.flops, memory = copied / peaks.copied, news = made / peaks.made;
  fmt::print(
      "{:<52} {:8.2f} ms   {:7.3f} GFLOP {:7.2f} ms   {:6.3f} GB moved {:6.2f} ms   {:6.3f} GB new {:7.2f} ms   ratio "
      "{:.1f}\n",
      name, 1e3 * time, 1e-9 * operations, 1e3 * arithmetic, 1e-9 * copied, 1e3 * memory, 1e-9 * made, 1e3 * news,
      time / (std::max(arithmetic, memory) + news));
}

lgssm::LinearGaussianModel make_model(int64_t Z) {
  vrkn::RandomStream random(1);
  lgssm::LinearGaussianModel model;
  model.initial_mean = lgssm::Vector(static_cast<size_t>(Z), 0.0);
  model.initial_covariance = lgssm::scaled_identity(Z);
  lgssm::Matrix A(Z, Z), C(Z, Z);
  for (double& value : A.values) value = 0.5 / std::sqrt(static_cast<double>(Z)) * random.normal();
  for (double& value : C.values) value = random.normal();
  model.transition = A;
  model.process_noise = lgssm::scaled_identity(Z, 0.1);
  model.emission = C;
  model.observation_noise = lgssm::scaled_identity(Z, 0.025);
  return model;
}

void measure(const Shape& shape, bool missing, int repetitions, int threads, const Peaks& peaks) {
  const auto& [N, T, Z] = shape;
  const lgssm::LinearGaussianModel model = make_model(Z);
  lgssm::Sequences data = lgssm::sample(model, N, T, 1).data;
  vrkn::RandomStream random(2);
  for (double& value : data.observations.values) {
    if (missing && random.uniform() < 0.2) value = std::numeric_limits<double>::quiet_NaN();
  }
  const lgssm::ComputeOptions options{.threads = threads};
  const auto steps = static_cast<double>(N * T), covariances = static_cast<double>((missing ? N : 1) * T);
  const auto size = static_cast<double>(Z);
  const std::string name = fmt::format("{} x {} x {}, {}", N, T, Z, missing ? "individual gaps" : "shared");
  // Numbers moved and numbers of new memory, each per vector component of all steps and per matrix entry of all
  // covariances.
  struct Traffic {
    double vectors, matrices;
  };
  const auto run = [&](const char* what, bool smoother, Traffic moved, Traffic made, const auto& work) {
    const double operations =
        covariances * covariance_operations(shape, smoother) + steps * mean_operations(shape, smoother);
    const auto bytes = [&](const Traffic& traffic) {
      return 8.0 * (steps * traffic.vectors * size + covariances * traffic.matrices * size * size);
    };
    report(name + ", " + what, median_s(repetitions, threads, work), operations, bytes(moved), bytes(made), peaks);
  };
  // Between filter and smoother the filtered beliefs are written and read once.
  run("likelihood", false, {1, 0}, {0, 0}, [&] { lgssm::log_likelihood(model, data, options); });
  run("filter", false, {4, 2}, {3, 2}, [&] { lgssm::filter(model, data, options); });
  run("filter + smoother", true, {4, 5}, {1, 3}, [&] { lgssm::smooth(model, data, options); });
  run("expected statistics", true, {5, 6}, {0, 0}, [&] { lgssm::expected_statistics(model, data, options); });
}

}  // namespace

int main(int argument_count, char** arguments) {
  const int repetitions = argument_count > 1 ? std::stoi(arguments[1]) : 5;
  const int threads = argument_count > 2 ? std::stoi(arguments[2]) : 1;
  const Peaks peaks{peak_flops(threads), copy_bandwidth(threads), new_memory_rate()};
  fmt::print("{} sweeps, {} threads: {:.1f} GFLOP/s, copying {:.1f} GB/s, new memory {:.1f} GB/s\n",
             lgssm::best_sweeps().name, threads, 1e-9 * peaks.flops, 1e-9 * peaks.copied, 1e-9 * peaks.made);
  for (const Shape& shape : {Shape{1000, 50, 4}, Shape{100, 1000, 30}}) {
    if (argument_count > 3 && shape.Z != std::stoi(arguments[3])) continue;
    for (const bool missing : {false, true}) measure(shape, missing, repetitions, threads, peaks);
  }
  return 0;
}
