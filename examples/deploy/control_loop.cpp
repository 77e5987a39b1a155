#include "control_loop.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "allocations.h"
#include "control_clock.h"
#include "double_integrator.h"
#include "filter.h"
#include "forecast.h"
#include "inbox.h"
#include "monitor.h"
#include "policy.h"

namespace deploy {
namespace {

constexpr size_t kInboxCapacity = 256;
constexpr int kMostWarnings = 5;

/// What the sensors of a run do, in seconds: as the run learned, where the options say nothing else.
std::vector<SensorTiming> timings(const ExportedRun& run, const Options& options, double step_s) {
  for (const auto* named : {&options.rates_hz, &options.transports_s, &options.dropouts, &options.deaths_s}) {
    for (const auto& [name, value] : *named) {
      if (std::ranges::find(run.sensors, name, &SensorSpec::name) == run.sensors.end()) {
        throw std::runtime_error(run.folder.string() + " has no sensor " + name);
      }
    }
  }
  const auto chosen = [](const std::map<std::string, double>& values, const std::string& name, double otherwise) {
    const auto found = values.find(name);
    return found == values.end() ? otherwise : found->second;
  };
  std::vector<SensorTiming> timings;
  for (const SensorSpec& sensor : run.sensors) {
    const double interval = static_cast<double>(sensor.interval_min + sensor.interval_max) / 2.0;
    timings.push_back(
        {.period_s = 1.0 / chosen(options.rates_hz, sensor.name, 1.0 / (interval * step_s)),
         .transport_s = chosen(options.transports_s, sensor.name, static_cast<double>(sensor.delay) * step_s),
         .dropout = chosen(options.dropouts, sensor.name, sensor.dropout),
         .dies_s = chosen(options.deaths_s, sensor.name, 1e300)});
  }
  return timings;
}

size_t most_bytes(const ExportedRun& run) {
  size_t bytes = 0;
  for (const SensorSpec& sensor : run.sensors) bytes = std::max(bytes, sensor.bytes());
  return bytes;
}

/// The loop with all that it needs, made before it begins. Nothing here allocates after the constructor.
class ControlLoop {
 public:
  ControlLoop(const ExportedRun& run, const Options& options, double step_s)
      : run_(run),
        options_(options),
        step_s_(step_s),
        world_(run, timings(run, options, step_s), options.seed),
        inbox_(kInboxCapacity, most_bytes(run)),
        filter_(run, step_s, options.replay_steps),
        policy_(run, options.seed),
        clock_(options.speed > 0.0 ? step_s / options.speed : 0.0),
        steps_(std::llround(DoubleIntegrator::kEpisode_s / step_s)),
        durations_(static_cast<size_t>(options.episodes * steps_)),
        action_(static_cast<size_t>(run.action_size)),
        silent_(run.sensors.size()) {
    if (run.monitor && run.graphs.contains("decode")) monitor_.emplace(run);
    if (options.forecast_steps > 0) forecast_.emplace(run, options.draws, options.forecast_steps, options.seed);
    held_.resize(static_cast<size_t>(options.forecast_steps) * action_.size());
  }

  double episode() {
    world_.begin();
    filter_.reset();
    if (monitor_) monitor_->reset();
    inbox_.empty([](const Reading&) {});
    std::ranges::fill(action_, 0.0f);
    std::fill(silent_.begin(), silent_.end(), false);
    clock_.start();
    for (int64_t step = 0, passed = 1; step < steps_;) {
      world_.advance(static_cast<double>(step) * step_s_, action_[0], inbox_);
      const auto begin = SteadyClock::now();
      for (; passed > 0; --passed) filter_.advance(action_);  // more than one: decisions were left out
      decide();
      durations_.add(milliseconds_since(begin));
      // A driver would get the action here.
      if (monitor_) compare();
      if (!options_.quiet) tell();
      if (forecast_ && step % options_.forecast_every == 0) foretell();
      passed = clock_.wait();
      warn(passed);
      step += passed;
    }
    world_.advance(DoubleIntegrator::kEpisode_s, action_[0], inbox_);
    return world_.episode_return();
  }

