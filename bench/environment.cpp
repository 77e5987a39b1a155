// Times worlds, pictures and pools of environments:
//
//   bench_environment [physics|pictures|pool ...] [--task NAME] [--repetitions N]
//
// physics    control steps a second of every suite task: bare MuJoCo calls, Simulation::advance, and that with the
// sensor
//            "state"; the same controls for all three
// pictures   where the time of a 64 x 64 picture goes, what each quality costs, and how their pictures differ
// pool       steps a second of eight environments with pictures and without, by number of threads
//
// Prints the median and the quartiles over the repetitions. The kinds that are compared take turns, so that a busy
// machine troubles all alike.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <functional>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/environment_pool.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/mujoco/gl_context.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace {

using vrkn::SuiteEnvironment;
using vrkn::SuiteTask;

struct Options {
  std::vector<std::string> parts = {};
  std::string task = {};  // empty: all
  int repetitions = 9;
};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Of this thread: what other programs take away does not count.
double processor_seconds_of(const std::function<void()>& work) {
  const auto now_s = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now_s();
  work();
  return now_s() - begin;
}

struct Quartiles {
  double low = 0.0, median = 0.0, high = 0.0;
};

Quartiles quartiles(std::vector<double> values) {
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
  };
  return {at(0.25), at(0.5), at(0.75)};
}

/// Units a second of each kind of work; `units` is what one call does.
std::vector<Quartiles> rates(const std::vector<std::function<void()>>& kinds, double units, int repetitions,
                             double (*measure)(const std::function<void()>&) = seconds_of) {
  std::vector<std::vector<double>> rates(kinds.size());
  for (const auto& kind : kinds) kind();  // warm-up
  for (int i = 0; i < repetitions; ++i) {
    for (size_t k = 0; k < kinds.size(); ++k) rates[k].push_back(units / measure(kinds[k]));
  }
  std::vector<Quartiles> result;
  for (std::vector<double>& values : rates) result.push_back(quartiles(std::move(values)));
  return result;
}

std::vector<double> random_actions(size_t count) {
  vrkn::RandomStream random(1);
  std::vector<double> actions(count);
  for (double& component : actions) component = random.uniform(-1.0, 1.0);
  return actions;
}

void time_physics(const SuiteTask& task, int repetitions) {
  constexpr int64_t kControlSteps = 500;
  SuiteEnvironment environment(task, {.sensors = {"state"}});
  vrkn::Physics bare(vrkn::load_model(task.scene));
  const auto action_size = static_cast<size_t>(task.facts.action_size);
  const std::vector<double> actions = random_actions(kControlSteps * action_size);
  environment.begin(1);
  const vrkn::PhysicsState start = environment.physics().state();

  const auto step_bare = [&] {
    bare.restore(start);
    for (size_t first = 0; first < actions.size(); first += action_size) {
      std::copy_n(actions.data() + first, action_size, bare.data().ctrl);
      for (int64_t i = 0; i < task.sub_steps; ++i) mj_step(&bare.model(), &bare.data());
    }
  };
  const auto play = [&](bool observing) {
    environment.begin_at(start);
    for (size_t first = 0; first < actions.size(); first += action_size) {
      environment.advance(std::span(actions).subspan(first, action_size));
      if (observing) environment.observe();
    }
  };
  const std::vector<Quartiles> found =
      rates({step_bare, [&] { play(false); }, [&] { play(true); }}, kControlSteps, repetitions, processor_seconds_of);
  fmt::print("{:<26}{:>10.0f}{:>10.0f} ({:.0f} to {:.0f}){:>6.0f} %{:>12.0f}\n", task.facts.name, found[0].median,
             found[1].median, found[1].low, found[1].high, 100.0 * found[1].median / found[0].median, found[2].median);
}

void time_physics(const Options& options) {
  fmt::print("control steps a second\n{:<26}{:>10}{:>10} (quartiles){:>10}{:>12}\n", "task", "bare", "advance", "share",
             "with state");
  for (const SuiteTask& task : vrkn::suite_tasks()) {
    if (options.task.empty() || options.task == task.facts.name) time_physics(task, options.repetitions);
  }
}

