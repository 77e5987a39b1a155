#include "vrkn/run/presets.h"

#include <utility>

#include "vrkn/config/fields.h"
#include "vrkn/run/model_defaults.h"

namespace vrkn::run {

std::vector<std::string> preset_names() {
  return names_of(embedded_presets());
}

BaseChain preset_chain(const std::string& name) {
  const EmbeddedFile& file = find_preset(name, embedded_presets());
  return follow_bases(config::parse_toml(file.content, "preset " + name), embedded_presets());
}

ExperimentConfig load_preset(const std::string& name, const std::vector<std::string>& overrides) {
  std::vector<config::Entry> entries = preset_chain(name).entries;
  for (config::Entry& entry : config::parse_overrides(overrides)) entries.push_back(std::move(entry));
  ExperimentConfig experiment;
  config::apply_entries(with_model_defaults(std::move(entries)), experiment);
  return experiment;
}

}  // namespace vrkn::run
