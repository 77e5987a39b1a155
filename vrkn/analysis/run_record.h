#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "vrkn/analysis/metrics_file.h"
#include "vrkn/core/metrics.h"

namespace vrkn::analysis {

/// What environment.json says of how a run came about; empty where it does not say.
struct Provenance {
  std::string started = {};  ///< UTC, "2025-11-22T22:18:31Z"
  std::string commit = {};
  std::string command = {};
};

/// A run directory (docs/run-directory.md) as evidence: what it was, and what came out so far.
struct RunRecord {
  std::filesystem::path path = {};
  std::string name = {};                             ///< as it is called in tables, unique in its collection
  std::map<std::string, std::string> settings = {};  ///< config.toml: full keys, "model.kind", and values as TOML
  Provenance provenance = {};
  std::vector<MetricRecord> metrics = {};

  /// The value of a setting without the quotes of a text; empty when there is no such key.
  std::string setting(const std::string& key) const;
  /// environment.task
  std::string task() const { return setting("environment.task"); }
  std::string seed() const { return setting("seed"); }
  /// The largest step of any record, 0 without.
  int64_t last_step() const;
};

/// A TOML value as people write it: texts without quotes, lists as "image+state".
std::string plain_text(const std::string& toml);

/// A run directory that may still be going on. Its configuration does not change and is read once; of metrics.jsonl
/// only what is new.
class RunReader {
 public:
  /// Throws DataError, or ConfigError when config.toml is no TOML; either names the file.
  RunReader(const std::filesystem::path& path, std::string name);

  /// Returns whether something is new. Throws DataError, as MetricsFile::read.
  bool read();

  const RunRecord& record() const { return record_; }

 private:
  RunRecord record_;
  MetricsFile metrics_;
};

}  // namespace vrkn::analysis
