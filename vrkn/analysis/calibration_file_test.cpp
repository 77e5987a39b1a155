#include "vrkn/analysis/calibration_file.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::analysis::calibration_file_test {
namespace {

using testing::ElementsAre;

constexpr const char* kCalibration =
    R"({"horizon":1,"draws":1,"samples":2,"recalibrated":true,"noise":{"reward":0.5},"curve_levels":[0.5],"quantities":{"reward":[{"steps_ahead":1,
  "count":7,"coverage_50":0.6,"coverage_80":0.9,"coverage_95":1.0,"coverage_curve":[0.6],"negative_log_likelihood":1.0,
  "squared_error":0.1,"normalised_squared_error":0.4,"aleatoric":0.2,"epistemic":0.1,
  "normalised_innovation_squared":null,"innovation_band_low":null,"innovation_band_high":null,"crps":0.3,
  "pit":[0.25,0.75]}]}})";

TEST(CalibrationFile, IsReadWithNullAsUnknownAndWrittenAsItWas) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "calibration.json", kCalibration);
  const CalibrationFile file = read_calibration(folder / "calibration.json");
  EXPECT_THAT(file.levels, ElementsAre(0.5));
  ASSERT_EQ(file.quantities.size(), 1u);
  EXPECT_EQ(file.quantities[0].name, "reward");
  const CalibrationHorizon& horizon = file.quantities[0].horizons.at(0);
  EXPECT_EQ(horizon.count, 7);
  EXPECT_EQ(horizon.coverage_80, 0.9);
  EXPECT_TRUE(std::isnan(horizon.normalised_innovation_squared));
  EXPECT_TRUE(std::isnan(horizon.innovation_band.low));
  EXPECT_EQ(horizon.crps, 0.3);
  EXPECT_THAT(horizon.pit, ElementsAre(0.25, 0.75));
  EXPECT_TRUE(file.recalibrated);
  EXPECT_EQ(to_json(file).dump(), nlohmann::ordered_json::parse(kCalibration).dump());
  std::string longer = kCalibration;
  longer.replace(longer.find("[0.5]"), 5, "[0.5, 0.6]");
  write_file_atomically(folder / "calibration.json", longer);
  EXPECT_THROW(read_calibration(folder / "calibration.json"), DataError);
}

TEST(CalibrationFile, OfAnOlderVersionHasNoScores) {
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(kCalibration);
  json.erase("recalibrated");
  for (const char* key : {"innovation_band_low", "innovation_band_high", "crps", "pit"}) {
    json["quantities"]["reward"][0].erase(key);
  }
  const TemporaryFolder folder;
  write_file_atomically(folder / "calibration.json", json.dump());
  const CalibrationFile file = read_calibration(folder / "calibration.json");
  EXPECT_FALSE(file.recalibrated);
  const CalibrationHorizon& horizon = file.quantities.at(0).horizons.at(0);
  EXPECT_TRUE(std::isnan(horizon.crps));
  EXPECT_TRUE(std::isnan(horizon.innovation_band.high));
  EXPECT_TRUE(horizon.pit.empty());
}

TEST(CalibrationFile, AsATableHasThreeHorizonsAndDashesForWhatIsUnknown) {
  CalibratedQuantity quantity{.name = "state", .noise = {1.0}, .horizons = {}};
  for (int64_t ahead = 1; ahead <= 5; ++ahead) {
    quantity.horizons.push_back({.steps_ahead = ahead,
                                 .count = ahead < 5 ? 10 : 0,
                                 .coverage_50 = 0.1 * static_cast<double>(ahead),
                                 .normalised_innovation_squared = std::nan("")});
  }
  EXPECT_THAT(chosen_horizons(quantity), ElementsAre(0u, 2u, 4u));
  const std::string table = calibration_table({.horizon = 5, .quantities = {quantity}});
  EXPECT_EQ(std::ranges::count(table, '\n'), 4);
  EXPECT_THAT(table, testing::ContainsRegex("state +1 +10.0%.* -\n"));
  EXPECT_THAT(table, testing::ContainsRegex("state +3 +30.0%"));
  EXPECT_THAT(table, testing::ContainsRegex("state +5 +- +-"));
}

