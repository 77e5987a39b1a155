#include "vrkn/train/update_graph.h"

#include <ATen/ATen.h>

#include "vrkn/math/shape.h"

namespace vrkn {
namespace {

/// Copies into the tensors of a batch on a device.
void fill(const Batch& inputs, const Batch& batch) {
  const auto copy = [](const at::Tensor& to, const at::Tensor& from) {
    check_shape(from, to.sizes(), "A tensor of the batch");
    return at::Tensor(to).copy_(from, /*non_blocking=*/true);
  };
  for (size_t s = 0; s < inputs.observations.size(); ++s) map(copy, inputs.observations[s], batch.observations.at(s));
  copy(inputs.actions, batch.actions);
  copy(inputs.rewards, batch.rewards);
}

Batch clone(const Batch& batch) {
  Batch result{{}, batch.actions.clone(), batch.rewards.clone()};
  for (const Readings& readings : batch.observations) {
    result.observations.push_back(map([](const at::Tensor& tensor) { return tensor.clone(); }, readings));
  }
  return result;
}

}  // namespace

UpdateGraph::UpdateGraph(Agent& agent, std::unique_ptr<GraphCapture> capture)
    : agent_(agent), capture_(std::move(capture)) {}

UpdateReport UpdateGraph::update(const Batch& batch, TensorGenerator& rng) {
  constexpr int64_t kWarmUps = 3;
  const Batch on_device = batch.to(agent_.device());
  if (warm_ups_ < kWarmUps) {
    if (++warm_ups_ == kWarmUps) {
      inputs_ = clone(on_device);
      rng.record(draws_);
    }
    return warm_up(on_device, rng);
  }
  fill(inputs_, on_device);
  draws_.refill(rng);
  if (!captured_) {
    capture_->capture([this] {
      TensorGenerator recorded(draws_, agent_.device());
      report_ = agent_.update(inputs_, recorded);
    });
    captured_ = true;
  }
  capture_->replay();
  return report_;
}

UpdateReport UpdateGraph::warm_up(const Batch& batch, TensorGenerator& rng) {
  UpdateReport report;
  capture_->warm_up([&] { report = agent_.update(batch, rng); });
  return report;
}

}  // namespace vrkn
