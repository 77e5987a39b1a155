#include "vrkn/train/reconstruction.h"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>

#include "vrkn/core/picture.h"

namespace vrkn {
namespace {

/// images uint8 [N, 3, H, W] side by side.
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

}  // namespace

Image reconstruction_strip(WorldModel& model, size_t sensor, const Batch& batch, int64_t columns, Rng& rng) {
  const at::NoGradGuard no_grad;
  const Inference inference =
      model.dynamics().infer(model.encode(batch.observations, rng), batch.actions, {rng, false});
  const int64_t T = batch.actions.size(1);
  const at::Tensor steps =
      at::linspace(0, static_cast<double>(T - 1), std::min(columns, T)).round().to(at::kLong).to(rng.device());

  const Readings& readings = batch.observations[sensor];
  const at::Tensor silent = ~readings.valid[0].index_select(0, steps);
  constexpr int kGrey = 128;
  const at::Tensor observed = readings.values[0].index_select(0, steps).masked_fill(silent.view({-1, 1, 1, 1}), kGrey);
  const auto reconstructed = [&](const Belief& belief) {
    return model.reconstruct(sensor, model.dynamics().features(belief)[0].index_select(0, steps));
  };
  const std::vector<Image> rows{row(observed), row(reconstructed(inference.belief)),
                                row(reconstructed(inference.posterior))};
  return vstack(rows, /*gap=*/2);
}

}  // namespace vrkn