// One picture, cut into its calls: those of Renderer::render.
void time_calls(const mjModel& model, mjData& data, int repetitions) {
  constexpr int kSide = 64, kFrames = 20;
  const auto context = vrkn::make_gl_context("auto");
  context->make_current();
  mjModel sized = model;
  sized.vis.global.offheight = sized.vis.global.offwidth = kSide;
  mjvScene scene;
  mjv_defaultScene(&scene);
  mjv_makeScene(&model, &scene, 1000);
  mjvOption option;
  mjv_defaultOption(&option);
  mjvCamera camera;
  mjv_defaultCamera(&camera);
  camera.type = mjCAMERA_FIXED;
  camera.fixedcamid = 0;
  mjrContext buffers;
  mjr_defaultContext(&buffers);
  mjr_makeContext(&sized, &buffers, mjFONTSCALE_100);
  mjr_setBuffer(mjFB_OFFSCREEN, &buffers);
  const mjrRect view = {0, 0, kSide, kSide};
  std::vector<uint8_t> pixels(3 * kSide * kSide);
  std::vector<uint8_t> planes;
  std::vector<std::vector<double>> times(5);
  for (int i = 0; i < repetitions * kFrames; ++i) {
    const double update_s =
        seconds_of([&] { mjv_updateScene(&model, &data, &option, nullptr, &camera, mjCAT_ALL, &scene); });
    const double render_s = seconds_of([&] { mjr_render(view, &scene, &buffers); });
    const double read_s = seconds_of([&] { mjr_readPixels(pixels.data(), nullptr, view, &buffers); });
    vrkn::Image image{kSide, kSide, pixels};
    const double copy_s = seconds_of([&] { planes = vrkn::planar(image); });
    const double current_s = seconds_of([&] {
      context->release();
      context->make_current();
    });
    if (i < kFrames) continue;  // warm-up
    times[3].push_back(1e6 * copy_s);
    times[4].push_back(1e6 * current_s);
    times[0].push_back(1e6 * update_s);
    times[1].push_back(1e6 * render_s);
    times[2].push_back(1e6 * read_s);
  }
  mjr_freeContext(&buffers);
  mjv_freeScene(&scene);
  context->release();
  const char* names[] = {"mjv_updateScene", "mjr_render", "mjr_readPixels (waits for the driver)",
                         "our copy into planes", "our taking and leaving the context"};
  for (size_t k = 0; k < times.size(); ++k) {
    const Quartiles found = quartiles(times[k]);
    fmt::print("  {:<40}{:>9.1f} ({:.1f} to {:.1f})\n", names[k], found.median, found.low, found.high);
  }
}

double root_mean_square(const std::vector<vrkn::Image>& a, const std::vector<vrkn::Image>& b) {
  double sum = 0.0;
  size_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t p = 0; p < a[i].pixels.size(); ++p, ++count) sum += std::pow(a[i].pixels[p] - b[i].pixels[p], 2);
  }
  return std::sqrt(sum / static_cast<double>(count));
}

