#include "vrkn/evaluation/reconstruction.h"

#include <array>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "vrkn/model/open_loop.h"

namespace vrkn::evaluation::reconstruction_test {
namespace {

/// The colours of a pixel.
std::array<int, 3> pixel(const Image& image, int row, int column) {
  const size_t place = 3 * (static_cast<size_t>(row) * static_cast<size_t>(image.width) + static_cast<size_t>(column));
  return {image.pixels[place], image.pixels[place + 1], image.pixels[place + 2]};
}

TEST(PictureStrip, HasAColumnPerStepAndAGapBehindTheContext) {
  // Step t of row r is of the colour 10 t + r.
  std::vector<at::Tensor> rows;
  for (int r = 0; r < 2; ++r) {
    rows.push_back((at::arange(5) * 10 + r).to(at::kByte).view({5, 1, 1, 1}).expand({5, 3, 4, 3}));
  }
  const Image all = picture_strip(rows, /*context=*/2, /*columns=*/9);
  ASSERT_EQ(all.height, 2 * 4 + 2);
  ASSERT_EQ(all.width, 5 * 3 + 3 * 1 + 6);
  const std::array<int, 5> left = {0, 4, 13, 17, 21};
  for (int r = 0; r < 2; ++r) {
    for (int t = 0; t < 5; ++t) {
      EXPECT_EQ(pixel(all, 6 * r + 3, left[static_cast<size_t>(t)])[1], 10 * t + r);
      EXPECT_EQ(pixel(all, 6 * r, left[static_cast<size_t>(t)] + 2)[2], 10 * t + r);
    }
    for (const int gap : {3, 7, 12, 16}) EXPECT_EQ(pixel(all, 6 * r, gap)[0], 255);
  }
  // Of three columns the first, the middle and the last step; with all or nothing as context there is no gap.
  const Image few = picture_strip(rows, 5, 3);
  ASSERT_EQ(few.width, 3 * 3 + 2);
  EXPECT_EQ(pixel(few, 0, 4)[0], 20);
  EXPECT_EQ(pixel(few, 0, 8)[0], 40);
  EXPECT_EQ(picture_strip(rows, 0, 3).width, few.width);
}

TEST(PictureStrip, ShowsWhatTheModelReconstructs) {
  math::TensorGenerator rng(1);
  const std::vector<env::SensorSpec> sensors = {{"image", env::SensorKind::kImage, {3, 16, 16}}};
  model::WorldModel model(
      sensors, 1,
      {.model = model::VrknNoMcdConfig{}, .networks = {.image_depth = 2, .reward_hidden = 4, .reward_layers = 1}}, rng);
  const data::Batch batch{
      .observations = {{(rng.uniform({1, 2, 3, 16, 16}) * 255).to(at::kByte), at::ones({1, 2}, at::kBool)}},
      .actions = at::zeros({1, 2, 1}),
      .rewards = at::zeros({1, 2, 1})};
  math::TensorGenerator first(2), again(2);
  const model::OpenLoop predicted = model::open_loop(model, batch, 1, 1, {first, false});
  const at::NoGradGuard no_grad;
  const model::SensorEmbeddings embeddings = model.encode(
      {{batch.observations[0].values.narrow(1, 0, 1), batch.observations[0].valid.narrow(1, 0, 1)}}, again);
  const model::SensorEmbeddings now{{embeddings.values[0].select(1, 0)}, {embeddings.valid[0].select(1, 0)}};
  model::StateSpaceModel& dynamics = model.dynamics();
  model::Belief belief = dynamics.update(dynamics.initial(1, {again, false}), now, {again, false});
  belief = dynamics.predict(belief, batch.actions.select(1, 1), {again, false});
  const at::Tensor expected = model.reconstruct(0, dynamics.features(belief))[0];

  const std::vector<at::Tensor> rows = {predicted.sensors[0].mean[0].to(at::kByte)};
  const Image strip = picture_strip(rows, 1, 2);
  for (const int row : {0, 7, 15}) {
    for (const int column : {0, 3, 15}) {
      for (int colour = 0; colour < 3; ++colour) {
        EXPECT_EQ(pixel(strip, row, 16 + 6 + column)[static_cast<size_t>(colour)],
                  expected[colour][row][column].item<int>());
      }
    }
  }
}

TEST(Shown, MissingReadingsAreGrey) {
  data::Readings readings{at::full({2, 3, 1, 1}, 9, at::kByte), at::ones({2}, at::kBool)};
  readings.valid[1] = false;
  EXPECT_TRUE(shown(readings).flatten().equal(at::tensor({9, 9, 9, 128, 128, 128}).to(at::kByte)));
}

}  // namespace
}  // namespace vrkn::evaluation::reconstruction_test
