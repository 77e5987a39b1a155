#include "vrkn/config/schema.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"
#include "vrkn/core/suggest.h"

namespace vrkn::config {
namespace {

// ---- Words ----------------------------------------------------------------------------------------------------------

template <class T>
constexpr std::string_view kTypeName{};
template <>
constexpr std::string_view kTypeName<bool> = "true or false";
template <>
constexpr std::string_view kTypeName<int64_t> = "an integer";
template <>
constexpr std::string_view kTypeName<double> = "a number";
template <>
constexpr std::string_view kTypeName<std::string> = "a text";
template <>
constexpr std::string_view kTypeName<std::vector<bool>> = "a list of true and false";
template <>
constexpr std::string_view kTypeName<std::vector<int64_t>> = "a list of integers";
template <>
constexpr std::string_view kTypeName<std::vector<double>> = "a list of numbers";
template <>
constexpr std::string_view kTypeName<std::vector<std::string>> = "a list of texts";
template <>
constexpr std::string_view kTypeName<std::vector<std::vector<double>>> = "a list of lists of numbers";

std::span<const std::string_view> choices(const Bounds& bounds) {
  return {bounds.choices.begin(), std::ranges::find(bounds.choices, std::string_view())};
}

/// "one of a, b", ">= 1", "> 0", "in [0, 1)"; empty where everything is allowed.
std::string allowed_text(const Bounds& bounds) {
  if (!choices(bounds).empty()) return fmt::format("one of {}", fmt::join(choices(bounds), ", "));
  const bool has_low = std::isfinite(bounds.low);
  const bool has_high = std::isfinite(bounds.high);
  if (has_low && has_high) {
    return fmt::format("in {}{}, {}{}", bounds.low_open ? '(' : '[', bounds.low, bounds.high,
                       bounds.high_open ? ')' : ']');
  }
  if (has_low) return fmt::format("{} {}", bounds.low_open ? ">" : ">=", bounds.low);
  if (has_high) return fmt::format("{} {}", bounds.high_open ? "<" : "<=", bounds.high);
  return {};
}

std::string allowed_text(const Field& field) {
  if (const Kind* kind = std::get_if<Kind>(&field.target))
    return fmt::format("one of {}", fmt::join(kind->names, ", "));
  return allowed_text(field.bounds);
}

std::string_view table_of(std::string_view key) {
  const size_t dot = key.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string_view leaf_of(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

// ---- One value ------------------------------------------------------------------------------------------------------

bool is_allowed(double value, const Bounds& bounds) {
  return (bounds.low_open ? value > bounds.low : value >= bounds.low) &&
         (bounds.high_open ? value < bounds.high : value <= bounds.high);
}
bool is_allowed(bool, const Bounds&) {
  return true;
}
bool is_allowed(int64_t value, const Bounds& bounds) {
  return is_allowed(static_cast<double>(value), bounds);
}
bool is_allowed(const std::string& value, const Bounds& bounds) {
  return choices(bounds).empty() || std::ranges::find(choices(bounds), value) != choices(bounds).end();
}
template <class T>
bool is_allowed(const std::vector<T>& list, const Bounds& bounds) {
  return std::ranges::all_of(list, [&](const T& element) { return is_allowed(element, bounds); });
}

/// Nothing where the scalar has another type; an integer is also a double.
template <class T>
std::optional<T> convert(const Scalar& scalar) {
  if (const T* value = std::get_if<T>(&scalar)) return *value;
  if constexpr (std::is_same_v<T, double>) {
    if (const int64_t* value = std::get_if<int64_t>(&scalar)) return static_cast<double>(*value);
  }
  return std::nullopt;
}

/// The words of a list typed as "a,b" or "[a, b]".
std::vector<std::string> split_list(std::string_view typed) {
  if (typed.starts_with('[') && typed.ends_with(']')) typed = typed.substr(1, typed.size() - 2);
  std::vector<std::string> words;
  for (size_t begin = 0; begin < typed.size();) {
    const size_t end = std::min(typed.find(',', begin), typed.size());
    const std::string_view word = typed.substr(begin, end - begin);
    const size_t first = std::min(word.find_first_not_of(' '), word.size());
    words.emplace_back(word.substr(first, word.find_last_not_of(' ') + 1 - first));
    begin = end + 1;
  }
  return words;
}

template <class T>
std::optional<std::vector<T>> convert_list(const List& list) {
  std::vector<T> result;
  for (const Scalar& element : list) {
    const std::optional<T> value = convert<T>(element);
    if (!value) return std::nullopt;
    result.push_back(*value);
  }
  return result;
}

/// The entry's value as a T, or nothing where it has another type.
template <class T>
struct Reader {
  static std::optional<T> read(const Entry& entry) {
    const Scalar* scalar = std::get_if<Scalar>(&entry.value);
    if (!scalar) return std::nullopt;
    std::optional<T> value = convert<T>(*scalar);
    if constexpr (std::is_same_v<T, std::string>) {
      if (!value) return entry.typed;
    }
    return value;
  }
};
template <class T>
struct Reader<std::vector<T>> {
  static std::optional<std::vector<T>> read(const Entry& entry) {
    if (const List* list = std::get_if<List>(&entry.value)) return convert_list<T>(*list);
    if (!entry.typed) return std::nullopt;
    std::vector<T> result;
    for (const std::string& word : split_list(*entry.typed)) {
      const Scalar scalar = parse_word(word);
      const std::optional<T> value = Reader<T>::read({entry.key, scalar, entry.source, word});
      if (!value) return std::nullopt;
      result.push_back(*value);
    }
    return result;
  }
};

template <>
struct Reader<std::vector<std::vector<double>>> {
  static std::optional<std::vector<std::vector<double>>> read(const Entry& entry) {
    const Rows* rows = std::get_if<Rows>(&entry.value);
    if (!rows) return std::nullopt;
    std::vector<std::vector<double>> result;
    for (const List& row : *rows) {
      std::optional<std::vector<double>> values = convert_list<double>(row);
      if (!values) return std::nullopt;
      result.push_back(std::move(*values));
    }
    return result;
  }
};

Value value_of(const Target& target) {
  return std::visit(
      [](const auto& pointer) -> Value {
        if constexpr (std::is_same_v<decltype(pointer), const Kind&>) {
          return Scalar(std::string(pointer.names[pointer.index]));
        } else if constexpr (std::is_same_v<decltype(pointer), std::vector<std::vector<double>>* const&>) {
          Rows rows;
          for (const std::vector<double>& row : *pointer) rows.emplace_back(row.begin(), row.end());
          return rows;
        } else if constexpr (requires { pointer->push_back({}); } &&
                             !std::is_same_v<decltype(pointer), std::string* const&>) {
          return List(pointer->begin(), pointer->end());
        } else {
          return Scalar(*pointer);
        }
      },
      target);
}

[[noreturn]] void refuse_value(std::string_view place, const Field& field, const Value& value) {
  const std::string allowed = allowed_text(field);
  throw ConfigError(fmt::format("{}'{}' = {} is not allowed; it must be {}", place, field.key, to_text(value),
                                allowed.empty() ? "a number" : allowed));
}

[[noreturn]] void refuse_type(const Entry& entry, std::string_view wanted) {
  throw ConfigError(
      fmt::format("{}: '{}' must be {}, but is {}", entry.source, entry.key, wanted, to_text(entry.value)));
}

void set(const Field& field, const Entry& entry) {
  const std::string place = entry.source + ": ";
  if (const Kind* kind = std::get_if<Kind>(&field.target)) {
    const std::optional<std::string> name = Reader<std::string>::read(entry);
    if (!name) refuse_type(entry, allowed_text(field));
    const auto found = std::ranges::find(kind->names, *name);
    if (found == kind->names.end()) refuse_value(place, field, Scalar(*name));
    const size_t index = static_cast<size_t>(found - kind->names.begin());
    if (index != kind->index) kind->choose(index);
    return;
  }
  std::visit(
      [&](const auto& target) {
        if constexpr (!std::is_same_v<decltype(target), const Kind&>) {
          using T = std::remove_reference_t<decltype(*target)>;
          std::optional<T> value = Reader<T>::read(entry);
          if (!value) refuse_type(entry, kTypeName<T>);
          *target = std::move(*value);
          if (!is_allowed(*target, field.bounds)) refuse_value(place, field, value_of(target));
        }
      },
      field.target);
}

// ---- Unknown keys ---------------------------------------------------------------------------------------------------

bool has_table(const Schema& schema, std::string_view key) {
  return std::ranges::find(schema.tables, key, &Table::key) != schema.tables.end();
}

/// The names of the keys directly in a table.
std::vector<std::string> names_in(const Schema& schema, std::string_view table) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields) {
    if (table_of(field.key) == table) names.emplace_back(leaf_of(field.key));
  }
  for (const Table& inner : schema.tables) {
    if (table_of(inner.key) == table) names.emplace_back(leaf_of(inner.key));
  }
  return names;
}

/// The key that was most likely meant: in a known table the one of nearest name, or that name in another table, else
/// the one of nearest full key. Keys that exist now come before those of other kinds. Empty when none is close.
std::string nearest_key(std::string_view wanted, const Schema& schema) {
  std::vector<std::string> present;
  for (const Field& field : schema.fields) present.push_back(field.key);
  for (const std::vector<std::string>& keys : {present, known_keys(schema)}) {
    const std::string_view table = table_of(wanted);
    std::vector<std::string> leaves;
    for (const std::string& key : keys) {
      if (table_of(key) == table) leaves.emplace_back(leaf_of(key));
    }
    if (const std::string leaf = nearest(leaf_of(wanted), leaves); !leaf.empty()) {
      return table.empty() ? leaf : fmt::format("{}.{}", table, leaf);
    }
    const auto moved = std::ranges::find(keys, leaf_of(wanted), leaf_of);
    if (moved != keys.end()) return *moved;
    if (leaves.empty()) {
      if (std::string key = nearest(wanted, keys); !key.empty()) return key;
    }
  }
  return {};
}

[[noreturn]] void refuse_key(const Entry& entry, const Schema& schema) {
  if (has_table(schema, entry.key)) {
    throw ConfigError(fmt::format("{}: '{}' is a table, with the keys {}; it cannot be {}", entry.source, entry.key,
                                  fmt::join(names_in(schema, entry.key), ", "), to_text(entry.value)));
  }
  const std::string unknown = fmt::format("{}: unknown key '{}'", entry.source, entry.key);

  // A key of another kind: say so, with every kind that has it.
  std::vector<std::string_view> kinds;
  std::string table;
  for (const OtherKindsKey& other : schema.other_kinds) {
    if (other.key == entry.key) {
      kinds.push_back(other.kind);
      table = other.table;
    }
  }
  if (!kinds.empty()) {
    const auto now = std::ranges::find(schema.fields, table + ".kind", &Field::key);
    throw ConfigError(fmt::format("{}: it belongs to {}.kind = {}, which is {} here", unknown, table,
                                  fmt::join(kinds, " or "), to_text(value_of(now->target))));
  }

  if (const std::string near = nearest_key(entry.key, schema); !near.empty()) {
    throw ConfigError(fmt::format("{}; did you mean '{}'?", unknown, near));
  }
  std::string_view table_here = table_of(entry.key);
  while (!table_here.empty() && !has_table(schema, table_here)) table_here = table_of(table_here);
  const std::string where = table_here.empty() ? "the outermost table" : fmt::format("'{}'", table_here);
  throw ConfigError(fmt::format("{}; {} has {}", unknown, where, fmt::join(names_in(schema, table_here), ", ")));
}

// ---- Writing --------------------------------------------------------------------------------------------------------

std::string comment_of(const Field& field) {
  const std::string allowed = allowed_text(field);
  if (field.help.empty() || allowed.empty()) return fmt::format("{}{}", field.help, allowed);
  return fmt::format("{}; {}", field.help, allowed);
}

/// The lines of one table, comments in one column.
void write_fields(const Schema& schema, std::string_view table, Comments comments, std::string& text) {
  constexpr size_t kWidest = 44;  // one long value must not push all comments out of sight
  struct Line {
    std::string code;
    std::string comment;
  };
  std::vector<Line> lines;
  size_t width = 0;
  for (const Field& field : schema.fields) {
    if (table_of(field.key) != table) continue;
    std::string code = fmt::format("{} = {}", leaf_of(field.key), to_text(value_of(field.target)));
    if (code.size() <= kWidest) width = std::max(width, code.size());
    lines.push_back({std::move(code), comments == Comments::kBeside ? comment_of(field) : ""});
  }
  for (const Line& line : lines) {
    text += line.comment.empty() ? line.code + "\n" : fmt::format("{:<{}}  # {}\n", line.code, width, line.comment);
  }
}

}  // namespace

void assign(std::span<const Entry> entries, const std::function<Schema()>& describe) {
  Schema schema = describe();
  for (Entry entry : entries) {
    const auto renamed = std::ranges::find(schema.former_keys, entry.key, &FormerKey::former);
    if (renamed != schema.former_keys.end()) {
      entry.source += fmt::format(", there as {}", renamed->former);
      entry.key = renamed->key;
    }
    const auto field = std::ranges::find(schema.fields, entry.key, &Field::key);
    if (field != schema.fields.end()) {
      set(*field, entry);
      if (std::holds_alternative<Kind>(field->target)) schema = describe();
    } else if (!std::holds_alternative<EmptyTable>(entry.value) || !has_table(schema, entry.key)) {
      refuse_key(entry, schema);
    }
  }
}

void check_bounds(const Schema& schema) {
  for (const Field& field : schema.fields) {
    std::visit(
        [&](const auto& target) {
          if constexpr (!std::is_same_v<decltype(target), const Kind&>) {
            if (!is_allowed(*target, field.bounds)) refuse_value("", field, value_of(field.target));
          }
        },
        field.target);
  }
}

std::string to_toml(const Schema& schema, Comments comments) {
  std::string text;
  write_fields(schema, "", comments, text);
  for (const Table& table : schema.tables) {
    if (!text.empty()) text += "\n";
    if (comments == Comments::kBeside && !table.help.empty()) text += fmt::format("# {}\n", table.help);
    text += fmt::format("[{}]\n", table.key);
    write_fields(schema, table.key, comments, text);
  }
  return text;
}

std::vector<Difference> differences(const Schema& left, const Schema& right) {
  std::vector<Difference> result;
  for (const Field& field : left.fields) {
    const auto other = std::ranges::find(right.fields, field.key, &Field::key);
    const std::string value = to_text(value_of(field.target));
    const std::string other_value = other == right.fields.end() ? "" : to_text(value_of(other->target));
    if (value != other_value) result.push_back({field.key, value, other_value});
  }
  for (const Field& field : right.fields) {
    if (std::ranges::find(left.fields, field.key, &Field::key) == left.fields.end()) {
      result.push_back({field.key, "", to_text(value_of(field.target))});
    }
  }
  return result;
}

std::vector<std::string> known_keys(const Schema& schema) {
  std::vector<std::string> keys;
  const auto add = [&keys](const std::string& key) {
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  for (const Field& field : schema.fields) add(field.key);
  for (const OtherKindsKey& other : schema.other_kinds) add(other.key);
  return keys;
}

}  // namespace vrkn::config
