#include "vrkn/env/mujoco/renderer.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env::renderer_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class RendererTest : public testing::Test {
 protected:
  Physics at_angle(double angle_rad) const {
    Physics physics(model_);
    physics.restore({.position = {0.0, angle_rad}, .velocity = {0.0, 0.0}});
    return physics;
  }

  SharedModel model_ = load_model("cartpole");
};

TEST_F(RendererTest, DrawsAnySizeThatFits) {
  Physics physics = at_angle(0.0);
  Renderer renderer(*model_, "auto");
  EXPECT_FALSE(renderer.driver().empty());
  for (const auto& [height, width] : {std::pair{64, 64}, {33, 47}, {480, 640}, {1, 1}}) {
    const Image image = renderer.render(*model_, physics.data(), 0, height, width);
    EXPECT_EQ(image.pixels.size(), static_cast<size_t>(height * width * 3));
    const std::set<uint8_t> greys(image.pixels.begin(), image.pixels.end());
    EXPECT_GE(greys.size(), height * width > 1 ? 20u : 1u) << height << " x " << width << " looks empty";
  }
  EXPECT_THROW(renderer.render(*model_, physics.data(), 0, 481, 64), ConfigError);
  EXPECT_THROW(renderer.render(*model_, physics.data(), 0, 64, 0), ConfigError);
}

TEST_F(RendererTest, APictureDoesNotDependOnLargerOnesBefore) {
  Physics physics = at_angle(0.3);
  Renderer renderer(*model_, "auto");
  const Image before = renderer.render(*model_, physics.data(), 0, 64, 64);
  renderer.render(*model_, physics.data(), 0, 200, 100);
  EXPECT_EQ(renderer.render(*model_, physics.data(), 0, 64, 64).pixels, before.pixels);
}

TEST_F(RendererTest, RowZeroIsTheTop) {
  // The pole (reddish) stands in the upper half when upright and hangs in the lower half else.
  const auto redness = [](const Image& image, int first_row, int end_row) {
    int sum = 0;
    for (int y = first_row; y < end_row; ++y) {
      const size_t middle = (static_cast<size_t>(y) * 64 + 32) * 3;
      sum += image.pixels[middle] > image.pixels[middle + 2] ? 1 : 0;
    }
    return sum;
  };
  Renderer renderer(*model_, "auto");
  Physics up = at_angle(0.0);
  const Image upright = renderer.render(*model_, up.data(), 0, 64, 64);
  Physics down = at_angle(std::numbers::pi);
  const Image hanging = renderer.render(*model_, down.data(), 0, 64, 64);
  EXPECT_GT(redness(upright, 0, 28), 10);
  EXPECT_EQ(redness(hanging, 0, 28), 0);
}

TEST_F(RendererTest, AQuickPictureLacksOnlyTheShadows) {
  Physics physics = at_angle(0.5);
  Renderer suite(*model_, "auto"), fast(*model_, "auto", PictureQuality::kFast);
  const Image with = suite.render(*model_, physics.data(), 0, 64, 64);
  const Image without = fast.render(*model_, physics.data(), 0, 64, 64);
  int brighter = 0, darker = 0;
  double squares = 0.0;
  for (size_t i = 0; i < with.pixels.size(); ++i) {
    const int difference = without.pixels[i] - with.pixels[i];
    brighter += difference > 8 ? 1 : 0;
    darker += difference < -8 ? 1 : 0;
    squares += difference * difference;
  }
  EXPECT_GT(brighter, 50);  // what lay in the shadow
  EXPECT_LT(darker, brighter / 5);
  EXPECT_LT(std::sqrt(squares / static_cast<double>(with.pixels.size())), 6.0);
}

