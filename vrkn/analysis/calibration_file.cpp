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
                             .normalised_innovation_squared = number(json.at("normalised_innovation_squared")),
                             .innovation_band = {.low = number(json.value("innovation_band_low", Json())),
                                                 .high = number(json.value("innovation_band_high", Json()))},
                             .crps = number(json.value("crps", Json())),
                             .pit = numbers(json.value("pit", Json::array()))};
  if (horizon.coverage_curve.size() != levels) {
    throw DataError("a coverage curve has " + std::to_string(horizon.coverage_curve.size()) + " values for " +
                    std::to_string(levels) + " levels");
  }
  return horizon;
}

Trend trend_from(const Json& json) {
  return {.change = number(json.at("change")), .standard_error = number(json.at("standard_error"))};
}

/// Without steps where there is none.
GapCheck gap_from(const Json& json) {
  if (json.is_null()) return {};
  GapCheck check{.steps_ahead = numbers(json.at("steps_ahead")),
                 .episodes = json.at("episodes").get<int64_t>(),
                 .variance = numbers(json.at("variance")),
                 .squared_error = numbers(json.at("squared_error")),
                 .variance_trend = trend_from(json.at("variance_trend")),
                 .error_trend = trend_from(json.at("error_trend"))};
  if (check.variance.size() != check.steps_ahead.size() ||
      (!check.squared_error.empty() && check.squared_error.size() != check.steps_ahead.size())) {
    throw DataError("the values of a gap are not as many as its steps");
  }
  return check;
}

/// "-" where nothing was compared.
std::string cell(int64_t count, double value, const char* form) {
  return count > 0 ? fmt::format(fmt::runtime(form), value) : "-";
}

/// Rows about one set of gaps.
std::string gap_rows(const CalibrationFile& file, GapCheck CalibratedQuantity::*gap, const GapCheck& latent,
                     const std::string& title) {
  constexpr const char* kRow = "{:<24}{:>10}{:>16}{:>16}\n";
  std::string table = '\n' + fmt::format(kRow, title, "steps", "variance", "squared error");
  const std::string steps = fmt::format("{:.0f} to {:.0f}", latent.steps_ahead.front(), latent.steps_ahead.back());
  for (const CalibratedQuantity& quantity : file.quantities) {
    if ((quantity.*gap).episodes == 0) continue;
    table += fmt::format(kRow, quantity.name, steps, trend_text((quantity.*gap).variance_trend),
                         trend_text((quantity.*gap).error_trend));
  }
  return table + fmt::format(kRow, "latent belief", steps, trend_text(latent.variance_trend), "");
}

/// What happens in gaps, and the warnings; empty where it is not known.
std::string gap_table(const CalibrationFile& file) {
  const GapCheck& latent = file.latent_gap;
  if (latent.steps_ahead.size() < 2 || latent.episodes == 0) return {};
  std::string table = gap_rows(file, &CalibratedQuantity::gap, latent, "in a gap");
  table += gap_rows(file, &CalibratedQuantity::early_gap, file.early_latent_gap,
                    fmt::format("from the first {} steps", file.early_steps));
  table += fmt::format("change over these steps, of the mean; in brackets the standard error over {} episode{}\n",
                       latent.episodes, latent.episodes == 1 ? "" : "s");
  if (latent.episodes < GapCheck::kFewestEpisodes) {
    table += fmt::format("of fewer than {} episodes nothing is concluded\n", GapCheck::kFewestEpisodes);
  }
  for (const std::string& warning : gap_warnings(file)) table += "warning: " + warning + '\n';
  return table;
}

/// Sentences about one set of gaps, which begin with `when`.
void add_warnings(const CalibrationFile& file, GapCheck CalibratedQuantity::*gap, const GapCheck& latent,
                  const std::string& when, std::vector<std::string>& warnings) {
  std::string worse;
  for (const CalibratedQuantity& quantity : file.quantities) {
    const GapCheck& check = quantity.*gap;
    if (check.error_trend.rises()) worse += (worse.empty() ? "" : ", ") + quantity.name;
    if (!check.warns()) continue;
    warnings.push_back(fmt::format(
        "{} the model becomes surer of {} (variance {}) while its errors grow (squared error {}): do not rely on the "
        "variances that it predicts of {} there.",
        when, quantity.name, trend_text(check.variance_trend), trend_text(check.error_trend), quantity.name));
  }
  if (latent.variance_trend.falls() && !worse.empty()) {
    warnings.push_back(fmt::format(
        "{} the variance of the latent belief falls ({}) while errors grow ({}): it is no measure of error; "
        "read the variance of predicted readings in its place.",
        when, trend_text(latent.variance_trend), worse));
  }
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
          {"normalised_innovation_squared", horizon.normalised_innovation_squared},
          {"innovation_band_low", horizon.innovation_band.low},
          {"innovation_band_high", horizon.innovation_band.high},
          {"crps", horizon.crps},
          {"pit", horizon.pit}};
}

