#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/inspect/inspect_files.h"
#include "vrkn/inspect/nearest_preset.h"
#include "vrkn/inspect/value_range.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::inspect {
namespace {

std::string type_and_sizes(const at::Tensor& tensor) {
  const at::ScalarType scalar = tensor.scalar_type();
  const char* type = scalar == at::kFloat    ? "float32"
                     : scalar == at::kDouble ? "float64"
                     : scalar == at::kLong   ? "int64"
                                             : c10::toString(scalar);
  return fmt::format("{} [{}]", type, fmt::join(tensor.sizes().begin(), tensor.sizes().end(), ", "));
}

Inspection inspect_tensor(const run::SavedTensor& saved) {
  Inspection part{.name = saved.name, .what = type_and_sizes(saved.tensor)};
  const at::Tensor values = saved.tensor.to(at::kDouble).contiguous();
  ValueRange range;
  range.add({values.data_ptr<double>(), static_cast<size_t>(values.numel())});
  part.facts = range.facts();
  if (range.not_finite() > 0) {
    part.faults.push_back(fmt::format("{} of its {} values are not finite", range.not_finite(), range.count()));
  }
  return part;
}

}  // namespace

Inspection inspect_checkpoint(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "a checkpoint: weights, optimiser state and progress", [&](Inspection& inspection) {
    const run::Checkpoint checkpoint(path);
    const run::TrainingProgress& progress = checkpoint.progress();
    const std::vector<run::SavedTensor> tensors = checkpoint.tensors();
    int64_t numbers = 0;
    for (const run::SavedTensor& saved : tensors) numbers += saved.tensor.numel();
    inspection.facts.insert(inspection.facts.end(), {{"iteration", progress.iteration},
                                                     {"updates", progress.updates},
                                                     {"episodes", progress.episodes},
                                                     {"environment steps", progress.env_steps},
                                                     {"last return", progress.last_return},
                                                     {"tensors", static_cast<int64_t>(tensors.size())},
                                                     {"numbers", numbers},
                                                     {"sink positions", progress.sink_positions}});
    if (progress.best_updates >= 0) {
      inspection.facts.push_back({"best evaluation after updates", progress.best_updates});
      inspection.facts.push_back({"its return or bound", progress.best_score});
    }
    add_commit(path.parent_path().parent_path(), inspection);
    if (const auto config = checkpoint.config()) add_preset(*config, inspection);
    for (const run::SavedTensor& saved : tensors) inspection.parts.push_back(inspect_tensor(saved));
  });
}

}  // namespace vrkn::inspect
