#include "vrkn/presentation/imagined_files.h"

#include <array>
#include <cstdlib>
#include <string>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"

namespace vrkn::presentation::imagined_files_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kSteps = 6, kContext = 2, kSize = 16, kComponents = 30;

model::Prediction constant(std::vector<int64_t> sizes, double value) {
  return {at::full(sizes, value), at::zeros(sizes)};
}

/// Black pictures, and a vector of zeros; the model of one run imagines grey pictures, and ones.
evaluation::ImaginedEpisode episode() {
  const at::Tensor valid = at::ones({1, kSteps}, at::kBool);
  const data::Batch batch{.observations = {{at::zeros({1, kSteps, 3, kSize, kSize}, at::kByte), valid, {}},
                                           {at::zeros({1, kSteps, kComponents}), valid, {}}},
                          .actions = at::zeros({1, kSteps, 1}),
                          .rewards = at::zeros({1, kSteps, 1})};
  const model::OpenLoop run{
      .sensors = {constant({1, kSteps, 3, kSize, kSize}, 100.0), constant({1, kSteps, kComponents}, 1.0)},
      .reward = constant({1, kSteps}, 1.0)};
  return {.sensors = {{"camera", env::SensorKind::kImage, {3, kSize, kSize}},
                      {"joints", env::SensorKind::kVector, {kComponents}}},
          .context = kContext,
          .seen = batch,
          .truth = batch,
          .labels = {"mine"},
          .imagined = {run},
          .reconstructed = {run}};
}

class ImaginedFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!installed("ffmpeg") || !installed("ffprobe") || !installed("rsvg-convert")) {
      GTEST_SKIP() << "ffmpeg or rsvg-convert is not installed";
    }
    write_imagined(folder_.path(), episode());
  }
  const TemporaryFolder folder_;
};

TEST_F(ImaginedFiles, TheVideoHasAGreenFrameAsLongAsTheModelSees) {
  // Pictures 15 times enlarged, with frames of 4 pixels and 2 pixels between them.
  constexpr size_t kHeight = 15 * kSize + 8, kWidth = 2 * kHeight + 2;
  const std::string pixels =
      output_of("ffmpeg -v error -i '" + (folder_ / "camera.mp4").string() + "' -f rawvideo -pix_fmt rgb24 -");
  ASSERT_EQ(pixels.size(), 3 * kWidth * kHeight * kSteps);
  const auto colour = [&](size_t frame, size_t x, size_t y) {
    std::array<int, 3> rgb{};
    for (size_t c = 0; c < 3; ++c) {
      rgb[c] = static_cast<uint8_t>(pixels[((frame * kHeight + y) * kWidth + x) * 3 + c]);
    }
    return rgb;
  };
  for (size_t step = 0; step < kSteps; ++step) {
    EXPECT_LT(colour(step, kWidth / 4, kHeight / 2)[0], 20);             // the truth
    EXPECT_NEAR(colour(step, kWidth * 3 / 4, kHeight / 2)[0], 100, 10);  // what is imagined
    const std::array<int, 3> frame = colour(step, kWidth * 3 / 4, 1);
    EXPECT_EQ(frame[0] < 128, static_cast<int64_t>(step) < kContext) << step;  // green, then white
    EXPECT_GT(frame[1], 128);
  }
}

TEST_F(ImaginedFiles, AFigureHasNoMorePanelsThanCanBeRead) {
  const std::string figure = read_file(folder_ / "joints.svg");
  EXPECT_THAT(figure, HasSubstr("joints 23"));
  EXPECT_THAT(figure, Not(HasSubstr("joints 24")));
  EXPECT_THAT(figure, HasSubstr("The first 24 of 30 components."));
  EXPECT_THAT(figure, HasSubstr("mine"));
}

}  // namespace
}  // namespace vrkn::presentation::imagined_files_test