TEST_F(RendererTest, ManyThreadsDrawWhatOneDraws) {
  constexpr int kFrames = 12;
  const auto film = [this](double start_rad) {
    Renderer renderer(*model_, "auto");
    std::vector<Image> frames;
    for (int i = 0; i < kFrames; ++i) {
      Physics physics = at_angle(start_rad + 0.2 * i);
      frames.push_back(renderer.render(*model_, physics.data(), 0, 64, 64));
    }
    return frames;
  };
  const auto first = film(0.0);
  const auto second = film(1.0);
  std::vector<Image> first_again;
  std::vector<Image> second_again;
  std::thread one([&] { first_again = film(0.0); });
  std::thread two([&] { second_again = film(1.0); });
  one.join();
  two.join();
  for (int i = 0; i < kFrames; ++i) {
    const auto frame = static_cast<size_t>(i);
    EXPECT_EQ(first[frame].pixels, first_again[frame].pixels) << "frame " << i;
    EXPECT_EQ(second[frame].pixels, second_again[frame].pixels) << "frame " << i;
  }
}

TEST_F(RendererTest, SoftwareDriversDrawInOneThread) {
  EXPECT_TRUE(draws_in_one_thread("llvmpipe (LLVM 15.0.6, 256 bits)"));
  EXPECT_TRUE(draws_in_one_thread("softpipe"));
  EXPECT_FALSE(draws_in_one_thread("NVIDIA H200/PCIe/SSE2"));
}

TEST_F(RendererTest, SoftwareDriversHaveNoThreadsOfTheirOwn) {
  Physics physics = at_angle(0.0);
  Renderer renderer(*model_, "auto");
  renderer.render(*model_, physics.data(), 0, 64, 64);
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    EXPECT_THAT(name, Not(HasSubstr("llvmpipe")));
  }
}

TEST_F(RendererTest, MayMoveToAnotherThread) {
  Renderer renderer(*model_, "auto");
  Physics physics = at_angle(0.5);
  const Image here = renderer.render(*model_, physics.data(), 0, 64, 64);
  Image other;
  std::thread([&] { other = renderer.render(*model_, physics.data(), 0, 64, 64); }).join();
  EXPECT_EQ(here.pixels, other.pixels);
}

TEST_F(RendererTest, EitherKindOfEglDrawsTheSame) {
  std::vector<Image> images;
  for (const char* backend : {"egl-device", "egl-surfaceless"}) {
    try {
      Renderer renderer(*model_, backend);
      Physics physics = at_angle(0.5);
      images.push_back(renderer.render(*model_, physics.data(), 0, 64, 64));
    } catch (const SimulationError& error) {
      EXPECT_THAT(error.what(), HasSubstr(backend));
    }
  }
  ASSERT_FALSE(images.empty());
  // Two different cards may differ at edges; a picture that is upside down or of something else differs by far more.
  double difference = 0.0;
  for (size_t i = 0; i < images.front().pixels.size(); ++i) {
    difference += std::abs(images.front().pixels[i] - images.back().pixels[i]);
  }
  EXPECT_LT(difference / static_cast<double>(images.front().pixels.size()), 2.0);
}

TEST_F(RendererTest, NamesWhatWasTried) {
  const Renderer first(*model_, "egl-surfaceless");
  EXPECT_THROW(make_gl_context("glx"), ConfigError);
  EXPECT_THAT([] { make_gl_context("osmesa"); },
              ThrowsMessage<SimulationError>(AllOf(HasSubstr("osmesa: "), HasSubstr("draws through EGL already"))));
}

// In a process of its own, where nothing was drawn through EGL.
TEST_F(RendererTest, OsMesaDrawsToo) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto draw = [this] {
    try {
      Renderer renderer(*model_, "osmesa");
      Physics physics = at_angle(0.5);
      const Image image = renderer.render(*model_, physics.data(), 0, 64, 64);
      const std::set<uint8_t> greys(image.pixels.begin(), image.pixels.end());
      std::fprintf(stderr, "%s\n", greys.size() > 20 ? "drawn" : "an empty picture");
    } catch (const SimulationError& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::_Exit(0);  // without the leak check that sanitizers put at the end: the library keeps a little for ever
  };
  EXPECT_EXIT(draw(), testing::ExitedWithCode(0), "drawn|not installed");
}

}  // namespace
}  // namespace vrkn::env::renderer_test
