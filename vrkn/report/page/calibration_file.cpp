#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/page/media_items.h"

namespace vrkn::report {
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
                             .coverage_curve = numbers(json.at("coverage_curve")),
                             .coverage_50 = number(json.at("coverage_50")),
                             .coverage_80 = number(json.at("coverage_80")),
                             .coverage_95 = number(json.at("coverage_95")),
                             .aleatoric = number(json.at("aleatoric")),
                             .epistemic = number(json.at("epistemic")),
                             .normalised_squared_error = number(json.at("normalised_squared_error")),
                             .normalised_innovation_squared = number(json.at("normalised_innovation_squared"))};
  if (horizon.coverage_curve.size() != levels) {
    throw DataError("a coverage curve has " + std::to_string(horizon.coverage_curve.size()) + " values for " +
                    std::to_string(levels) + " levels");
  }
  return horizon;
}

}  // namespace

CalibrationFile read_calibration(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    const Json json = Json::parse(text);
    CalibrationFile file{.levels = numbers(json.at("curve_levels"))};
    for (const auto& [name, horizons] : json.at("quantities").items()) {
      CalibratedQuantity& quantity = file.quantities.emplace_back(CalibratedQuantity{.name = name});
      for (const Json& horizon : horizons) quantity.horizons.push_back(horizon_of(horizon, file.levels.size()));
    }
    return file;
  } catch (const Json::exception& error) {
    throw DataError("'" + path.string() + "' is no calibration of predictions: " + error.what());
  } catch (const DataError& error) {
    throw DataError("'" + path.string() + "' is no calibration of predictions: " + error.what());
  }
}

}  // namespace vrkn::report
