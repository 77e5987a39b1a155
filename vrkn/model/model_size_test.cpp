#include "vrkn/model/model_size.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/small_models.h"
#include "vrkn/model/world_model.h"

namespace vrkn::model::model_size_test {
namespace {

TEST(ModelSize, CountsTheParametersOfEveryModelAndSensor) {
  const std::vector<std::vector<env::SensorSpec>> choices = {
      {{"state", env::SensorKind::kVector, {3}}},
      {{"image", env::SensorKind::kImage, {3, 16, 16}}, {"state", env::SensorKind::kVector, {2}}},
      {{"image", env::SensorKind::kImage, {1, 48, 64}}, {"depth", env::SensorKind::kImage, {4, 30, 17}}}};
  for (const ModelConfig& model : small_models()) {
    for (const std::vector<env::SensorSpec>& sensors : choices) {
      for (const int64_t waves : {0, 5}) {
        const WorldModelConfig config{
            .model = model,
            .networks = {.image_depth = 3, .image_waves = waves, .vector_hidden = 6, .vector_layers = 2},
            .objective = {}};
        math::TensorGenerator rng(1);
        const WorldModel made(sensors, /*action_size=*/2, config, rng);
        EXPECT_EQ(feature_count(model), static_cast<double>(feature_size(model)));
        EXPECT_EQ(world_model_size(config, sensors, 2).parameters, parameters_of(made))
            << kind_of(model) << " of " << sensors.front().name;
      }
    }
  }
}

TEST(ModelSize, OfThePapersModel) {
  const WorldModelConfig config;
  const std::vector<env::SensorSpec> sensors = {{"image", env::SensorKind::kImage, {3, 64, 64}}};
  math::TensorGenerator rng(1);
  EXPECT_EQ(world_model_size(config, sensors, 1).parameters, parameters_of(WorldModel(sensors, 1, config, rng)));
}

TEST(ModelSize, OfMoreThanAMachineHasDoesNotOverflow) {
  const WorldModelConfig config{.model = VrknConfig{.latent_dim = int64_t{1} << 62},
                                .networks = {.vector_layers = int64_t{1} << 62},
                                .objective = {}};
  EXPECT_GT(world_model_size(config, {{"state", env::SensorKind::kVector, {3}}}, 1).parameters, 1e37);
}

}  // namespace
}  // namespace vrkn::model::model_size_test
