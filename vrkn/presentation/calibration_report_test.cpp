#include "vrkn/presentation/calibration_report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"
#include "vrkn/report/comparison/calibration_figures.h"

namespace vrkn::presentation::calibration_report_test {
namespace {

constexpr int64_t kLength = 12, kHorizon = 3;

/// Predictions of a small model that has learned nothing, of one vector sensor and one action.
class CalibrationReport : public testing::Test {
 protected:
  CalibrationReport() {
    math::TensorGenerator rng(1);
    const model::WorldModelConfig config{
        .model = model::VrknConfig{.latent_dim = 4, .hidden_dim = 8},
        .networks = {.vector_hidden = 8, .vector_layers = 1, .reward_hidden = 8, .reward_layers = 1}};
    model_ = std::make_shared<model::WorldModel>(std::vector<env::SensorSpec>{{"state", env::SensorKind::kVector, {2}}},
                                                 1, config, rng);
    evaluation_.emplace(*model_,
                        evaluation::ForecastOptions{.horizon = kHorizon, .counts = {.draws = 4, .samples = 3}});
    const data::Episode episode{.observations = {{rng.normal({kLength, 2}), at::ones({kLength}, at::kBool), {}}},
                                .actions = rng.uniform({kLength, 1}),
                                .rewards = rng.uniform({kLength}),
                                .discounts = at::ones({kLength})};
    evaluation_->add(episode, rng);
  }

