#pragma once

#include <string>
#include <vector>

#include "vrkn/bench/subject.h"
#include "vrkn/data/batch.h"
#include "vrkn/math/tensor_generator.h"

namespace vrkn::bench {

/// A number of rows, a fifth of it for a quick measurement.
int64_t shortened(int64_t count, const BenchOptions& options);

/// How to measure with the configuration's number of threads: by processor time with one.
MeasureOptions measure_options(const run::ExperimentConfig& config, const BenchOptions& options);

/// A report on that, without rows.
BenchReport start_report(const run::ExperimentConfig& config, const BenchOptions& options, std::string work);

/// Times work on tensors, with float32 products of the same device as the limit, and on the CPU those of BLAS beside
/// it.
void measure_tensor_work(BenchReport& report, const std::vector<Workload>& workloads);

/// What the environment senses and how many numbers an action has, in words.
std::string world_text(const env::EnvironmentSpec& spec);

/// Uniform random readings, actions and rewards with the given leading axes, all sensors valid; two thirds of a masked
/// image are visible. On the host.
data::Observations random_observations(const env::EnvironmentSpec& spec, const std::vector<int64_t>& leading,
                                       math::TensorGenerator& rng);
data::Batch random_batch(const env::EnvironmentSpec& spec, int64_t batch, int64_t length, math::TensorGenerator& rng);

}  // namespace vrkn::bench
