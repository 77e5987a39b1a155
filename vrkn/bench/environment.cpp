#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <mujoco/mujoco.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/error.h"
#include "vrkn/core/random.h"
#include "vrkn/env/environment_pool.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/env/mujoco/gl_context.h"
#include "vrkn/env/pixels.h"
#include "vrkn/env/suite/suite_environment.h"
#include "vrkn/env/suite/suite_tasks.h"

namespace vrkn::bench {
namespace {

constexpr int kSide = 64;  // pixels of a picture

std::vector<double> random_controls(uint64_t seed, int64_t count) {
  ScalarGenerator random(derive_seed(seed, "bench_controls"));
  std::vector<double> controls(static_cast<size_t>(count));
  for (double& control : controls) control = random.uniform(-1.0, 1.0);
  return controls;
}

/// The rows beside which `limit` is the least: what is not ours.
void limit_by(std::span<Row> rows, double limit_s, const char* name) {
  for (Row& row : rows) {
    row.limit_s = limit_s;
    row.limited_by = name;
  }
}

/// The same random controls for bare MuJoCo calls, the task, and the task with its sensor "state".
std::vector<Row> measure_physics(const env::SuiteTask& task, uint64_t seed, const BenchOptions& options) {
  const int64_t steps = shortened(500, options);
  env::SuiteEnvironment environment(task, {.sensors = {"state"}});
  env::Physics bare(env::load_model(task.scene));
  const auto action_size = static_cast<size_t>(task.spec.action_size);
  const std::vector<double> controls = random_controls(seed, steps * task.spec.action_size);
  environment.begin(derive_seed(seed, "environment"));
  const env::PhysicsState start = environment.physics().state();

  const auto step_bare = [&] {
    bare.restore(start);
    for (size_t first = 0; first < controls.size(); first += action_size) {
      std::copy_n(controls.data() + first, action_size, bare.data().ctrl);
      for (int64_t i = 0; i < task.sub_steps; ++i) mj_step(&bare.model(), &bare.data());
    }
  };
  const auto play = [&](bool observing) {
    environment.begin_at(start);
    for (size_t first = 0; first < controls.size(); first += action_size) {
      environment.advance(std::span(controls).subspan(first, action_size));
      if (observing) environment.observe();
    }
  };
  const auto workload = [&](const std::string& what, std::function<void()> run) {
    return Workload{.name = task.spec.name + ", " + what,
                    .run = std::move(run),
                    .cost = Cost{},
                    .units = static_cast<double>(steps),
                    .unit = "control steps"};
  };
  Probes none;
  std::vector<Row> rows = measure({workload("mj_step", step_bare), workload("advance", [&] { play(false); }),
                                   workload("advance and observe", [&] { play(true); })},
                                  none, {options.repetitions, Clock::kProcessor});
  limit_by(std::span(rows).subspan(1), rows.front().time_s().median, "mj_step");
  return rows;
}

/// What MuJoCo needs to draw, as Renderer has it, so that each of its calls can be timed alone.
class BareRenderer {
 public:
  BareRenderer(const mjModel& model, mjData& data, const std::string& renderer)
      : model_(model), data_(data), context_(env::make_gl_context(renderer)) {
    context_->make_current();
    mjv_defaultScene(&scene_);
    mjv_makeScene(&model, &scene_, 1000);
    mjv_defaultOption(&option_);
    mjv_defaultCamera(&camera_);
    camera_.type = mjCAMERA_FIXED;
    camera_.fixedcamid = 0;
    mjModel sized = model;
    sized.vis.global.offheight = sized.vis.global.offwidth = kSide;
    mjr_defaultContext(&buffers_);
    mjr_makeContext(&sized, &buffers_, mjFONTSCALE_100);
    mjr_setBuffer(mjFB_OFFSCREEN, &buffers_);
  }
  ~BareRenderer() {
    mjr_freeContext(&buffers_);
    mjv_freeScene(&scene_);
    context_->release();
  }
  BareRenderer(const BareRenderer&) = delete;
  BareRenderer& operator=(const BareRenderer&) = delete;

  void update() { mjv_updateScene(&model_, &data_, &option_, nullptr, &camera_, mjCAT_ALL, &scene_); }
  void render() { mjr_render(kView, &scene_, &buffers_); }
  void read() { mjr_readPixels(image_.pixels.data(), nullptr, kView, &buffers_); }
  void copy() { planes_ = env::planar(image_); }
  void take_turns() {
    context_->release();
    context_->make_current();
  }

