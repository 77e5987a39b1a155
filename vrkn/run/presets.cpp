#include "vrkn/run/presets.h"

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
  return experiment_from(preset_chain(name).entries, overrides);
}

}  // namespace vrkn::run
