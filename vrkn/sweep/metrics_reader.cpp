#include "vrkn/sweep/metrics_reader.h"

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace vrkn {

const RunProgress& MetricsReader::read() {
  std::ifstream file(path_, std::ios::binary | std::ios::ate);
  const int64_t size = file ? static_cast<int64_t>(file.tellg()) : 0;
  if (size < position_) {
    position_ = 0;
    progress_ = {};
  }
  file.seekg(position_);
  // A line without its end is still being written.
  for (std::string line; std::getline(file, line) && !file.eof();) {
    position_ += static_cast<int64_t>(line.size()) + 1;
    take(line);
  }
  return progress_;
}

void MetricsReader::take(const std::string& line) {
  const auto record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object() || !record.contains("kind") || !record["kind"].is_string()) return;
  const auto number = [&](const char* key, int64_t otherwise) {
    return record.contains(key) && record[key].is_number_integer() ? record[key].get<int64_t>() : otherwise;
  };
  progress_.env_step = number("env_step", progress_.env_step);
  if (record["kind"] == "train") progress_.iteration = number("iteration", progress_.iteration);
  if (record["kind"] == "evaluate") {
    ++progress_.evaluations;
    if (record.contains("return") && record["return"].is_number()) progress_.last_return = record["return"];
  }
}

}  // namespace vrkn
