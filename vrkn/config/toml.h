#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vrkn::config {

/// A single value.
using Scalar = std::variant<bool, int64_t, double, std::string>;
/// A list of single values; may be empty.
using List = std::vector<Scalar>;
/// A list of lists, such as the rows of a matrix; not empty.
using Rows = std::vector<List>;
/// Stands for a table without keys, so that a misspelt one does not go unseen.
struct EmptyTable {
  bool operator==(const EmptyTable&) const = default;
};
/// What may stand behind a key.
using Value = std::variant<Scalar, List, Rows, EmptyTable>;

/// One key and its value, as they stand in a file or on the command line.
struct Entry {
  std::string key;     ///< full, dotted: "model.latent_dim"
  Value value;         ///< what the TOML says
  std::string source;  ///< "presets/dreamer.toml:12" or "--set model.latent_dim=8"
  /// The value of an override as it was typed. Quotes are a nuisance in a shell: a text field takes this as it is, and
  /// a list field splits it at commas.
  std::optional<std::string> typed;
};

/// The entries of a TOML text, called `name` in messages. In each table the key `kind` comes first, because it decides
/// what the other keys mean. Throws ConfigError with name, line and column where the text is no TOML or holds what no
/// field can: dates, lists of tables, lists of lists of lists, keys with other characters than letters, digits, '_' and
/// '-'.
std::vector<Entry> parse_toml(std::string_view text, std::string_view name);

/// The entries of a TOML file. Throws DataError when it cannot be read, else as parse_toml.
std::vector<Entry> read_toml(const std::filesystem::path& path);

/// One "key=value"; the value is TOML, or else a bare text. Throws ConfigError when `text` has another form or the
/// value is a table.
Entry parse_override(std::string_view text);

/// The overrides of a command line, in their order but the `kind` of each table first.
std::vector<Entry> parse_overrides(std::span<const std::string> texts);

/// Moves the `kind` of each table before its other keys, outer tables first, and leaves the order as it is otherwise:
/// for entries that come from several places.
void put_kinds_first(std::vector<Entry>& entries);

/// A single word of a command line as a value: TOML, or else a bare text.
Scalar parse_word(std::string_view text);

/// A value as TOML. Doubles are the shortest text that reads back as the same double, and never look like an integer.
std::string to_text(const Value& value);

}  // namespace vrkn::config