 private:
  static constexpr mjrRect kView = {0, 0, kSide, kSide};
  const mjModel& model_;
  mjData& data_;
  std::unique_ptr<env::GlContext> context_;
  mjvScene scene_;
  mjvOption option_;
  mjvCamera camera_;
  mjrContext buffers_;
  Image image_{kSide, kSide, std::vector<uint8_t>(3 * kSide * kSide)};
  std::vector<uint8_t> planes_;
};

double root_mean_square(const Image& a, const Image& b) {
  double sum = 0.0;
  for (size_t p = 0; p < a.pixels.size(); ++p) sum += std::pow(a.pixels[p] - b.pixels[p], 2);
  return std::sqrt(sum / static_cast<double>(a.pixels.size()));
}

/// Where the time of a picture goes, and what each quality costs. All are drawn by the clock's time: drivers have
/// threads of their own.
void measure_pictures(const env::SuiteTask& task, const env::EnvironmentConfig& config, uint64_t seed,
                      const BenchOptions& options, BenchReport& report) {
  const int64_t frames = shortened(20, options);
  const auto view = [&](env::PictureQuality quality) {
    return env::SuiteView{
        .sensors = {"image"}, .renderer = config.renderer, .camera = config.camera, .quality = quality};
  };
  env::SuiteEnvironment suite(task, view(env::PictureQuality::kSuite)), fast(task, view(env::PictureQuality::kFast));
  suite.begin(derive_seed(seed, "environment"));
  const auto action_size = static_cast<size_t>(task.spec.action_size);
  const std::vector<double> controls = random_controls(seed, 5 * task.spec.action_size);
  // Both look at the same moments, 5 control steps apart.
  double difference = 0.0, compared = 0.0;
  Image suite_image, fast_image;
  const auto move_on = [&] {
    for (size_t first = 0; first < controls.size(); first += action_size) {
      suite.advance(std::span(controls).subspan(first, action_size));
    }
    fast.begin_at(suite.physics().state());
  };
  const MeasureOptions each{.repetitions = options.repetitions * frames, .least_s = 0.0};
  Probes none;
  std::vector<Row> qualities = measure(
      {{.name = "moving on, not a picture", .run = move_on, .cost = Cost{}},
       {.name = "Renderer::render, suite", .run = [&] { suite_image = *suite.render(kSide, kSide); }, .cost = Cost{}},
       {.name = "Renderer::render, fast",
        .run =
            [&] {
              fast_image = *fast.render(kSide, kSide);
              difference += root_mean_square(suite_image, fast_image);
              compared += 1.0;
            },
        .cost = Cost{}}},
      none, each);

  BareRenderer bare(suite.physics().model(), suite.physics().data(), config.renderer);
  const std::vector<Row> calls =
      measure({{.name = "mjv_updateScene", .run = [&] { bare.update(); }, .cost = Cost{}},
               {.name = "mjr_render", .run = [&] { bare.render(); }, .cost = Cost{}},
               {.name = "mjr_readPixels, which waits", .run = [&] { bare.read(); }, .cost = Cost{}},
               {.name = "our copy into planes", .run = [&] { bare.copy(); }, .cost = Cost{}},
               {.name = "our taking the context", .run = [&] { bare.take_turns(); }, .cost = Cost{}}},
              none, each);
  const double of_mujoco_s = calls[0].wall_s.median + calls[1].wall_s.median + calls[2].wall_s.median;
  limit_by(std::span(qualities).subspan(1, 1), of_mujoco_s, "MuJoCo's calls");
  report.rows.insert(report.rows.end(), calls.begin(), calls.end());
  report.rows.insert(report.rows.end(), qualities.begin() + 1, qualities.end());
  report.notes.push_back(fmt::format("pictures of {}, {} x {}: fast differs from suite by {:.2f} grey levels RMS",
                                     task.spec.name, kSide, kSide, difference / compared));
}

/// Agent steps of eight environments, in one thread and in as many as are configured.
void measure_pools(const run::ExperimentConfig& config, const BenchOptions& options, BenchReport& report) {
  constexpr size_t kCount = 8;
  const int64_t steps = shortened(30, options);
  std::vector<size_t> numbers(kCount);
  std::iota(numbers.begin(), numbers.end(), size_t{0});
  const std::vector<uint64_t> seeds(kCount, derive_seed(static_cast<uint64_t>(config.seed), "environment"));
  std::vector<int64_t> thread_counts{1};
  if (report.threads > 1) thread_counts.push_back(report.threads);

  std::vector<std::unique_ptr<env::EnvironmentPool>> pools;
  std::vector<Workload> workloads;
  for (const int64_t threads : thread_counts) {
    env::Environments environments;
    for (size_t i = 0; i < kCount; ++i) environments.push_back(env::make_environment(config.environment));
    env::EnvironmentPool& pool =
        *pools.emplace_back(std::make_unique<env::EnvironmentPool>(std::move(environments), threads));
    const std::vector<double> actions = random_controls(seeds.front(), kCount * pool.spec().action_size);
    workloads.push_back({.name = fmt::format("pool of {}, {} thread{}", kCount, threads, threads == 1 ? "" : "s"),
                         .run =
                             [&pool, &numbers, &seeds, actions, steps] {
                               pool.reset(seeds);
                               for (int64_t t = 0; t < steps; ++t) pool.step(numbers, actions);
                             },
                         .cost = Cost{},
                         .units = static_cast<double>(kCount) * static_cast<double>(steps),
                         .unit = "agent steps"});
  }
  Probes none;
  std::vector<Row> rows = measure(workloads, none, {options.repetitions, Clock::kWall});
  limit_by(std::span(rows).subspan(1), rows.front().wall_s.median / static_cast<double>(report.threads),
           "one thread's time shared");
  report.rows.insert(report.rows.end(), rows.begin(), rows.end());
}

}  // namespace

BenchReport bench_environment(const run::ExperimentConfig& config, const BenchOptions& options) {
  const env::EnvironmentConfig& environment = config.environment;
  const auto seed = static_cast<uint64_t>(config.seed);
  const auto task = env::find_suite_task(environment.task);
  if (!task)
    throw ConfigError("environment.task is \"" + environment.task + "\", but must be one of the control suite's");
  BenchReport report = start_report(
      config, options, fmt::format("{}, sensors {}", environment.task, fmt::join(environment.sensors, ", ")));
  report.device = "cpu";
  report.options.clock = Clock::kWall;  // of the report; physics, which has one thread, counts its own
  for (const env::SuiteTask& suite_task : env::suite_tasks()) {
    const std::vector<Row> rows = measure_physics(suite_task, seed, options);
    report.rows.insert(report.rows.end(), rows.begin(), rows.end());
  }
  if (std::ranges::find(environment.sensors, "image") != environment.sensors.end()) {
    measure_pictures(*task, environment, seed, options, report);
  }
  measure_pools(config, options, report);
  return report;
}

}  // namespace vrkn::bench
