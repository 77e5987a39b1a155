#include "vrkn/study/series_results.h"

#include <fmt/format.h>

#include "vrkn/core/file.h"
#include "vrkn/data/npz.h"

namespace vrkn::study {
namespace {

using Json = nlohmann::ordered_json;

data::NamedArray array_of(std::string name, const kalman::Series& series) {
  return {std::move(name), data::make_array<double>({series.sequences, series.steps, series.size}, series.values)};
}

data::NamedArray array_of(std::string name, const kalman::MatrixSeries& series) {
  return {std::move(name),
          data::make_array<double>({series.sequences, series.steps, series.rows, series.cols}, series.values)};
}

void add(std::vector<data::NamedArray>& arrays, const std::string& name, const kalman::Beliefs& beliefs) {
  arrays.push_back(array_of(name + "_mean", beliefs.mean));
  arrays.push_back(array_of(name + "_covariance", beliefs.covariance));
}

Json rows(const kalman::Matrix& matrix) {
  Json result = Json::array();
  for (int64_t i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (int64_t j = 0; j < matrix.cols(); ++j) row.push_back(matrix(i, j));
    result.push_back(row);
  }
  return result;
}

std::vector<double> entries(const kalman::Vector& vector) {
  return {vector.begin(), vector.end()};
}

Json to_json(const OneStepCalibration& calibration) {
  if (calibration.values == 0) return nullptr;
  return {
      {"observed_values", calibration.values},  {"predictive_log_density_per_step", calibration.log_density},
      {"coverage_50", calibration.coverage_50}, {"coverage_80", calibration.coverage_80},
      {"coverage_95", calibration.coverage_95}, {"normalised_innovation_squared", calibration.normalised_innovation}};
}

}  // namespace

void write_beliefs(const std::filesystem::path& path, const SeriesFit& fit) {
  std::vector<data::NamedArray> arrays;
  add(arrays, "predicted", fit.filtered.predicted);
  add(arrays, "filtered", fit.filtered.belief);
  add(arrays, "smoothed", fit.smoothed.belief);
  arrays.push_back(array_of("innovation", fit.filtered.innovation));
  const kalman::Series& density = fit.filtered.log_density;
  arrays.push_back({"log_density", data::make_array<double>({density.sequences, density.steps}, density.values)});
  write_file_atomically(path, data::write_npz(arrays));
}

Json to_json(const SeriesFit& fit) {
  const kalman::LinearGaussianModel& model = fit.fit.model;
  return {{"state_size", model.state_size()},
          {"observation_size", model.observation_size()},
          {"iterations", fit.fit.log_likelihood.size() - 1},
          {"converged", fit.fit.converged},
          {"log_likelihood", fit.fit.log_likelihood.back()},
          {"fitted_sequences", fit.fitted_sequences},
          {"model",
           {{"initial_mean", entries(model.initial_mean)},
            {"initial_covariance", rows(model.initial_covariance)},
            {"transition_matrix", rows(model.transition.at(1))},
            {"state_offset", entries(model.state_offset.at(1))},
            {"process_noise", rows(model.process_noise.at(1))},
            {"emission_matrix", rows(model.emission.at(0))},
            {"emission_offset", entries(model.emission_offset.at(0))},
            {"observation_noise", rows(model.observation_noise.at(0))}}},
          {"one_step_ahead", {{"fitted", to_json(fit.fitted)}, {"held_out", to_json(fit.held_out)}}}};
}

std::string to_table(const SeriesFit& fit) {
  const kalman::Fit& found = fit.fit;
  std::string text = fmt::format(
      "{} states for {} observed components, fitted to {} sequences by {} iterations of EM{}; log-likelihood {:.3f}\n\n"
      "one step ahead   {:>12}{:>14}{:>10}{:>10}{:>10}{:>14}\n",
      found.model.state_size(), found.model.observation_size(), fit.fitted_sequences, found.log_likelihood.size() - 1,
      found.converged ? "" : " (not converged)", found.log_likelihood.back(), "values", "log-density", "50 %", "80 %",
      "95 %", "innovation^2");
  const auto row = [&](const char* name, const OneStepCalibration& c) {
    if (c.values == 0) return;
    text += fmt::format("{:<17}{:>12}{:>14.4f}{:>10.3f}{:>10.3f}{:>10.3f}{:>14.3f}\n", name, c.values, c.log_density,
                        c.coverage_50, c.coverage_80, c.coverage_95, c.normalised_innovation);
  };
  row("fitted", fit.fitted);
  row("held out", fit.held_out);
  return text +
         "\nlog-density: nats per observed step. 50, 80, 95 %: share of values within their central interval.\n"
         "innovation^2: normalised, 1 where the model is as sure as it should be.\n";
}

}  // namespace vrkn::study
