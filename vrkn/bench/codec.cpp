#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/model/world_model.h"

namespace vrkn::bench {

BenchReport bench_codec(const run::ExperimentConfig& config, const BenchOptions& options) {
  const c10::Device device(config.device);
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  math::TensorGenerator weights(derive_seed(seed, "weights"));
  model::WorldModel model(spec.sensors, spec.action_size, config.world_model(), weights);
  model.to(device);

  const int64_t N = shortened(config.training.batch_size, options) * config.training.sequence_length;
  math::TensorGenerator inputs(derive_seed(seed, "bench_batch"));
  math::TensorGenerator dither(derive_seed(seed, "model"), device);
  const auto values = model.normalise(data::to(random_observations(spec, {N}, inputs), device), dither);
  const at::Tensor features = inputs.normal({N, model::feature_size(config.model)}).to(device).requires_grad_();
  std::vector<Workload> workloads;
  for (size_t s = 0; s < spec.sensors.size(); ++s) {
    model::Codec& codec = model.codec(s);
    const std::string& name = spec.sensors[s].name;
    const at::Tensor x = values[s];
    workloads.push_back({.name = name + ", encoder", .run = [&codec, x] { codec.encode(x).mean().backward(); }});
    workloads.push_back({.name = name + ", decoder and likelihood", .run = [&codec, x, features] {
                           math::squared_error(codec.decode(features), x, 1).mean().backward();
                         }});
  }
  BenchReport report = start_report(config, options, fmt::format("{}; {} rows", world_text(spec), N));
  measure_tensor_work(report, workloads);
  return report;
}

}  // namespace vrkn::bench
