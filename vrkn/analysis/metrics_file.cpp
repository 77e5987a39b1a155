#include "vrkn/analysis/metrics_file.h"

#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"

namespace vrkn::analysis {
namespace {

using Json = nlohmann::ordered_json;

int64_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

/// `count` bytes from `position` on, or as many as there are.
std::string read_bytes(const std::filesystem::path& path, int64_t position, int64_t count) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(position);
  std::string bytes(static_cast<size_t>(count), '\0');
  file.read(bytes.data(), count);
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

int64_t counter(const Json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_number_integer() || found->get<int64_t>() < 0) {
    throw DataError(std::string("its '") + name + "' must be a number of steps");
  }
  return found->get<int64_t>();
}

}  // namespace

MetricRecord parse_metric_record(std::string_view line) {
  const Json json = Json::parse(line, /*callback=*/nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw DataError("it is no JSON object");
  const auto kind = json.find("kind");
  if (kind == json.end() || !kind->is_string()) throw DataError("its 'kind' must be a text");
  MetricRecord record{.kind = kind->get<std::string>(),
                      .env_step = counter(json, "env_step"),
                      .iteration = counter(json, "iteration"),
                      .metrics = {}};
  for (const auto& [name, value] : json.items()) {
    if (name == "kind" || name == "env_step" || name == "iteration") continue;
    if (!value.is_number() && !value.is_null()) throw DataError("its '" + name + "' must be a number or null");
    record.metrics.push_back({name, value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>()});
  }
  return record;
}

bool MetricsFile::read() {
  const bool anew = position_ > 0 && !continues();
  if (anew) start_anew();
  const int64_t size = size_of(path_);
  if (size <= position_) return anew;
  std::string text = read_bytes(path_, position_, size - position_);
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  if (text.empty()) return anew;
  try {
    take(text);
  } catch (...) {
    start_anew();
    throw;
  }
  return true;
}

/// Whether the line read last still ends where it did.
bool MetricsFile::continues() const {
  const auto length = static_cast<int64_t>(last_line_.size());
  return size_of(path_) >= position_ && read_bytes(path_, position_ - length, length) == last_line_;
}

void MetricsFile::start_anew() {
  records_.clear();
  position_ = 0;
  last_line_.clear();
}

void MetricsFile::take(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    try {
      MetricRecord record = parse_metric_record(line);
      if (!records_.empty() && record.env_step < records_.back().env_step) throw DataError("its step goes back");
      records_.push_back(std::move(record));
    } catch (const DataError& error) {
      throw DataError("line " + std::to_string(records_.size() + 1) + " of '" + path_.string() +
                      "' is no metric record: " + error.what());
    }
    last_line_ = std::string(line) + '\n';
    position_ += static_cast<int64_t>(last_line_.size());
    text.remove_prefix(line.size() + 1);
  }
}

}  // namespace vrkn::analysis
