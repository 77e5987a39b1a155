#include "vrkn/env/suite/recording.h"

#include <nlohmann/json.hpp>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"

namespace vrkn::env {
namespace {

using Json = nlohmann::json;

// A value of the file and where it stands, for messages.
class JsonValue {
 public:
  JsonValue(const Json& value, std::string path, const std::string& source)
      : value_(value), path_(std::move(path)), source_(source) {}

  JsonValue at(const char* key) const {
    if (!value_.is_object()) wrong("an object");
    const auto found = value_.find(key);
    if (found == value_.end()) throw DataError(source_ + ": " + shown(path_) + " has no \"" + key + "\"");
    return {*found, path_.empty() ? key : path_ + "." + key, source_};
  }
  bool has(const char* key) const { return value_.is_object() && value_.contains(key); }

  std::vector<JsonValue> elements() const {
    if (!value_.is_array()) wrong("a list");
    std::vector<JsonValue> values;
    for (size_t i = 0; i < value_.size(); ++i) {
      values.emplace_back(value_[i], path_ + "[" + std::to_string(i) + "]", source_);
    }
    return values;
  }
  std::vector<double> numbers() const {
    std::vector<double> values;
    for (const JsonValue& element : elements()) {
      if (!element.value_.is_number()) element.wrong("a number");
      values.push_back(element.value_.get<double>());
    }
    return values;
  }
  std::string text() const {
    if (!value_.is_string()) wrong("a text");
    return value_.get<std::string>();
  }
  int64_t row() const {
    if (!value_.is_number_unsigned()) wrong("a whole number of at least 0");
    return value_.get<int64_t>();
  }
  const Json& value() const { return value_; }

  [[noreturn]] void wrong(const std::string& expected) const {
    throw DataError(source_ + ": " + shown(path_) + " is " + value_.type_name() + ", but must be " + expected);
  }

 private:
  static std::string shown(const std::string& path) { return path.empty() ? "the whole" : path; }

  const Json& value_;
  std::string path_;
  const std::string& source_;
};

RecordedState state(const JsonValue& fields, const JsonValue& physics) {
  RecordedState state;
  if (fields.has("model_fields")) {
    for (const JsonValue& entry : fields.at("model_fields").elements()) {
      state.model_fields.push_back(
          {.field = entry.at("field").text(), .row = entry.at("id").row(), .value = entry.at("value").numbers()});
    }
  }
  state.physics.position = physics.at("qpos").numbers();
  state.physics.velocity = physics.at("qvel").numbers();
  if (physics.has("qacc_warmstart")) state.physics.warm_start = physics.at("qacc_warmstart").numbers();
  return state;
}

void note_numbers(const JsonValue& record, Recording& recording) {
  if (!record.has("obs")) return;
  const JsonValue observation = record.at("obs");
  if (!observation.value().is_object()) observation.wrong("an object");
  for (const auto& [name, value] : observation.value().items()) recording.is_number[name] = value.is_number();
}

}  // namespace

Recording parse_recording(std::string_view json, const std::string& source) {
  Json root;
  try {
    root = Json::parse(json);
  } catch (const Json::exception& error) {
    throw DataError(source + " is not JSON: " + error.what());
  }
  const JsonValue file(root, "", source);
  Recording recording;
  for (const JsonValue& episode : file.at("episodes").elements()) {
    const JsonValue reset = episode.at("reset");
    RecordedEpisode& recorded = recording.episodes.emplace_back();
    recorded.start = state(episode, reset);
    for (const JsonValue& action : episode.at("actions").elements()) recorded.actions.push_back(action.numbers());
    note_numbers(reset, recording);
  }
  if (!file.has("probes")) return recording;
  for (const JsonValue& probe : file.at("probes").elements()) {
    recording.probes.push_back({.state = state(probe, probe), .control = probe.at("ctrl").numbers()});
    note_numbers(probe, recording);
  }
  return recording;
}

Recording read_recording(const std::filesystem::path& path) {
  return parse_recording(read_file(path), path.string());
}

}  // namespace vrkn::env