Json to_json(const GapCheck& check) {
  const auto trend = [](const Trend& of) { return Json{{"change", of.change}, {"standard_error", of.standard_error}}; };
  return {{"steps_ahead", check.steps_ahead},
          {"episodes", check.episodes},
          {"variance", check.variance},
          {"squared_error", check.squared_error},
          {"variance_trend", trend(check.variance_trend)},
          {"error_trend", trend(check.error_trend)},
          {"warns", check.warns()}};
}

Json to_json(const CalibrationFile& file) {
  Json json = {
      {"horizon", file.horizon}, {"draws", file.draws}, {"samples", file.samples}, {"recalibrated", file.recalibrated}};
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
  if (file.latent_gap.steps_ahead.empty()) return json;
  Json all = Json::object(), early = Json::object();
  for (const CalibratedQuantity& quantity : file.quantities) {
    if (quantity.gap.episodes > 0) all[quantity.name] = to_json(quantity.gap);
    if (quantity.early_gap.episodes > 0) early[quantity.name] = to_json(quantity.early_gap);
  }
  json["gap"] = {{"quantities", all},
                 {"latent", to_json(file.latent_gap)},
                 {"early_steps", file.early_steps},
                 {"early_quantities", early},
                 {"early_latent", to_json(file.early_latent_gap)},
                 {"warnings", gap_warnings(file)}};
  return json;
}

CalibrationFile read_calibration(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    const Json json = Json::parse(text);
    CalibrationFile file{.horizon = json.value("horizon", int64_t{0}),
                         .draws = json.value("draws", int64_t{0}),
                         .samples = json.value("samples", int64_t{0}),
                         .recalibrated = json.value("recalibrated", false),
                         .levels = numbers(json.at("curve_levels"))};
    const Json gap = json.value("gap", Json::object());
    file.early_steps = gap.value("early_steps", int64_t{0});
    file.latent_gap = gap_from(gap.value("latent", Json()));
    file.early_latent_gap = gap_from(gap.value("early_latent", Json()));
    for (const auto& [name, horizons] : json.at("quantities").items()) {
      CalibratedQuantity& quantity = file.quantities.emplace_back(CalibratedQuantity{.name = name});
      const Json noise = json.value("noise", Json::object()).value(name, Json::array());
      quantity.noise = noise.is_array() ? numbers(noise) : std::vector<double>{number(noise)};
      quantity.gap = gap_from(gap.value("quantities", Json::object()).value(name, Json()));
      quantity.early_gap = gap_from(gap.value("early_quantities", Json::object()).value(name, Json()));
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
  constexpr const char* kRow = "{:<16}{:>6}{:>8}{:>8}{:>8}{:>10}{:>10}{:>11}{:>11}{:>9}\n";
  std::string table = fmt::format(kRow, file.recalibrated ? "recalibrated" : "predicted", "ahead", "in 50%", "in 80%",
                                  "in 95%", "NLL", "CRPS", "aleatoric", "epistemic", "NIS");
  for (const CalibratedQuantity& quantity : file.quantities) {
    for (const size_t h : chosen_horizons(quantity)) {
      const CalibrationHorizon& found = quantity.horizons[h];
      const int64_t innovations = std::isnan(found.normalised_innovation_squared) ? 0 : found.count;
      table += fmt::format(
          kRow, quantity.name, found.steps_ahead, cell(found.count, 100 * found.coverage_50, "{:.1f}%"),
          cell(found.count, 100 * found.coverage_80, "{:.1f}%"), cell(found.count, 100 * found.coverage_95, "{:.1f}%"),
          cell(found.count, found.negative_log_likelihood, "{:.3f}"), cell(found.count, found.crps, "{:.4f}"),
          cell(found.count, found.aleatoric, "{:.2e}"), cell(found.count, found.epistemic, "{:.2e}"),
          cell(innovations, found.normalised_innovation_squared, "{:.2f}"));
    }
  }
  return table + gap_table(file);
}

std::vector<std::string> gap_warnings(const CalibrationFile& file) {
  std::vector<std::string> warnings;
  add_warnings(file, &CalibratedQuantity::gap, file.latent_gap, "In a gap", warnings);
  add_warnings(file, &CalibratedQuantity::early_gap, file.early_latent_gap,
               fmt::format("In a gap that begins in the first {} steps of an episode", file.early_steps), warnings);
  return warnings;
}

}  // namespace vrkn::analysis