  void summarise() {
    std::printf("%zu decisions: median %.3f ms, 99 %% %.3f ms, longest %.3f ms; due every %.1f ms\n",
                durations_.number(), durations_.quantile(0.5), durations_.quantile(0.99), durations_.quantile(1.0),
                1000.0 * step_s_);
    std::printf("deadlines missed: %lld, decisions left out: %lld\n", static_cast<long long>(missed_),
                static_cast<long long>(left_out_));
    std::printf(
        "readings: %lld in time, %lld late and computed again (%lld further steps), %lld too late, %lld ahead of "
        "the clock, %llu lost\n",
        static_cast<long long>(arrivals_[0]), static_cast<long long>(arrivals_[1]), static_cast<long long>(replayed_),
        static_cast<long long>(arrivals_[2]), static_cast<long long>(arrivals_[3]),
        static_cast<unsigned long long>(inbox_.lost()));
    if (monitor_) {
      std::printf("monitor: %lld decisions above the threshold of %.3f\n", static_cast<long long>(alarms_),
                  monitor_->threshold());
    }
  }

 private:
  // Everything between the clock and the motors.
  void decide() {
    arrived_.fill(0);
    inbox_.empty([&](const Reading& reading) {
      ++arrivals_[static_cast<size_t>(filter_.add(reading))];
      if (reading.sensor < arrived_.size()) ++arrived_[reading.sensor];
    });
    replayed_ += filter_.update() - 1;
    std::ranges::copy(policy_.act(filter_.belief(), filter_.features()), action_.begin());
    if (watch_sensors() > options_.stop_after_s) std::ranges::fill(action_, 0.0f);
  }

  /// For how long there has been no reading at all, in seconds. Tells once of each sensor that is silent for longer
  /// than it ever was while the run learned; lost readings apart, of which the run learned with a share.
  double watch_sensors() {
    double last_s = 0.0;
    for (size_t s = 0; s < silent_.size(); ++s) {
      const SensorSpec& sensor = run_.sensors[s];
      const double seen_s = std::max(filter_.last_taken_s(s), 0.0);
      const double silence_s = filter_.time_s() - seen_s;
      last_s = std::max(last_s, seen_s);
      const double usual_s = static_cast<double>(sensor.interval_max + sensor.delay) * step_s_ / (1.0 - sensor.dropout);
      const bool silent = silence_s > 3.0 * usual_s;
      if (silent != silent_[s]) {
        std::fprintf(stderr, silent ? "warning: %s has been silent for %.2f s\n" : "%s is back after at least %.2f s\n",
                     sensor.name.c_str(), silent ? silence_s : 3.0 * usual_s);
      }
      silent_[s] = silent;
    }
    return filter_.time_s() - last_s;
  }

  /// What came beside what was expected. Tells when the world begins to look like another, and when it ends.
  void compare() {
    monitor_->observe(filter_);
    alarms_ += monitor_->alarm() ? 1 : 0;
    if (monitor_->alarm() == alarmed_) return;
    alarmed_ = monitor_->alarm();
    std::fprintf(stderr, "%s: prediction error %.3f, threshold %.3f, at %.2f s\n",
                 alarmed_ ? "warning: this is not the world that was learned" : "the world is as it was learned again",
                 monitor_->error(), monitor_->threshold(), filter_.time_s());
  }

  void warn(int64_t passed) {
    if (clock_.late_s() <= 0.0) return;
    if (++missed_ <= kMostWarnings) {
      std::fprintf(stderr, "warning: decision %lld was %.2f ms late\n", static_cast<long long>(filter_.step()),
                   1000.0 * clock_.late_s());
    }
    left_out_ += passed - 1;
  }