  std::shared_ptr<model::WorldModel> model_;
  std::optional<evaluation::UncertaintyEvaluation> evaluation_;
};

TEST_F(CalibrationReport, SaysOfEveryHorizonWhatTheAccountHolds) {
  const analysis::CalibrationFile file = calibration_of(*evaluation_);
  EXPECT_EQ(file.horizon, kHorizon);
  EXPECT_EQ(file.draws, 4);
  EXPECT_FALSE(file.recalibrated);
  ASSERT_EQ(file.quantities.size(), 2u);
  EXPECT_EQ(file.quantities[0].name, "state");
  EXPECT_EQ(file.quantities[1].name, "reward");
  for (size_t q = 0; q < 2; ++q) {
    ASSERT_EQ(file.quantities[q].horizons.size(), static_cast<size_t>(kHorizon));
    for (size_t h = 0; h < kHorizon; ++h) {
      const analysis::CalibrationHorizon& written = file.quantities[q].horizons[h];
      const evaluation::HorizonAccount& account = evaluation_->quantities()[q].horizons[h];
      EXPECT_EQ(written.steps_ahead, static_cast<int64_t>(h) + 1);
      EXPECT_EQ(written.count, (kLength - written.steps_ahead) * (q == 0 ? 2 : 1));
      EXPECT_EQ(written.squared_error, account.calibration.squared_error());
      EXPECT_EQ(written.epistemic, account.epistemic.value());
      EXPECT_EQ(written.crps, account.calibration.crps());
      ASSERT_EQ(written.pit.size(), math::Calibration::kBins);
      EXPECT_EQ(written.pit[7], account.calibration.pit(7));
      if (q == 1) {
        EXPECT_TRUE(std::isnan(written.innovation_band.low));
      } else {
        const auto innovations = static_cast<double>((kLength - written.steps_ahead) * 4);
        EXPECT_EQ(written.innovation_band.high, analysis::mean_square_band(innovations).high);
      }
    }
  }
}

TEST_F(CalibrationReport, NamedCoveragesAreThoseOfTheCurve) {
  const analysis::CalibrationFile file = calibration_of(*evaluation_);
  const analysis::CalibrationHorizon& horizon = file.quantities[0].horizons[0];
  ASSERT_EQ(horizon.coverage_curve.size(), file.levels.size());
  const auto at_level = [&](double level) {
    const auto found = std::ranges::find(file.levels, level);
    return horizon.coverage_curve.at(static_cast<size_t>(found - file.levels.begin()));
  };
  EXPECT_EQ(horizon.coverage_50, at_level(0.5));
  EXPECT_EQ(horizon.coverage_80, at_level(0.8));
  EXPECT_EQ(horizon.coverage_95, at_level(0.95));
}

TEST_F(CalibrationReport, TheProbabilityIntegralTransformIsDrawnAsADensity) {
  analysis::CalibrationFile file = calibration_of(*evaluation_);
  const report::Figure figure = report::pit_figure(file);
  ASSERT_EQ(figure.panels.size(), 2u);
  const auto& steps = std::get<report::Line>(figure.panels[0].marks.at(1));
  double area = 0.0;
  for (size_t i = 0; i < steps.x.size(); i += 2) area += (steps.x.at(i + 1) - steps.x[i]) * steps.y[i];
  EXPECT_NEAR(area, 1.0, 1e-12);
  file.quantities[0].horizons[0].pit.clear();  // as in files of older versions
  EXPECT_EQ(report::pit_figure(file).panels.size(), 1u);
}

TEST_F(CalibrationReport, GapsAreThoseOfTheEvaluation) {
  const analysis::CalibrationFile file = calibration_of(*evaluation_);
  for (size_t q = 0; q < 2; ++q) {
    const analysis::GapCheck& gap = file.quantities[q].gap;
    EXPECT_EQ(gap.steps_ahead, (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(gap.episodes, 1);
    EXPECT_EQ(gap.variance, evaluation_->quantities()[q].gaps.all.at(0).variance);
    EXPECT_EQ(gap.squared_error, evaluation_->quantities()[q].gaps.all.at(0).squared_error);
  }
  EXPECT_EQ(file.latent_gap.variance, evaluation_->latent_gaps().all.at(0).variance);
  EXPECT_TRUE(file.latent_gap.squared_error.empty());
  EXPECT_EQ(file.quantities[0].early_gap.variance, evaluation_->quantities()[0].gaps.early.at(0).variance);
  EXPECT_EQ(file.early_latent_gap.variance, evaluation_->latent_gaps().early.at(0).variance);
}

TEST_F(CalibrationReport, TheFileCanBeReadAgain) {
  if (!installed("rsvg-convert")) GTEST_SKIP() << "rsvg-convert is not installed";
  const TemporaryFolder folder;
  const analysis::CalibrationFile file = calibration_of(*evaluation_);
  write_calibration(folder / "new", file);
  EXPECT_EQ(analysis::to_json(analysis::read_calibration(folder / "new" / "calibration.json")).dump(),
            analysis::to_json(file).dump());
  for (const char* name :
       {"calibration.svg", "calibration.png", "pit.svg", "pit.png", "variances.svg", "variances.png"}) {
    EXPECT_TRUE(std::filesystem::exists(folder / "new" / name)) << name;
  }
}

TEST_F(CalibrationReport, ManyQuantitiesStandInRows) {
  analysis::CalibrationFile file = calibration_of(*evaluation_);
  for (const size_t count : {4u, 11u, 30u}) {
    file.quantities.resize(count, file.quantities.front());
    for (size_t q = 0; q < count; ++q) file.quantities[q].name = "quantity " + std::to_string(q);
    const TemporaryFolder folder;
    write_calibration(folder.path(), file);
    const std::string drawn = read_file(folder / "calibration.svg");
    EXPECT_THAT(drawn, testing::HasSubstr("quantity " + std::to_string(std::min<size_t>(count, 24) - 1)));
    EXPECT_EQ(drawn.find("The first 24 of 30 quantities.") != std::string::npos, count == 30);
  }
}

TEST_F(CalibrationReport, WithoutAValueThereIsNoFigure) {
  analysis::CalibrationFile file = calibration_of(*evaluation_);
  for (analysis::CalibratedQuantity& quantity : file.quantities) {
    for (analysis::CalibrationHorizon& horizon : quantity.horizons) horizon.count = 0;
  }
  const TemporaryFolder folder;
  write_calibration(folder.path(), file);
  EXPECT_TRUE(std::filesystem::exists(folder / "calibration.json"));
  EXPECT_FALSE(std::filesystem::exists(folder / "calibration.svg"));
}

}  // namespace
}  // namespace vrkn::presentation::calibration_report_test
