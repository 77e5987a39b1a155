#include "vrkn/analysis/calibration_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::analysis {
namespace {

using Json = nlohmann::ordered_json;

double number(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

std::vector<double> numbers(const Json& json) {
  std::vector<double> values;
  for (const Json& value : json) values.push_back(number(value));
  return values;
}

CalibrationHorizon horizon_of(const Json& json, size_t levels) {
  CalibrationHorizon horizon{.steps_ahead = json.at("steps_ahead").get<int64_t>(),
                             .count = json.at("count").get<int64_t>(),
                             .coverage_50 = number(json.at("coverage_50")),
                             .coverage_80 = number(json.at("coverage_80")),
                             .coverage_95 = number(json.at("coverage_95")),
                             .coverage_curve = numbers(json.at("coverage_curve")),
                             .negative_log_likelihood = number(json.value("negative_log_likelihood", Json())),
                             .squared_error = number(json.value("squared_error", Json())),
                             .normalised_squared_error = number(json.at("normalised_squared_error")),
                             .aleatoric = number(json.at("aleatoric")),
                             .epistemic = number(json.at("epistemic")),
                             .normalised_innovation_squared = number(json.at("normalised_innovation_squared"))};
  if (horizon.coverage_curve.size() != levels) {
    throw DataError("a coverage curve has " + std::to_string(horizon.coverage_curve.size()) + " values for " +
                    std::to_string(levels) + " levels");
  }
  return horizon;
}

/// "-" where nothing was compared.
std::string cell(int64_t count, double value, const char* form) {
  return count > 0 ? fmt::format(fmt::runtime(form), value) : "-";
}

}  // namespace

Json to_json(const CalibrationHorizon& horizon) {
  return {{"steps_ahead", horizon.steps_ahead},
          {"count", horizon.count},
          {"coverage_50", horizon.coverage_50},
          {"coverage_80", horizon.coverage_80},
          {"coverage_95", horizon.coverage_95},
          {"coverage_curve", horizon.coverage_curve},
          {"negative_log_likelihood", horizon.negative_log_likelihood},
          {"squared_error", horizon.squared_error},
          {"normalised_squared_error", horizon.normalised_squared_error},
          {"aleatoric", horizon.aleatoric},
          {"epistemic", horizon.epistemic},
          {"normalised_innovation_squared", horizon.normalised_innovation_squared}};
}

Json to_json(const CalibrationFile& file) {
  Json json = {{"horizon", file.horizon}, {"draws", file.draws}, {"samples", file.samples}};
  for (const CalibratedQuantity& quantity : file.quantities) {
    Json& noise = json["noise"][quantity.name];
    quantity.noise.size() == 1 ? noise = quantity.noise[0] : noise = quantity.noise;
  }
  json["curve_levels"] = file.levels;
  for (const CalibratedQuantity& quantity : file.quantities) {
    for (const CalibrationHorizon& horizon : quantity.horizons) {
      json["quantities"][quantity.name].push_back(to_json(horizon));
    }
  }
  return json;
}

CalibrationFile read_calibration(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    const Json json = Json::parse(text);
    CalibrationFile file{.horizon = json.value("horizon", int64_t{0}),
                         .draws = json.value("draws", int64_t{0}),
                         .samples = json.value("samples", int64_t{0}),
                         .levels = numbers(json.at("curve_levels"))};
    for (const auto& [name, horizons] : json.at("quantities").items()) {
      CalibratedQuantity& quantity = file.quantities.emplace_back(CalibratedQuantity{.name = name});
      const Json noise = json.value("noise", Json::object()).value(name, Json::array());
      quantity.noise = noise.is_array() ? numbers(noise) : std::vector<double>{number(noise)};
      for (const Json& horizon : horizons) quantity.horizons.push_back(horizon_of(horizon, file.levels.size()));
    }
    return file;
  } catch (const Json::exception& error) {
    throw DataError("'" + path.string() + "' is no calibration of predictions: " + error.what());
  } catch (const DataError& error) {
    throw DataError("'" + path.string() + "' is no calibration of predictions: " + error.what());
  }
}

std::vector<size_t> chosen_horizons(const CalibratedQuantity& quantity) {
  const size_t count = quantity.horizons.size();
  std::vector<size_t> chosen{0, (count - 1) / 2, count - 1};
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

std::string calibration_table(const CalibrationFile& file) {
  constexpr const char* kRow = "{:<16}{:>6}{:>8}{:>8}{:>8}{:>10}{:>11}{:>11}{:>9}\n";
  std::string table =
      fmt::format(kRow, "predicted", "ahead", "in 50%", "in 80%", "in 95%", "NLL", "aleatoric", "epistemic", "NIS");
  for (const CalibratedQuantity& quantity : file.quantities) {
    for (const size_t h : chosen_horizons(quantity)) {
      const CalibrationHorizon& found = quantity.horizons[h];
      const int64_t innovations = std::isnan(found.normalised_innovation_squared) ? 0 : found.count;
      table += fmt::format(
          kRow, quantity.name, found.steps_ahead, cell(found.count, 100 * found.coverage_50, "{:.1f}%"),
          cell(found.count, 100 * found.coverage_80, "{:.1f}%"), cell(found.count, 100 * found.coverage_95, "{:.1f}%"),
          cell(found.count, found.negative_log_likelihood, "{:.3f}"), cell(found.count, found.aleatoric, "{:.2e}"),
          cell(found.count, found.epistemic, "{:.2e}"),
          cell(innovations, found.normalised_innovation_squared, "{:.2f}"));
    }
  }
  return table;
}

}  // namespace vrkn::analysis
