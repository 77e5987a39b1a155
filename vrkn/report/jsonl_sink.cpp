#include "vrkn/report/jsonl_sink.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/json_text.h"

namespace vrkn::report {
namespace {

/// `path`, once it is known that a line ends after `keep_bytes`. What is missing or too short is left to AppendFile.
const std::filesystem::path& with_whole_lines(const std::filesystem::path& path, int64_t keep_bytes) {
  if (keep_bytes > 0) {
    std::ifstream file(path, std::ios::binary);
    file.seekg(keep_bytes - 1);
    const int last = file.get();
    if (file && last != '\n') {
      throw DataError("cannot resume '" + path.string() + "' at byte " + std::to_string(keep_bytes) +
                      ": no line ends there");
    }
  }
  return path;
}

}  // namespace

JsonlSink::JsonlSink(const std::filesystem::path& path, int64_t keep_bytes)
    : file_(with_whole_lines(path, keep_bytes), keep_bytes) {}

void JsonlSink::write(const MetricRecord& record) {
  nlohmann::ordered_json line;
  line["kind"] = record.kind;
  line["env_step"] = record.env_step;
  line["iteration"] = record.iteration;
  for (const Metric& metric : record.metrics) {
    if (line.contains(metric.name)) {
      throw DataError("the metric '" + metric.name + "' of a '" + record.kind + "' record comes twice, or is a column");
    }
    line[metric.name] = metric.value;
  }
  // Bytes that are no UTF-8 are replaced: one odd name must not end a run.
  file_.append(json_text(line) + '\n');
}

void JsonlSink::write(const ImageRecord&) {}

void JsonlSink::flush() {
  file_.sync();
}

}  // namespace vrkn::report
