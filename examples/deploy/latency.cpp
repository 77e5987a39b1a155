#include "latency.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>

#include "allocations.h"
#include "control_clock.h"
#include "filter.h"
#include "forecast.h"
#include "normal.h"
#include "policy.h"

namespace deploy {
namespace {

/// Values about as large as those the run learned from, or noise where the sensor is a camera.
void make_up(const SensorSpec& sensor, Normal& normal, std::vector<std::byte>& data) {
  if (sensor.image) {
    for (std::byte& pixel : data) pixel = static_cast<std::byte>(256.0 * normal.uniform());
    return;
  }
  for (size_t i = 0; i < sensor.values; ++i) {
    const float value = sensor.mean[i] + sensor.std[i] * normal();
    std::memcpy(data.data() + i * sizeof(float), &value, sizeof(float));
  }
}

void print(const char* what, Durations& durations) {
  std::printf("%-9s median %8.4f ms   99 %% %8.4f ms   longest %8.4f ms   shortest %8.4f ms\n", what,
              durations.quantile(0.5), durations.quantile(0.99), durations.quantile(1.0), durations.quantile(0.0));
}

}  // namespace

void measure_latency(const ExportedRun& run, const Options& options) {
  Filter filter(run, /*step_s=*/1.0, options.replay_steps);
  Policy policy(run, options.seed);
  Normal normal(options.seed);
  const auto steps = static_cast<size_t>(options.latency_steps);
  Durations filtering(steps), acting(steps), deciding(steps);
  std::vector<std::vector<std::byte>> data;
  for (const SensorSpec& sensor : run.sensors) data.emplace_back(sensor.bytes());
  std::vector<float> action(static_cast<size_t>(run.action_size));

  const Allocations before = allocations();
  for (size_t step = 0; step < steps; ++step) {
    for (size_t s = 0; s < data.size(); ++s) make_up(run.sensors[s], normal, data[s]);
    const auto begin = SteadyClock::now();
    filter.advance(action);
    for (size_t s = 0; s < data.size(); ++s) filter.add({s, filter.time_s(), data[s]});
    filter.update();
    const double filtered_ms = milliseconds_since(begin);
    std::ranges::copy(policy.act(filter.belief(), filter.features()), action.begin());
    const double decided_ms = milliseconds_since(begin);
    filtering.add(filtered_ms);
    acting.add(decided_ms - filtered_ms);
    deciding.add(decided_ms);
    // Linux stops real-time threads that use more than 95 % of a second; a loop rests between decisions, too.
    if (options.real_time) std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(decided_ms / 5.0));
  }
  report_allocations(before, options.latency_steps);
  std::printf("%s, %s, %s: %zu decisions, one thread\n", run.task.c_str(), run.model.c_str(), run.agent.c_str(), steps);
  print("filter", filtering);
  print("policy", acting);
  print("decision", deciding);
  if (options.forecast_steps == 0) return;

  Forecast forecast(run, options.draws, options.forecast_steps, options.seed);
  const std::vector<float> held(static_cast<size_t>(options.forecast_steps * run.action_size));
  Durations foretelling(200);
  for (int i = 0; i < 200; ++i) {
    const auto begin = SteadyClock::now();
    forecast.run(filter.belief(), held);
    foretelling.add(milliseconds_since(begin));
  }
  print("forecast", foretelling);
}

}  // namespace deploy
