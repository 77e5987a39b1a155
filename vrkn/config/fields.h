#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vrkn/config/schema.h"
#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"
#include "vrkn/core/field.h"

// What a struct with a field list (vrkn/core/field.h) can do. Only the walk over the fields is here; the work is done
// on the Schema it makes.

namespace vrkn::config {

/// A struct with a field list.
template <class T>
concept Configuration = requires(T& config) {
  T::fields(config, 0);
};

template <class T>
constexpr bool kIsKinds = false;
template <class... Kinds>
constexpr bool kIsKinds<std::variant<Kinds...>> = true;

/// Adds the fields of a struct to a schema; handed to the struct's field list.
class SchemaBuilder {
 public:
  SchemaBuilder(Schema& schema, std::string table) : schema_(schema), table_(std::move(table)) {}

  template <class Member>
  void operator()(std::string_view name, Member& member, std::string_view help = {}, const Bounds& bounds = {}) const {
    std::string key = table_.empty() ? std::string(name) : table_ + "." + std::string(name);
    if constexpr (Configuration<Member>) {
      schema_.tables.push_back({key, help});
      add_struct(schema_, key, member);
    } else if constexpr (kIsKinds<Member>) {
      schema_.tables.push_back({key, help});
      add_kinds(key, member);
    } else {
      schema_.fields.push_back({std::move(key), Target(&member), help, bounds});
    }
  }

  /// The fields of `config` by their present and former names, as keys of `table`; "" is the outermost.
  template <Configuration T>
  static void add_struct(Schema& schema, const std::string& table, T& config) {
    T::fields(config, SchemaBuilder(schema, table));
    if constexpr (requires { T::kFormerNames; }) {
      const std::string prefix = table.empty() ? "" : table + ".";
      for (const auto& [former, name] : T::kFormerNames) {
        schema.former_keys.push_back({prefix + std::string(former), prefix + std::string(name)});
      }
    }
  }

 private:
  template <Configuration... Kinds>
  void add_kinds(const std::string& key, std::variant<Kinds...>& member) const {
    const auto choose = [&member](size_t index) {
      size_t position = 0;
      (void)((position++ == index && (member.template emplace<Kinds>(), true)) || ...);
    };
    schema_.fields.push_back({key + ".kind", Kind{{Kinds::kKind...}, member.index(), choose}, {}, {}});
    std::visit([&](auto& chosen) { add_struct(schema_, key, chosen); }, member);
    (add_other_kind<Kinds>(key, std::holds_alternative<Kinds>(member)), ...);
  }

  template <class Other>
  void add_other_kind(const std::string& key, bool is_chosen) const {
    if (is_chosen) return;
    Other other;
    Schema schema;
    add_struct(schema, key, other);
    for (FormerKey& former : schema.former_keys) schema_.former_keys.push_back(std::move(former));
    for (const std::string& other_key : known_keys(schema))
      schema_.other_kinds.push_back({other_key, key, Other::kKind});
  }

  Schema& schema_;
  std::string table_;
};

/// The fields of `config` as it is now. The schema points into it.
template <Configuration T>
Schema describe(T& config) {
  Schema schema;
  SchemaBuilder::add_struct(schema, "", config);
  return schema;
}

/// Calls `validate` of a struct and, first, of the structs within it; a table's name goes before its message.
template <class T>
void validate_all(const T& config, const std::string& table) {
  if constexpr (kIsKinds<T>) {
    std::visit([&](const auto& chosen) { validate_all(chosen, table); }, config);
  } else if constexpr (Configuration<T>) {
    T::fields(config, [&](std::string_view name, const auto& member, const auto&...) {
      validate_all(member, table.empty() ? std::string(name) : table + "." + std::string(name));
    });
    if constexpr (requires { config.validate(); }) {
      try {
        config.validate();
      } catch (const ConfigError& error) {
        throw ConfigError(table.empty() ? error.what() : table + ": " + error.what());
      }
    }
  }
}

/// Checks every value against its bounds, then calls `validate` of every struct. Throws ConfigError. For configurations
/// that were written in C++; `apply_entries` does it by itself.
template <Configuration T>
void check(const T& config) {
  T copy = config;
  check_bounds(describe(copy));
  validate_all(config, "");
}

/// Sets what `entries` say, in their order (of a file first, then overrides); on an error `config` stays as it was.
///
/// A key `kind` gives its table that kind; where it had another before, with all defaults of the new one.
/// Throws ConfigError with the entry's place: an unknown key, with the nearest known one or the kind it belongs to; a
/// value of the wrong type (an integer serves as a double, not the other way); a value out of bounds, with what is
/// allowed; and whatever `validate` of a struct throws, with the name of its table.
template <Configuration T>
void apply_entries(std::span<const Entry> entries, T& config) {
  T copy = config;
  assign(entries, [&copy] { return describe(copy); });
  check(copy);
  config = std::move(copy);
}

/// The whole configuration as TOML, which `apply_entries` reads back to the same values, bit for bit.
template <Configuration T>
std::string to_toml(const T& config, Comments comments = Comments::kBeside) {
  T copy = config;
  return to_toml(describe(copy), comments);
}

/// The keys at which two configurations differ, in the order of the fields.
template <Configuration T>
std::vector<Difference> differences(const T& left, const T& right) {
  T left_copy = left;
  T right_copy = right;
  return differences(describe(left_copy), describe(right_copy));
}

/// All keys that a T may have, those of every kind included.
template <Configuration T>
std::vector<std::string> known_keys() {
  T defaults;
  return known_keys(describe(defaults));
}

}  // namespace vrkn::config