  void tell() const {
    std::printf("%6.2f s  position %+.3f  action %+.3f  uncertainty %.4f  ", filter_.time_s(), world_.position(),
                static_cast<double>(action_[0]), mean_deviation());
    for (size_t s = 0; s < std::min(arrived_.size(), run_.sensors.size()); ++s) {
      if (arrived_[s] > 0) std::printf(" %s", run_.sensors[s].name.c_str());
    }
    std::printf("\n");
  }

  /// Of the belief's components: comparable from step to step, not with a sensor's units.
  double mean_deviation() const {
    double sum = 0.0;
    for (int64_t z = 0; z < run_.var.size; ++z)
      sum += std::sqrt(filter_.belief()[static_cast<size_t>(run_.var.offset + z)]);
    return sum / static_cast<double>(run_.var.size);
  }

  // PlaNet has a plan; of Dreamer's future actions nothing is known, and its last one is held.
  void foretell() {
    const size_t planned = std::min(policy_.plan().size(), held_.size());
    std::copy_n(policy_.plan().begin(), planned, held_.begin());
    const std::span<const float> last =
        planned > 0 ? std::span<const float>(held_).subspan(planned - action_.size(), action_.size()) : action_;
    for (size_t i = planned; i < held_.size(); i += action_.size()) std::ranges::copy(last, held_.begin() + i);

    const auto begin = SteadyClock::now();
    forecast_->run(filter_.belief(), held_);
    const double duration_ms = milliseconds_since(begin);
    std::printf("         in %.2f s:", static_cast<double>(options_.forecast_steps) * step_s_);
    for (const Expected& expected : forecast_->vectors()) {
      const size_t last_step = expected.mean.size() - expected.values;
      for (size_t i = 0; i < expected.values; ++i) {
        const size_t at = last_step + i;
        std::printf("  %s %+.3f (+- %.3f of the state, +- %.3f of the reading)", expected.name.c_str(),
                    static_cast<double>(expected.mean[at]), std::sqrt(static_cast<double>(expected.state_var[at])),
                    std::sqrt(static_cast<double>(expected.noise_var[at])));
      }
    }
    std::printf("  [%.2f ms]\n", duration_ms);
  }

  const ExportedRun& run_;
  const Options& options_;
  double step_s_;
  DoubleIntegrator world_;
  Inbox inbox_;
  Filter filter_;
  Policy policy_;
  std::optional<Forecast> forecast_;
  std::optional<Monitor> monitor_;
  ControlClock clock_;
  int64_t steps_;
  Durations durations_;
  std::vector<float> action_, held_;
  std::vector<bool> silent_;
  std::array<int, 16> arrived_{};
  std::array<int64_t, 4> arrivals_{};  ///< by Arrival
  int64_t missed_ = 0, left_out_ = 0, replayed_ = 0, alarms_ = 0;
  bool alarmed_ = false;
};

}  // namespace

void run_control_loop(const ExportedRun& run, const Options& options) {
  if (!run.step_s) {
    throw std::runtime_error(run.folder.string() + " does not say how often to decide: it learned from files");
  }
  ControlLoop loop(run, options, *run.step_s);
  std::printf("%s, %s: %s decides every %.3f s\n", run.task.c_str(), run.model.c_str(), run.agent.c_str(), *run.step_s);
  std::fflush(stdout);
  double sum = 0.0;
  const Allocations before = allocations();
  for (int64_t episode = 0; episode < options.episodes; ++episode) {
    const double episode_return = loop.episode();
    sum += episode_return;
    std::printf("episode %lld: return %.2f\n", static_cast<long long>(episode), episode_return);
  }
  report_allocations(before, options.episodes * std::llround(DoubleIntegrator::kEpisode_s / *run.step_s));
  std::printf("mean return of %lld episodes: %.2f\n", static_cast<long long>(options.episodes),
              sum / static_cast<double>(options.episodes));
  loop.summarise();
}

}  // namespace deploy