/// Three episodes alike of three steps.
GapCheck gap(std::vector<double> variance, std::vector<double> squared_error) {
  const std::vector<std::vector<double>> variances(3, variance), errors(squared_error.empty() ? 0 : 3, squared_error);
  return gap_check({1.0, 2.0, 5.0}, variances, errors);
}

CalibrationFile with_gaps(const GapCheck& state, const GapCheck& latent) {
  return {.horizon = 5,
          .draws = 2,
          .samples = 2,
          .levels = {},
          .quantities = {{.name = "state", .noise = {1.0}, .horizons = {{.steps_ahead = 1}}, .gap = state},
                         {.name = "reward",
                          .noise = {1.0},
                          .horizons = {{.steps_ahead = 1}},
                          .gap = gap({1.0, 2.0, 3.0}, {1.0, 2.0, 3.0})}},
          .early_steps = 5,
          .latent_gap = latent,
          .early_latent_gap = gap({1.0, 2.0, 3.0}, {})};
}

TEST(CalibrationFile, WarnsOfAModelThatBecomesSurerWhileItsErrorsGrow) {
  const GapCheck shrinking = gap({0.086, 0.073, 0.062}, {0.1, 0.2, 0.3}), latent = gap({0.086, 0.073, 0.062}, {});
  const CalibrationFile file = with_gaps(shrinking, latent);
  EXPECT_THAT(gap_warnings(file),
              ElementsAre(testing::StartsWith("In a gap the model becomes surer of state (variance -"),
                          testing::AllOf(testing::StartsWith("In a gap the variance of the latent belief falls (-"),
                                         testing::HasSubstr("state, reward"))));
  const std::string table = calibration_table(file);
  EXPECT_THAT(table, testing::ContainsRegex("in a gap +steps +variance +squared error\n"));
  EXPECT_THAT(table, testing::ContainsRegex("state +1 to 5 +-.. % .0. +.+ % .0.\n"));
  EXPECT_EQ(table.find("warning: "), table.find("warning: In a gap the model"));

  CalibrationFile early = with_gaps({}, {});
  early.latent_gap = early.early_latent_gap;
  early.quantities[0].early_gap = shrinking;
  early.early_latent_gap = latent;
  EXPECT_THAT(gap_warnings(early),
              ElementsAre(testing::StartsWith("In a gap that begins in the first 5 steps of an episode the model"),
                          testing::StartsWith("In a gap that begins in the first 5 steps of an episode the variance")));

  const TemporaryFolder folder;
  write_file_atomically(folder / "calibration.json", to_json(file).dump());
  const CalibrationFile read = read_calibration(folder / "calibration.json");
  EXPECT_EQ(to_json(read).dump(), to_json(file).dump());
  EXPECT_EQ(gap_warnings(read), gap_warnings(file));
}

TEST(CalibrationFile, IsSilentWhereVariancesGrowOrNothingIsKnownOfGaps) {
  const GapCheck growing = gap({0.1, 0.2, 0.3}, {0.1, 0.2, 0.3});
  EXPECT_THAT(gap_warnings(with_gaps(growing, gap({1.0, 2.0, 3.0}, {}))), testing::IsEmpty());
  CalibrationFile old = with_gaps({}, {});
  old.quantities[1].gap = {};
  EXPECT_THAT(gap_warnings(old), testing::IsEmpty());
  EXPECT_FALSE(to_json(old).contains("gap"));
  EXPECT_EQ(calibration_table(old).find("in a gap"), std::string::npos);
}

}  // namespace
}  // namespace vrkn::analysis::calibration_file_test
