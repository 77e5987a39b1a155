#include "vrkn/run/base_chain.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/core/field.h"
#include "vrkn/core/suggest.h"

namespace vrkn::run {
namespace {

/// What a file says beside the configuration itself.
struct Head {
  std::string base, about;

  static constexpr void fields(auto& self, auto&& field) {
    field("base", self.base, "the preset that the file builds on", anything());
    field("about", self.about, "what the file is for, in one line", anything());
  }
};

/// The head of a file, and the place of its key `base`.
struct ReadHead {
  Head head;
  std::string base_place;
};

/// Takes the entries of the head out of a file's entries.
ReadHead take_head(std::vector<config::Entry>& entries) {
  const auto belongs_to_configuration = [](const config::Entry& entry) {
    return entry.key != "base" && entry.key != "about";
  };
  const auto rest = std::ranges::stable_partition(entries, belongs_to_configuration);
  const std::vector<config::Entry> taken(rest.begin(), rest.end());
  entries.erase(rest.begin(), rest.end());
  ReadHead read;
  config::apply_entries(taken, read.head);
  const auto base = std::ranges::find(taken, "base", &config::Entry::key);
  if (base != taken.end()) read.base_place = base->source + ": ";
  return read;
}

}  // namespace

BaseChain follow_bases(std::vector<config::Entry> entries, std::span<const EmbeddedFile> presets) {
  ReadHead read = take_head(entries);
  BaseChain chain{.bases = {}, .about = read.head.about, .entries = std::move(entries)};
  while (!read.head.base.empty()) {
    const std::string base = read.head.base;
    if (std::ranges::find(chain.bases, base) != chain.bases.end()) {
      std::string circle;
      for (const std::string& name : chain.bases) circle += name + " -> ";
      throw ConfigError(read.base_place + "the bases lead in a circle: " + circle + base);
    }
    const EmbeddedFile& file = find_preset(base, presets, read.base_place);
    chain.bases.push_back(base);
    std::vector<config::Entry> below = config::parse_toml(file.content, "preset " + base);
    read = take_head(below);
    std::ranges::move(chain.entries, std::back_inserter(below));
    chain.entries = std::move(below);
  }
  return chain;
}

const EmbeddedFile& find_preset(std::string_view name, std::span<const EmbeddedFile> presets, std::string_view place) {
  const auto found = std::ranges::find(presets, std::string(name) + ".toml", &EmbeddedFile::name);
  if (found != presets.end()) return *found;
  const std::vector<std::string> known = names_of(presets);
  std::string message =
      std::string(place) + "There is no preset '" + std::string(name) + "'" + did_you_mean(name, known);
  message += " Presets:";
  for (const std::string& preset : known) message += " " + preset;
  throw ConfigError(message);
}

std::vector<std::string> names_of(std::span<const EmbeddedFile> presets) {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : presets) names.emplace_back(file.name.substr(0, file.name.rfind('.')));
  std::ranges::sort(names);
  return names;
}

}  // namespace vrkn::run
