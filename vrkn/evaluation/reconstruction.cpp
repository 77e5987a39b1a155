#include "vrkn/evaluation/reconstruction.h"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/picture.h"

namespace vrkn::evaluation {
namespace {

/// images uint8 [N, C, H, W] side by side.
Image row(const at::Tensor& images) {
  const at::Tensor host = images.cpu().contiguous();
  std::vector<Image> pictures;
  for (int64_t i = 0; i < host.size(0); ++i) {
    const at::Tensor image = host[i];
    pictures.push_back(image_from_planes({image.data_ptr<uint8_t>(), static_cast<size_t>(image.numel())},
                                         static_cast<int>(image.size(1)), static_cast<int>(image.size(2))));
  }
  return hstack(pictures, /*gap=*/1);
}

/// `columns` of T steps, evenly spread, the first and the last among them: int64 on the host.
at::Tensor spread_steps(int64_t columns, int64_t T) {
  return at::linspace(0, static_cast<double>(T - 1), std::min(columns, T)).round().to(at::kLong);
}

}  // namespace

at::Tensor shown(const data::Readings& readings) {
  constexpr int kGrey = 128;
  at::Tensor missing = readings.valid.logical_not();
  while (missing.dim() < readings.values.dim()) missing = missing.unsqueeze(-1);
  return readings.values.masked_fill(missing, kGrey);
}

Image picture_strip(std::span<const at::Tensor> rows, int64_t context, int64_t columns) {
  constexpr int kContextGap = 6;
  const at::Tensor steps = spread_steps(columns, rows.front().size(0));
  const int64_t seen = (steps < context).sum().item<int64_t>();
  std::vector<Image> pictures;
  for (const at::Tensor& images : rows) {
    const at::Tensor chosen = images.cpu().index_select(0, steps);
    std::vector<Image> parts;
    for (const at::Tensor& part : {chosen.slice(0, 0, seen), chosen.slice(0, seen)}) {
      if (part.size(0) > 0) parts.push_back(row(part));
    }
    pictures.push_back(hstack(parts, kContextGap));
  }
  return vstack(pictures, /*gap=*/2);
}

Image reconstruction_strip(model::WorldModel& model, size_t sensor, const data::Batch& batch, int64_t columns,
                           math::TensorGenerator& rng) {
  const at::NoGradGuard no_grad;
  const model::Inference inference =
      model.dynamics().infer(model.encode(batch.observations, rng), batch.actions, {rng, false});
  const int64_t T = batch.actions.size(1);
  const at::Tensor steps = spread_steps(columns, T).to(rng.device());

  const at::Tensor observed = shown(batch.observations[sensor])[0].index_select(0, steps);
  const auto reconstructed = [&](const model::Belief& belief) {
    return model.reconstruct(sensor, model.dynamics().features(belief)[0].index_select(0, steps));
  };
  const std::vector<Image> rows{row(observed), row(reconstructed(inference.belief)),
                                row(reconstructed(inference.posterior))};
  return vstack(rows, /*gap=*/2);
}

}  // namespace vrkn::evaluation
