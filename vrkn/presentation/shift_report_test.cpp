#include "vrkn/presentation/shift_report.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/random.h"

namespace vrkn::presentation::shift_report_test {
namespace {

/// Episodes of 200 steps whose densities are N(mean, 1) and whose epistemic variances are exp of that.
std::vector<evaluation::Surprise> episodes(uint64_t seed, int count, double mean, bool has_dropout) {
  ScalarGenerator random(seed);
  std::vector<evaluation::Surprise> all;
  for (int e = 0; e < count; ++e) {
    evaluation::Surprise& episode = all.emplace_back();
    for (int t = 0; t < 200; ++t) {
      episode.density.push_back(mean + random.normal());
      episode.epistemic.push_back(has_dropout ? std::exp(mean + random.normal()) : 0.0);
    }
    episode.density[3] = std::numeric_limits<double>::quiet_NaN();  // nothing was heard
  }
  return all;
}

ShiftedRun run(const std::string& model, int64_t seed, bool has_dropout) {
  const auto s = static_cast<uint64_t>(10 * seed);
  return {.run = model,
          .world = "world",
          .model = model,
          .seed = seed,
          .fit = episodes(s + 1, 20, 0.0, has_dropout),
          .home = episodes(s + 2, 20, 0.0, has_dropout),
          .shifts = {{"none", episodes(s + 3, 20, 0.0, has_dropout)}, {"some", episodes(s + 4, 20, 1.0, has_dropout)}}};
}

const Detection& of(const std::vector<Detection>& found, const std::string& model, const std::string& shift,
                    const std::string& score) {
  for (const Detection& detection : found) {
    if (detection.model == model && detection.shift == shift && detection.score == score) return detection;
  }
  throw std::out_of_range(model + shift + score);
}

double normal_below(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

TEST(ShiftReport, AreasAndAlarmsAreThoseOfTheGaussians) {
  const std::vector<ShiftedRun> runs = {run("mcd", 1, true), run("mcd", 2, true), run("plain", 3, false)};
  const std::vector<Detection> found = detections(runs, /*window=*/1, /*false_alarm_rate=*/0.05);
  const Detection& density = of(found, "mcd", "some", "density");
  EXPECT_EQ(density.runs, 2);
  EXPECT_NEAR(density.steps.value, normal_below(1.0 / std::sqrt(2.0)), 0.015);
  EXPECT_EQ(density.episodes.value, 1.0);
  EXPECT_NEAR(density.false_alarms, 0.05, 0.01);
  EXPECT_NEAR(density.detected, 1.0 - normal_below(1.6449 - 1.0), 0.02);
  EXPECT_NEAR(of(found, "mcd", "none", "density").steps.value, 0.5, 0.015);
  // Two scores of equal worth: the mean of both is sqrt(2) times as far from home. NaN of one is NaN of both.
  EXPECT_NEAR(of(found, "mcd", "some", "combined").steps.value, normal_below(1.0), 0.02);
  EXPECT_NEAR(of(found, "mcd", "some", "epistemic").steps.value, normal_below(1.0 / std::sqrt(2.0)), 0.015);
  // Without dropout there is one score, and it is the combination.
  EXPECT_THROW(of(found, "plain", "some", "epistemic"), std::out_of_range);
  EXPECT_EQ(of(found, "plain", "some", "combined").steps.value, of(found, "plain", "some", "density").steps.value);
  EXPECT_FALSE(of(found, "plain", "some", "density").steps.interval);
}

TEST(ShiftReport, EpisodesInWhichNothingWasHeardDoNotCount) {
  ShiftedRun silent = run("plain", 3, false);
  const double before = detections(std::vector{silent}, 1, 0.05)[0].episodes.value;
  evaluation::Surprise& episode = silent.shifts[0].episodes.emplace_back(silent.shifts[0].episodes[0]);
  for (double& value : episode.density) value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(detections(std::vector{silent}, 1, 0.05)[0].episodes.value, before);
}

TEST(ShiftReport, AWindowMakesSlowScoresOfFastOnes) {
  const std::vector<ShiftedRun> runs = {run("plain", 3, false)};
  const std::vector<Detection> found = detections(runs, /*window=*/9, 0.05);
  // Means over 9 steps have a third of the deviation; the first steps of an episode have fewer.
  EXPECT_NEAR(of(found, "plain", "some", "density").steps.value, normal_below(3.0 / std::sqrt(2.0)), 0.02);
}

TEST(ShiftReport, WritesWhatWasFound) {
  const std::vector<ShiftedRun> runs = {run("mcd", 1, true)};
  const std::vector<Detection> found = detections(runs, 5, 0.05);
  const nlohmann::ordered_json json = to_json(found);
  ASSERT_EQ(json.size(), 6u);
  EXPECT_EQ(json[0].at("score"), "epistemic");
  EXPECT_EQ(json[0].at("area_steps").at("value"), found[0].steps.value);
  EXPECT_NE(to_table(found).find("by combined"), std::string::npos);
  const TemporaryFolder folder;
  write_detection_figure(folder.path(), found);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "detection.svg"));
}

}  // namespace
}  // namespace vrkn::presentation::shift_report_test
