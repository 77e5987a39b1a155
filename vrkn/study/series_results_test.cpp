#include "vrkn/study/series_results.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dense_state_space.h"
#include "tests/support/temporary_folder.h"
#include "vrkn/core/file.h"
#include "vrkn/data/npz.h"
#include "vrkn/kalman/sample.h"

namespace vrkn::study::series_results_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Two states, both observed; with gaps that differ between the sequences the covariances do too.
SeriesFit fit(bool gaps) {
  const kalman::LinearGaussianModel model{.initial_mean = kalman::Vector{{1.0, 0.0}},
                                          .initial_covariance = scaled_identity(2),
                                          .transition = kalman::Matrix{{0.9, -0.3}, {0.3, 0.9}},
                                          .process_noise = scaled_identity(2, 0.02),
                                          .emission = scaled_identity(2),
                                          .observation_noise = scaled_identity(2, 0.05)};
  kalman::Sequences data = kalman::sample(model, 10, 8, 1).data;
  if (gaps) data.observations.values[5] = kMissing;
  return fit_series(data, {.held_out = gaps ? 0.0 : 0.3, .max_iterations = 20});
}

TEST(SeriesResults, BeliefsComeBackFromTheirFile) {
  for (const bool gaps : {false, true}) {
    const TemporaryFolder folder;
    const SeriesFit found = fit(gaps);
    write_beliefs(folder / "beliefs.npz", found);
    const data::Npz file = data::read_npz(folder / "beliefs.npz");
    EXPECT_EQ(file.at("smoothed_mean").shape, (std::vector<int64_t>{10, 8, 2}));
    EXPECT_EQ(file.values<double>("smoothed_mean"), found.smoothed.belief.mean.values);
    EXPECT_EQ(file.at("filtered_covariance").shape, (std::vector<int64_t>{gaps ? 10 : 1, 8, 2, 2}));
    EXPECT_EQ(file.values<double>("predicted_covariance"), found.filtered.predicted.covariance.values);
    EXPECT_EQ(file.at("log_density").shape, (std::vector<int64_t>{10, 8}));
    EXPECT_EQ(std::isnan(file.values<double>("innovation")[5]), gaps);
  }
}

TEST(SeriesResults, JsonHasTheModelAndTableWhatWasHeldOut) {
  const SeriesFit some = fit(false), none = fit(true);
  const nlohmann::ordered_json json = to_json(some);
  EXPECT_EQ(json["fitted_sequences"], 7);
  for (int64_t i = 0; i < 2; ++i) {
    for (int64_t j = 0; j < 2; ++j) {
      EXPECT_EQ(json["model"]["transition_matrix"][static_cast<size_t>(i)][static_cast<size_t>(j)],
                some.fit.model.transition.at(1)(i, j));
    }
  }
  EXPECT_EQ(json["one_step_ahead"]["held_out"]["observed_values"], 3 * 8 * 2);
  EXPECT_TRUE(to_json(none)["one_step_ahead"]["held_out"].is_null());
  EXPECT_THAT(to_table(some), HasSubstr("\nheld out "));
  EXPECT_THAT(to_table(none), Not(HasSubstr("\nheld out ")));
}

}  // namespace
}  // namespace vrkn::study::series_results_test
