#include "vrkn/training/update_graph.h"

#include <ATen/ATen.h>

#include "vrkn/math/shape.h"

namespace vrkn::training {
namespace {

/// Copies into the tensors of a batch on a device.
void fill(const data::Batch& inputs, const data::Batch& batch) {
  const auto copy = [](const at::Tensor& to, const at::Tensor& from) {
    math::check_shape(from, to.sizes(), "A tensor of the batch");
    return at::Tensor(to).copy_(from, /*non_blocking=*/true);
  };
  for (size_t s = 0; s < inputs.observations.size(); ++s)
    data::map(copy, inputs.observations[s], batch.observations.at(s));
  copy(inputs.actions, batch.actions);
  copy(inputs.rewards, batch.rewards);
}

data::Batch clone(const data::Batch& batch) {
  data::Batch result{{}, batch.actions.clone(), batch.rewards.clone()};
  for (const data::Readings& readings : batch.observations) {
    result.observations.push_back(data::map([](const at::Tensor& tensor) { return tensor.clone(); }, readings));
  }
  return result;
}

}  // namespace

UpdateGraph::UpdateGraph(agent::Agent& agent, std::unique_ptr<GraphCapture> capture)
    : agent_(agent), capture_(std::move(capture)) {}

agent::UpdateReport UpdateGraph::update(const data::Batch& batch, math::TensorGenerator& rng) {
  constexpr int64_t kWarmUps = 3;
  const data::Batch on_device = batch.to(agent_.device());
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
      math::TensorGenerator recorded(draws_, agent_.device());
      report_ = agent_.update(inputs_, recorded);
    });
    captured_ = true;
  }
  capture_->replay();
  return report_;
}

agent::UpdateReport UpdateGraph::warm_up(const data::Batch& batch, math::TensorGenerator& rng) {
  agent::UpdateReport report;
  capture_->warm_up([&] { report = agent_.update(batch, rng); });
  return report;
}

}  // namespace vrkn::training
