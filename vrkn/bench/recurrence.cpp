#include <ATen/ATen.h>
#include <fmt/format.h>

#include "vrkn/bench/setting.h"
#include "vrkn/bench/subjects.h"
#include "vrkn/core/kind_of.h"
#include "vrkn/core/random.h"
#include "vrkn/env/make_environment.h"
#include "vrkn/math/gaussian.h"
#include "vrkn/model/world_model.h"

namespace vrkn::bench {

BenchReport bench_recurrence(const run::ExperimentConfig& config, const BenchOptions& options) {
  const c10::Device device(config.device);
  const auto seed = static_cast<uint64_t>(config.seed);
  const env::EnvironmentSpec spec = env::make_environment(config.environment)->spec();
  math::TensorGenerator weights(derive_seed(seed, "weights"));
  model::WorldModel model(spec.sensors, spec.action_size, config.world_model(), weights);
  model.to(device);

  const int64_t B = shortened(config.training.batch_size, options), T = config.training.sequence_length;
  math::TensorGenerator inputs(derive_seed(seed, "bench_batch"));
  const at::Tensor actions = inputs.uniform({B, T, spec.action_size}).to(device);
  model::SensorEmbeddings embeddings;
  std::vector<int64_t> sizes;
  for (size_t s = 0; s < spec.sensors.size(); ++s) {
    sizes.push_back(model.codec(s).embedding_size());
    embeddings.values.push_back(inputs.normal({B, T, sizes.back()}).to(device).requires_grad_());
    embeddings.valid.push_back(at::ones({B, T, 1}, device));
  }
  math::TensorGenerator samples(derive_seed(seed, "model"), device);
  const auto infer = [&] {
    const model::Inference inference = model.dynamics().infer(embeddings, actions, {samples, /*dropout=*/true});
    return math::kl_divergence(inference.inferred, inference.predicted).mean();
  };

  BenchReport report = start_report(
      config, options,
      fmt::format("{}, embeddings of {}; B {}, T {}", kind_of(config.model), fmt::join(sizes, " and "), B, T));
  measure_tensor_work(report, {{.name = "forwards", .run = [&] { infer(); }},
                               {.name = "forwards and backwards", .run = [&] { infer().backward(); }}});
  return report;
}

}  // namespace vrkn::bench
