#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/config/toml.h"
#include "vrkn/core/embedded_file.h"

namespace vrkn::run {

/// A configuration file with all that it builds on.
struct BaseChain {
  std::vector<std::string> bases;      ///< the presets it builds on, nearest first
  std::string about;                   ///< what the file itself is for, in one line; no file inherits it
  std::vector<config::Entry> entries;  ///< of the farthest base first, of the file itself last
};

/// Follows `base = "<preset>"`, which may stand at the top of every configuration file: the file then says only what
/// differs from that preset, as overrides do. `about = "<one line>"` says what it is for. `entries` are the file's,
/// `presets` the files that a base may name. Throws ConfigError for an unknown base, naming the nearest, and for bases
/// that lead in a circle.
BaseChain follow_bases(std::vector<config::Entry> entries, std::span<const EmbeddedFile> presets);

/// The preset `name` among `presets`. Throws ConfigError naming the nearest one and all there are; `place`, such as
/// "mine.toml:1: ", goes before the message.
const EmbeddedFile& find_preset(std::string_view name, std::span<const EmbeddedFile> presets,
                                std::string_view place = {});

/// The names of `presets`, sorted: their files without ".toml".
std::vector<std::string> names_of(std::span<const EmbeddedFile> presets);

}  // namespace vrkn::run
