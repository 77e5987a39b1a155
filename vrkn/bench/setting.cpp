#include "vrkn/bench/setting.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/math/product.h"
#include "vrkn/run/processor_setup.h"

namespace vrkn::bench {
namespace {

data::Readings random_readings(const env::SensorSpec& sensor, std::vector<int64_t> leading,
                               math::TensorGenerator& rng) {
  std::vector<int64_t> sizes = leading;
  sizes.insert(sizes.end(), sensor.shape.begin(), sensor.shape.end());
  const at::Tensor values = rng.uniform(sizes);
  const bool image = sensor.kind == env::SensorKind::kImage;
  data::Readings readings{image ? (values * 255).to(at::kByte) : values, at::ones(leading, at::kBool)};
  if (sensor.masked) {
    leading.insert(leading.end(), sensor.shape.begin() + 1, sensor.shape.end());
    readings.visible = rng.uniform(leading) < 2.0 / 3.0;
  }
  return readings;
}

std::string product_text(const std::string& device) {
  const std::string text =
      fmt::format("float32 products of {0} x {0} matrices in between", product_probe_size(c10::Device(device)));
  if (device != "cpu") return text + " on " + device;
  return text + " by " + (math::onednn_multiplies() ? "oneDNN" : "BLAS");
}

}  // namespace

int64_t shortened(int64_t count, const BenchOptions& options) {
  constexpr int64_t kQuick = 5;
  return options.quick ? std::max<int64_t>(count / kQuick, 1) : count;
}

MeasureOptions measure_options(const run::ExperimentConfig& config, const BenchOptions& options) {
  const bool one_processor = config.device == "cpu" && run::thread_count(config.threads) == 1;
  return {options.repetitions, one_processor ? Clock::kProcessor : Clock::kWall};
}

BenchReport start_report(const run::ExperimentConfig& config, const BenchOptions& options, std::string work) {
  return {.subject = {},
          .work = std::move(work),
          .device = config.device,
          .threads = run::thread_count(config.threads),
          .options = measure_options(config, options)};
}

void measure_tensor_work(BenchReport& report, const std::vector<Workload>& workloads) {
  const c10::Device device(report.device);
  std::vector<Workload> complete = workloads;
  for (Workload& workload : complete) {
    workload.run = [run = workload.run, device] {
      run();
      synchronise(device);
    };
  }
  Probes probes{.arithmetic = product_probe(device)};
  if (device.is_cpu()) probes.blas.emplace(blas_probe());
  report.rows = measure(complete, probes, report.options);
  set_peaks(report, probes, product_text(report.device));
}

std::string world_text(const env::EnvironmentSpec& spec) {
  std::string sensors;
  for (const env::SensorSpec& sensor : spec.sensors) {
    sensors += fmt::format("{}{} {}", sensors.empty() ? "" : ", ", sensor.name, fmt::join(sensor.shape, " x "));
  }
  return fmt::format("{}, {} action{}", sensors, spec.action_size, spec.action_size == 1 ? "" : "s");
}

data::Observations random_observations(const env::EnvironmentSpec& spec, const std::vector<int64_t>& leading,
                                       math::TensorGenerator& rng) {
  data::Observations observations;
  for (const env::SensorSpec& sensor : spec.sensors) observations.push_back(random_readings(sensor, leading, rng));
  return observations;
}

data::Batch random_batch(const env::EnvironmentSpec& spec, int64_t batch, int64_t length, math::TensorGenerator& rng) {
  return {random_observations(spec, {batch, length}, rng), rng.uniform({batch, length, spec.action_size}),
          rng.uniform({batch, length, 1})};
}

}  // namespace vrkn::bench
