// Times updates and decisions of a preset's agent on random data, without a simulator:
//
//   bench_train_step [preset] [repetitions] [key=value ...]
//
// Prints the median time of one update and of one decision, and the peak memory of the process.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <sys/resource.h>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/agent/make_agent.h"
#include "vrkn/core/error.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/train/device_report.h"
#include "vrkn/train/presets.h"

namespace {

using vrkn::Batch;

vrkn::Readings random_readings(const vrkn::SensorSpec& sensor, std::vector<int64_t> leading, vrkn::Rng& rng) {
  std::vector<int64_t> sizes = leading;
  sizes.insert(sizes.end(), sensor.shape.begin(), sensor.shape.end());
  const at::Tensor values = rng.uniform(sizes);
  const bool image = sensor.kind == vrkn::SensorKind::kImage;
  vrkn::Readings readings{image ? (values * 255).to(at::kByte) : values, at::ones(leading, at::kBool)};
  if (sensor.masked) {
    leading.insert(leading.end(), sensor.shape.begin() + 1, sensor.shape.end());
    readings.visible = rng.uniform(leading) < 2.0 / 3.0;
  }
  return readings;
}

vrkn::Observations random_observations(const vrkn::EnvironmentSpec& spec, const std::vector<int64_t>& leading,
                                       vrkn::Rng& rng) {
  vrkn::Observations observations;
  for (const auto& sensor : spec.sensors) observations.push_back(random_readings(sensor, leading, rng));
  return observations;
}

double cpu_s() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
double median_s(int repetitions, const std::function<void()>& work) {
  work();  // warm-up
  std::vector<double> times, gflops;
  const at::Tensor a = at::ones({1024, 1024}), b = at::ones({1024, 1024});
  at::Tensor c = at::mm(a, b);
  for (int i = 0; i < repetitions; ++i) {
    for (int k = 0; k < 5; ++k) {
      const double begin = cpu_s();
      at::mm_out(c, a, b);
      gflops.push_back(2.0 * 1024 * 1024 * 1024e-9 / (cpu_s() - begin));
    }
    const double begin = cpu_s();
    work();
    times.push_back(cpu_s() - begin);
  }
  std::ranges::sort(times);
  std::ranges::sort(gflops);
  fmt::print("peak {:.1f} GFLOP/s; work {:.1f} GFLOP at peak\n", gflops[gflops.size() * 9 / 10],
             times[times.size() / 2] * gflops[gflops.size() * 9 / 10]);
  return times[times.size() / 2];
}

double peak_memory_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024.0 * 1024.0);
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    const std::string preset = argument_count > 1 ? arguments[1] : "paper-planet";
    const int repetitions = argument_count > 2 ? std::stoi(arguments[2]) : 5;
    const std::vector<std::string> overrides(arguments + std::min(argument_count, 3), arguments + argument_count);
    const vrkn::ExperimentConfig config = vrkn::load_preset(preset, overrides);
    vrkn::set_up_processor(config.threads);
    const vrkn::EnvironmentSpec spec = vrkn::make_environment(config.environment)->spec();
    const auto agent = vrkn::make_agent(config.agent, config.world_model(), spec, 1, c10::Device(config.device));

    vrkn::Rng rng(1);
    const int64_t B = config.training.batch_size, T = config.training.sequence_length;
    const Batch batch{random_observations(spec, {B, T}, rng), rng.uniform({B, T, spec.action_size}),
                      rng.uniform({B, T, 1})};
    const double update_s = median_s(repetitions, [&] { agent->update(batch, rng); });
    fmt::print("{}: update {:.4f} s (B {}, T {}), peak memory {:.2f} GiB\n", preset, update_s, B, T, peak_memory_gib());

    const vrkn::Observations observations = random_observations(spec, {1}, rng);
    vrkn::Belief memory = agent->begin(1, {.rng = rng});
    const double decision_s =
        median_s(repetitions, [&] { agent->act(memory, observations, {.rng = rng, .dropout = true}); });
    fmt::print("{}: decision {:.4f} s\n", preset, decision_s);
    return 0;
  } catch (const vrkn::InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
