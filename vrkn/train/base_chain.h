#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/config/toml.h"
#include "vrkn/core/embedded_file.h"
#include "vrkn/core/field.h"

namespace vrkn::train {

/// What a configuration file says of itself, in its table [about]. No run depends on it, and no file inherits it.
struct AboutConfig {
  std::string reproduces;
  double update_s = 0.0;
  std::string measured;

  static constexpr void fields(auto& self, auto&& field) {
    field("reproduces", self.reproduces, "what it is for, in one line: the figure of the paper, or the occasion");
    field("update_s", self.update_s, "seconds that one update took; 0: not measured", at_least(0));
    field("measured", self.measured, "on what and when update_s was measured");
  }
};

/// A configuration file with all that it builds on.
struct BaseChain {
  std::vector<std::string> bases;      ///< the presets it builds on, nearest first
  AboutConfig about;                   ///< of the file itself
  std::vector<config::Entry> entries;  ///< of the farthest base first, of the file itself last
};

/// Follows `base = "<preset>"`, which may stand at the top of every configuration file: the file then says only what
/// differs from that preset, as overrides do. `entries` are the file's, `presets` the files that a base may name.
/// Throws ConfigError for an unknown base, naming the nearest, for bases that lead in a circle, and for mistakes in a
/// table [about].
BaseChain follow_bases(std::vector<config::Entry> entries, std::span<const EmbeddedFile> presets);

/// The preset `name` among `presets`. Throws ConfigError naming the nearest one and all there are; `place`, such as
/// "mine.toml:1: ", goes before the message.
const EmbeddedFile& find_preset(std::string_view name, std::span<const EmbeddedFile> presets,
                                std::string_view place = {});

/// The names of `presets`, sorted: their files without ".toml".
std::vector<std::string> names_of(std::span<const EmbeddedFile> presets);

}  // namespace vrkn::train
