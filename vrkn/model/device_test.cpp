#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/on_device.h"
#include "tests/support/small_models.h"
#include "tests/support/small_world_model.h"
#include "vrkn/math/recorded_draws.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model::device_test {
namespace {

using at::Tensor;

data::Batch masked_batch() {
  return random_batch(2, {.B = 3, .T = 6, .images = 0.7, .states = 0.7, .masked = true});
}

class ModelOnDevice : public OnDevice {
 protected:
  /// A model with the steps of its recurrences as single operations or in LibTorch's.
  std::shared_ptr<WorldModel> made(ModelConfig model, bool fused) const {
    std::visit([fused](auto& config) { config.fused = fused; }, model);
    const WorldModelConfig config{
        .model = model,
        .networks = {.image_depth = 2, .vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
    math::TensorGenerator rng(1);
    return std::make_shared<WorldModel>(small_sensors(/*masked=*/true), /*action_size=*/2, config, rng);
  }

  /// `fused`: on the device; the other way on the CPU.
  void expect_the_cpus_loss_and_gradients(const ModelConfig& config, bool fused) const {
    const std::string what = kind_of(config) + (fused ? " fused" : "");
    const data::Batch batch = masked_batch();
    const auto on_host = made(config, !fused), on_device = made(config, fused);
    on_device->to(device());
    math::RecordedDraws draws;
    math::TensorGenerator rng(5);
    rng.record(draws);
    const Tensor expected = on_host->compute_loss(batch, {rng, /*dropout=*/true}).loss;
    const math::RecordedDraws moved = draws.to(device());
    math::TensorGenerator same(moved, device());
    const Tensor found = on_device->compute_loss(batch.to(device()), {same, /*dropout=*/true}).loss;
    EXPECT_LT(relative_error(found, expected), 1e-4) << what;

    expected.backward();
    found.backward();
    const auto left = on_host->named_parameters(), right = on_device->named_parameters();
    for (size_t i = 0; i < left.size(); ++i) {
      const Tensor &x = right[i].value().grad(), &y = left[i].value().grad();
      ASSERT_EQ(x.defined(), y.defined()) << left[i].key();
      if (!y.defined()) continue;
      EXPECT_LT(relative_error(x, y), 5e-3) << what << ": " << left[i].key();
    }
  }
};

TEST_P(ModelOnDevice, HasTheCpusLossAndGradients) {
  for (const ModelConfig& config : small_models()) {
    for (const bool fused : {true, false}) expect_the_cpus_loss_and_gradients(config, fused);
  }
}

TEST_P(ModelOnDevice, DrawsAsAFunctionOfTheSeed) {
  const data::Batch batch = masked_batch().to(device());
  const at::NoGradGuard no_grad;
  for (const ModelConfig& config : small_models()) {
    const auto model = made(config, /*fused=*/true);
    model->to(device());
    const auto loss = [&](uint64_t seed) {
      math::TensorGenerator rng(seed, device());
      return model->compute_loss(batch, {rng, /*dropout=*/true}).loss.item<double>();
    };
    EXPECT_NEAR(loss(1), loss(1), 1e-5 * std::abs(loss(1))) << kind_of(config);
    EXPECT_NE(loss(1), loss(2)) << kind_of(config);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, ModelOnDevice, devices(), device_name);

}  // namespace
}  // namespace vrkn::model::device_test
