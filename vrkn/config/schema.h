#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vrkn/config/toml.h"
#include "vrkn/core/field.h"

namespace vrkn::config {

/// The key `kind` of a table that comes in several kinds (a std::variant of structs).
struct Kind {
  std::vector<std::string_view> names;
  size_t index = 0;                    ///< the kind that the table has now
  std::function<void(size_t)> choose;  ///< gives the table another kind, with all its defaults
};

/// Where the value of a field lives.
using Target = std::variant<bool*, int64_t*, double*, std::string*, std::vector<bool>*, std::vector<int64_t>*,
                            std::vector<double>*, std::vector<std::string>*, std::vector<std::vector<double>>*, Kind>;

struct Field {
  std::string key;  ///< full, dotted
  Target target;
  std::string_view help;
  Bounds bounds;
};

struct Table {
  std::string key;
  std::string_view help;
};

/// A key that the configuration would have if `table` had another kind.
struct OtherKindsKey {
  std::string key;
  std::string table;
  std::string_view kind;
};

/// A key by the name that it had before: files that use it can still be read.
struct FormerKey {
  std::string former;
  std::string key;
};

/// A configuration seen as a list of fields, whatever structs hold them: what fields.h makes of a struct, and what
/// reading, writing and comparing work on. It points into the struct, and is out of date once a kind has changed.
struct Schema {
  std::vector<Field> fields;
  std::vector<Table> tables;  ///< without the outermost; each before the tables within it
  std::vector<OtherKindsKey> other_kinds;
  std::vector<FormerKey> former_keys;
};

enum class Comments {
  kNone,
  kBeside,  ///< help text and allowed values of each key, on its line
};

/// A key at which two configurations differ. Values are TOML; empty where that side has no such key.
struct Difference {
  std::string key;
  std::string left;
  std::string right;
  bool operator==(const Difference&) const = default;
};

/// Sets the fields that `entries` name, by their present or former keys, in their order. `describe` gives the schema
/// anew after a kind was changed. Throws ConfigError at the first entry with an unknown key, a wrong type or a value
/// out of bounds.
void assign(std::span<const Entry> entries, const std::function<Schema()>& describe);

/// Throws ConfigError when a value is out of its bounds.
void check_bounds(const Schema& schema);

/// The text of the whole configuration.
std::string to_toml(const Schema& schema, Comments comments);

std::vector<Difference> differences(const Schema& left, const Schema& right);

/// All keys, of every kind, each once.
std::vector<std::string> known_keys(const Schema& schema);

}  // namespace vrkn::config
