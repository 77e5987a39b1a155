#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"
#include "vrkn/config/fields.h"
#include "vrkn/run/experiment_config.h"
#include "vrkn/run/fit_data.h"
#include "vrkn/run/memory_need.h"
#include "vrkn/run/model_defaults.h"
#include "vrkn/run/monitor_file.h"
#include "vrkn/run/recalibration_file.h"

namespace vrkn::fuzz {

void read_as_config(std::string_view input) {
  // The first line as one override, the rest as a file; what can be read comes back from its own text, and its memory
  // can be told.
  const size_t end = std::min(input.find('\n'), input.size());
  std::vector<config::Entry> entries = config::parse_toml(input.substr(std::min(end + 1, input.size())), "input");
  if (end > 0) entries.push_back(config::parse_override(input.substr(0, end)));
  run::ExperimentConfig config, again;
  config::apply_entries(run::with_model_defaults(std::move(entries)), config);
  config::apply_entries(config::parse_toml(config::to_toml(config), "again"), again);
  if (!config::differences(config, again).empty()) std::abort();
  run::check_memory(config);
}

void read_as_fit_data(std::string_view input) {
  run::read_fit_data(input_file(input, ".json"));
}

void read_as_recalibration(std::string_view input) {
  run::read_recalibration(input_file(input, ".json"));
}

void read_as_monitor(std::string_view input) {
  run::read_monitor(input_file(input, ".json"));
}

}  // namespace vrkn::fuzz
