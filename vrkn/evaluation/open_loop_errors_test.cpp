#include "vrkn/evaluation/open_loop_errors.h"

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace vrkn::evaluation::open_loop_errors_test {
namespace {

TEST(OpenLoopErrors, AreMeansOverWhatIsKnown) {
  const std::vector<env::SensorSpec> sensors = {{"image", env::SensorKind::kImage, {3, 1, 2}, /*masked=*/true},
                                                {"state", env::SensorKind::kVector, {2}}};
  // Two sequences of two steps. Of the images the left pixel is off by 51 (a fifth of the range), the right one by 255;
  // the right one is hidden in step 0, everything in step 1.
  data::Batch truth{.observations = {{at::zeros({2, 2, 3, 1, 2}, at::kByte), at::ones({2, 2}, at::kBool),
                                      at::zeros({2, 2, 1, 2}, at::kBool)},
                                     {at::zeros({2, 2, 2}), at::ones({2, 2}, at::kBool)}},
                    .actions = at::zeros({2, 2, 1}),
                    .rewards = at::ones({2, 2, 1})};
  truth.observations[0].visible.select(1, 0).select(-1, 0).fill_(true);
  truth.observations[1].valid[1][1] = false;
  model::OpenLoop predicted{
      .sensors = {{at::tensor({51.0f, 255.0f}).expand({2, 2, 3, 1, 2}), {}}, {at::zeros({2, 2, 2}), {}}},
      .reward = {at::tensor({1.0f, 3.0f, 2.0f, 1.0f}).view({2, 2}), {}}};
  predicted.sensors[1].mean[0] = at::tensor({1.0f, 3.0f, 2.0f, 4.0f}).view({2, 2});
  predicted.sensors[1].mean[1] = 7.0f;

  OpenLoopErrors errors(sensors, 2);
  errors.add(predicted, truth);
  errors.add(predicted, truth);  // twice the same: the same means
  const std::vector<StepErrors> found = errors.errors();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_NEAR(found[0].by_step[0], 0.04, 1e-12);
  EXPECT_TRUE(std::isnan(found[0].by_step[1]));
  EXPECT_DOUBLE_EQ(found[2].mean(0, 1), 0.5);
  EXPECT_NEAR(found[0].mean(0, 2), 0.04, 1e-12);
  EXPECT_TRUE(std::isnan(found[0].mean(1, 2)));
  EXPECT_DOUBLE_EQ(found[1].by_step[0], (1.0 + 9.0 + 49.0 + 49.0) / 4.0);
  EXPECT_DOUBLE_EQ(found[1].by_step[1], (4.0 + 16.0) / 2.0);
  EXPECT_EQ(found[2].name, "reward");
  EXPECT_DOUBLE_EQ(found[2].by_step[0], 0.5);
  EXPECT_DOUBLE_EQ(found[2].mean(0, 2), 0.5 * (0.5 + 2.0));
}

TEST(OpenLoopErrors, ACopyIsAnObjectOfItsOwn) {
  const data::Batch truth{.observations = {}, .actions = at::zeros({1, 2, 1}), .rewards = at::ones({1, 2, 1})};
  OpenLoopErrors errors({}, 2);
  errors.add({.sensors = {}, .reward = {at::zeros({1, 2}), {}}}, truth);
  OpenLoopErrors copy = errors;
  copy.add({.sensors = {}, .reward = {at::ones({1, 2}), {}}}, truth);
  EXPECT_EQ(errors.errors()[0].by_step, (std::vector<double>{1.0, 1.0}));
  EXPECT_EQ(copy.errors()[0].by_step, (std::vector<double>{0.5, 0.5}));
}

}  // namespace
}  // namespace vrkn::evaluation::open_loop_errors_test
