#include "vrkn/analysis/run_record.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::analysis {
namespace {

std::map<std::string, std::string> read_settings(const std::filesystem::path& path) {
  std::map<std::string, std::string> settings;
  for (const config::Entry& entry : config::read_toml(path)) settings[entry.key] = config::to_text(entry.value);
  if (!settings.contains("environment.task")) {
    throw DataError("'" + path.string() + "' is not the configuration of a run: it has no environment.task");
  }
  return settings;
}

Provenance read_provenance(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  const auto json = nlohmann::json::parse(read_file(path), /*callback=*/nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw DataError("'" + path.string() + "' is no JSON object");
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  return {.started = text("started"), .commit = text("commit"), .command = text("command")};
}

}  // namespace

std::string plain_text(const std::string& toml) {
  std::string text;
  for (size_t i = 0; i < toml.size(); ++i) {
    if (toml[i] == '"' || toml[i] == '[' || toml[i] == ']') continue;
    if (toml[i] == ',' && i + 1 < toml.size() && toml[i + 1] == ' ') {
      text += '+';
      ++i;
    } else {
      text += toml[i];
    }
  }
  return text;
}

std::string RunRecord::setting(const std::string& key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : plain_text(found->second);
}

int64_t RunRecord::last_step() const {
  int64_t last = 0;
  for (const MetricRecord& record : metrics) last = std::max(last, record.env_step);
  return last;
}

RunReader::RunReader(const std::filesystem::path& path, std::string name)
    : record_{.path = path,
              .name = std::move(name),
              .settings = read_settings(path / "config.toml"),
              .provenance = read_provenance(path / "environment.json"),
              .metrics = {}},
      metrics_(path / "metrics.jsonl") {
  read();
}

bool RunReader::read() {
  const bool changed = metrics_.read();
  if (changed) record_.metrics = metrics_.records();
  return changed;
}

}  // namespace vrkn::analysis