void time_pictures(const Options& options) {
  const std::string name = options.task.empty() ? "cartpole_swingup" : options.task;
  const auto task = vrkn::find_suite_task(name);
  if (!task) throw vrkn::ConfigError("task is \"" + name + "\", but must be one of the control suite's");
  SuiteEnvironment suite(*task, {.sensors = {"image"}});
  SuiteEnvironment fast(*task, {.sensors = {"image"}, .quality = vrkn::PictureQuality::kFast});
  suite.begin(1);
  const auto action_size = static_cast<size_t>(task->facts.action_size);
  const std::vector<double> actions = random_actions(40 * action_size);

  fmt::print("one picture of {}, 64 x 64, microseconds\n", name);
  time_calls(suite.physics().model(), suite.physics().data(), options.repetitions);

  // Both look at the same 40 moments, 5 control steps apart.
  std::vector<double> suite_us, fast_us;
  std::vector<vrkn::Image> suite_images, fast_images;
  for (size_t first = 0; first < actions.size(); first += action_size) {
    for (int i = 0; i < 5; ++i) suite.advance(std::span(actions).subspan(first, action_size));
    fast.begin_at(suite.physics().state());
    suite_us.push_back(1e6 * seconds_of([&] { suite_images.push_back(*suite.render(64, 64)); }));
    fast_us.push_back(1e6 * seconds_of([&] { fast_images.push_back(*fast.render(64, 64)); }));
  }
  for (std::vector<double>* times : {&suite_us, &fast_us}) times->erase(times->begin());  // buffers are made
  const auto print = [](const char* what, const std::vector<double>& times) {
    const Quartiles found = quartiles(times);
    fmt::print("  {:<40}{:>9.1f} ({:.1f} to {:.1f})\n", what, found.median, found.low, found.high);
  };
  print("Renderer::render, suite", suite_us);
  print("Renderer::render, fast", fast_us);
  fmt::print("  fast differs from suite by {:.2f} grey levels RMS\n", root_mean_square(suite_images, fast_images));
}

void time_pool(const Options& options) {
  constexpr size_t kCount = 8;
  const std::string task = options.task.empty() ? "cartpole_swingup" : options.task;
  fmt::print("agent steps a second of {} environments of {}\n{:<28}{:>8}{:>10}\n", kCount, task, "", "threads",
             "steps");
  std::vector<size_t> numbers(kCount);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  const std::vector<uint64_t> seeds(kCount, 1);
  for (const auto& [what, sensor, picture, steps] : {std::tuple{"state", "state", "suite", 200},
                                                     {"image, suite", "image", "suite", 6},
                                                     {"image, fast", "image", "fast", 12}}) {
    std::vector<std::unique_ptr<vrkn::EnvironmentPool>> pools;
    std::vector<std::function<void()>> kinds;
    for (const int64_t threads : {1, 2, 4}) {
      vrkn::Environments environments;
      for (size_t i = 0; i < kCount; ++i) {
        environments.push_back(
            vrkn::make_environment({.task = task, .sensors = {sensor}, .action_repeat = 4, .picture = picture}));
      }
      pools.push_back(std::make_unique<vrkn::EnvironmentPool>(std::move(environments), threads));
      kinds.emplace_back([&pool = *pools.back(), &numbers, &seeds, steps = steps] {
        pool.reset(seeds);
        const std::vector<double> actions = random_actions(kCount * static_cast<size_t>(pool.spec().action_size));
        for (int t = 0; t < steps; ++t) pool.step(numbers, actions);
      });
    }
    const std::vector<Quartiles> found =
        rates(kinds, static_cast<double>(kCount) * static_cast<double>(steps), options.repetitions);
    for (size_t k = 0; k < found.size(); ++k) {
      fmt::print("{:<28}{:>8}{:>10.0f} ({:.0f} to {:.0f})\n", what, int64_t{1} << k, found[k].median, found[k].low,
                 found[k].high);
    }
  }
}

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == "--task" && i + 1 < count) {
      options.task = arguments[++i];
    } else if (word == "--repetitions" && i + 1 < count) {
      options.repetitions = std::max(5, std::stoi(arguments[++i]));
    } else if (word == "physics" || word == "pictures" || word == "pool") {
      options.parts.push_back(word);
    } else {
      throw vrkn::ConfigError("\"" + word + "\" is none of physics, pictures, pool, --task NAME, --repetitions N");
    }
  }
  if (options.parts.empty()) options.parts = {"physics", "pictures", "pool"};
  return options;
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    const Options options = read_options(argument_count, arguments);
    for (const std::string& part : options.parts) {
      if (part == "physics") time_physics(options);
      if (part == "pictures") time_pictures(options);
      if (part == "pool") time_pool(options);
    }
    return 0;
  } catch (const vrkn::InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
