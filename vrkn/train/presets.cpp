#include "vrkn/train/presets.h"

#include <algorithm>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"

namespace vrkn {

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_presets()) names.emplace_back(file.name.substr(0, file.name.rfind('.')));
  std::ranges::sort(names);
  return names;
}

ExperimentConfig load_preset(const std::string& name, const std::vector<std::string>& overrides) {
  const auto presets = embedded_presets();
  const auto found = std::ranges::find(presets, name + ".toml", &EmbeddedFile::name);
  if (found == presets.end()) {
    const std::vector<std::string> known = preset_names();
    const std::string meant = nearest(name, known);
    std::string message = "There is no preset '" + name + "'";
    message += meant.empty() ? "" : "; did you mean '" + meant + "'?";
    message += " Presets:";
    for (const std::string& preset : known) message += " " + preset;
    throw ConfigError(message);
  }
  std::vector<config::Entry> entries = config::parse_toml(found->content, "preset " + name);
  for (config::Entry& entry : config::parse_overrides(overrides)) entries.push_back(std::move(entry));
  ExperimentConfig experiment;
  config::apply_entries(entries, experiment);
  return experiment;
}

}  // namespace vrkn
