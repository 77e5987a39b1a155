#include "vrkn/run/monitor_file.h"

#include <cmath>
#include <new>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/run/checkpoint.h"

namespace vrkn::run {
namespace {

MonitorFile monitor_of(const nlohmann::json& json) {
  MonitorFile file{.updates = json.at("updates").get<int64_t>(),
                   .checkpoint = json.at("checkpoint").get<std::string>(),
                   .seed = json.at("seed").get<int64_t>(),
                   .episodes = json.at("episodes").get<int64_t>(),
                   .window = json.at("window").get<int64_t>(),
                   .false_alarms = json.at("false_alarms").get<double>(),
                   .threshold = json.at("threshold").get<double>()};
  if (file.window < 1) throw DataError("its window is below 1");
  if (!(file.false_alarms > 0.0 && file.false_alarms < 1.0)) throw DataError("its false_alarms are no share");
  if (!(file.threshold >= 0.0 && std::isfinite(file.threshold)))
    throw DataError("its threshold is no number from 0 on");
  return file;
}

}  // namespace

void write_monitor(const std::filesystem::path& path, const MonitorFile& file) {
  const nlohmann::ordered_json json = {{"updates", file.updates},    {"checkpoint", file.checkpoint},
                                       {"seed", file.seed},          {"episodes", file.episodes},
                                       {"window", file.window},      {"false_alarms", file.false_alarms},
                                       {"threshold", file.threshold}};
  write_file_atomically(path, json.dump() + '\n');
}

MonitorFile read_monitor(const std::filesystem::path& path) {
  const std::string content = read_file(path);
  try {
    return monitor_of(nlohmann::json::parse(content));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {  // the JSON library's, or one of ours
    throw DataError("'" + path.string() + "' is no monitor of a run: " + error.what());
  }
}

std::optional<MonitorFile> find_monitor(const TrainedRun& run) {
  const std::filesystem::path path = run.directory.monitor();
  if (!std::filesystem::exists(path)) return std::nullopt;
  MonitorFile file = read_monitor(path);
  if (file.checkpoint != checkpoint_hash(run.checkpoint)) return std::nullopt;
  return file;
}

}  // namespace vrkn::run
