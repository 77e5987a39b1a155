#include "vrkn/run/recalibration_file.h"

#include <charconv>
#include <new>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run {
namespace {

int64_t step_of(const std::string& text) {
  int64_t step = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  if (error != std::errc() || end != text.data() + text.size() || step < 1) {
    throw DataError("'" + text + "' is no number of steps ahead");
  }
  return step;
}

math::Recalibration recalibration_of(const nlohmann::json& json) {
  math::Recalibration found{.variance_scale = json.at("variance_scale").get<double>(),
                            .half_widths = json.at("half_widths").get<std::vector<double>>()};
  found.check();
  return found;
}

RecalibrationFile file_of(const nlohmann::json& json) {
  RecalibrationFile file{.updates = json.at("updates").get<int64_t>(),
                         .checkpoint = json.at("checkpoint").get<std::string>(),
                         .seed = json.at("seed").get<int64_t>(),
                         .episodes = json.at("episodes").get<int64_t>()};
  for (const auto& [name, steps] : json.at("quantities").items()) {
    for (const auto& [step, one] : steps.items()) {
      file.recalibrations[name][step_of(step)] = recalibration_of(one);
    }
  }
  if (file.recalibrations.empty()) throw DataError("it has no quantities");
  return file;
}

}  // namespace

void write_recalibration(const std::filesystem::path& path, const RecalibrationFile& file) {
  nlohmann::ordered_json json = {
      {"updates", file.updates}, {"checkpoint", file.checkpoint}, {"seed", file.seed}, {"episodes", file.episodes}};
  for (const auto& [name, steps] : file.recalibrations) {
    for (const auto& [step, one] : steps) {
      json["quantities"][name][std::to_string(step)] = {{"variance_scale", one.variance_scale},
                                                        {"half_widths", one.half_widths}};
    }
  }
  write_file_atomically(path, json.dump() + '\n');
}

RecalibrationFile read_recalibration(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  try {
    return file_of(nlohmann::json::parse(content));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {  // the JSON library's, or one of ours
    throw DataError("'" + path.string() + "' is no recalibration of predictions: " + error.what());
  }
}

RecalibrationFile load_recalibration(const TrainedRun& run) {
  const std::filesystem::path path = run.directory.recalibration();
  if (!std::filesystem::exists(path)) {
    throw DataError(fmt::format("{} has no recalibration; vrkn eval --uncertainty --fit-recalibration makes one",
                                run.directory.path().string()));
  }
  RecalibrationFile file = read_recalibration(path);
  if (file.checkpoint == checkpoint_hash(run.checkpoint)) return file;
  throw DataError(fmt::format("'{}' was fitted with other weights, those after {} updates, and not with {}",
                              path.string(), file.updates, run.checkpoint.filename().string()));
}

}  // namespace vrkn::run
