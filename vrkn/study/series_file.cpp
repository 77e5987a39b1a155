#include "vrkn/study/series_file.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/data/npz.h"

namespace vrkn::study {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// `what`: the array, for messages.
kalman::Sequences sequences_of(const std::vector<int64_t>& shape, std::vector<double> values, const std::string& what) {
  if (shape.empty() || shape.size() > 3) {
    throw DataError(
        fmt::format("{} has the shape [{}], but must have the axes sequences, length, components, or for one sequence "
                    "length, components, or length alone",
                    what, fmt::join(shape, ", ")));
  }
  const int64_t sequences = shape.size() == 3 ? shape[0] : 1, steps = shape.size() == 3 ? shape[1] : shape[0];
  kalman::Series observations(sequences, steps, shape.size() == 1 ? 1 : shape.back());
  observations.values = std::move(values);
  return {std::move(observations)};
}

kalman::Sequences read_npz_series(const std::filesystem::path& path, const std::string& name) {
  const data::Npz file = data::read_npz(path);
  if (name.empty() && file.arrays.size() != 1) {
    std::vector<std::string> names;
    for (const data::NamedArray& entry : file.arrays) names.push_back(entry.name);
    throw DataError(fmt::format("{}: the file has {} arrays ({}); choose one with --array", file.source, names.size(),
                                fmt::join(names, ", ")));
  }
  const std::string chosen = name.empty() ? file.arrays.front().name : name;
  return sequences_of(file.at(chosen).shape, file.doubles(chosen), fmt::format("{}: array '{}'", file.source, chosen));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(begin);
  const size_t last = text.find_last_not_of(kSpace);
  text = text.substr(0, last == text.npos ? 0 : last + 1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

/// Nothing when it is not a number.
std::optional<double> number_of(std::string_view field) {
  std::string lower(field);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.empty() || lower == "nan" || lower == "na") return kMissing;
  if (lower.front() == '+') lower.erase(0, 1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), value);
  if (error != std::errc() || end != lower.data() + lower.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const size_t comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == line.npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// A field for a message: its beginning, without what a terminal would obey.
std::string shown(std::string_view field) {
  std::string text(field.substr(0, 24));
  for (char& c : text) {
    if (!std::isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return text + (field.size() > 24 ? "..." : "");
}

kalman::Sequences read_csv_series(const std::filesystem::path& path) {
  const std::string content = read_file(path), source = path.string();
  std::string_view rest = content;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);  // the byte order mark of spreadsheets
  std::vector<double> values;
  int64_t line_number = 0, steps = 0, size = 0, empty_line = 0;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    ++line_number;
    const std::vector<std::string_view> fields = fields_of(line);
    // Of one component an empty line is a missing value, except at the end of the file.
    if (fields.size() == 1 && fields[0].empty()) {
      if (empty_line == 0) empty_line = line_number;
      if (size == 1) {
        values.push_back(kMissing);
        ++steps;
      }
      continue;
    }
    if (empty_line > 0 && size != 1) {
      throw DataError(fmt::format("'{}': line {} is empty; expected a step in every line", source, empty_line));
    }
    empty_line = 0;
    std::vector<double> row;
    std::optional<size_t> wrong;
    bool any_number = false;
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::optional<double> value = number_of(fields[i]);
      if (!value && !wrong) wrong = i;
      any_number = any_number || (value && !fields[i].empty());
      row.push_back(value.value_or(kMissing));
    }
    const bool is_header = line_number == 1 && wrong && !any_number;
    if (size == 0) size = static_cast<int64_t>(fields.size());
    if (static_cast<int64_t>(fields.size()) != size) {
      throw DataError(fmt::format("'{}': line {} has {} fields, but the first has {}; expected as many in every line",
                                  source, line_number, fields.size(), size));
    }
    if (is_header) continue;
    if (wrong) {
      throw DataError(
          fmt::format("'{}': field {} of line {} is '{}'; expected a number, or nothing where it is missing", source,
                      *wrong + 1, line_number, shown(fields[*wrong])));
    }
    values.insert(values.end(), row.begin(), row.end());
    ++steps;
  }
  if (empty_line > 0 && size == 1) {
    const int64_t trailing = line_number - empty_line + 1;
    steps -= trailing;
    values.resize(static_cast<size_t>(steps));
  }
  if (steps == 0) throw DataError(fmt::format("'{}' holds no numbers; expected a line for every step", source));
  return sequences_of({steps, size}, std::move(values), source);
}

}  // namespace

kalman::Sequences read_series(const std::filesystem::path& path, const std::string& name) {
  const std::string suffix = path.extension().string();
  if (suffix == ".npz") return read_npz_series(path, name);
  if (suffix != ".npy" && suffix != ".csv") {
    throw DataError(fmt::format("'{}' ends in '{}'; sequences are read from .npz, .npy and .csv files", path.string(),
                                shown(suffix)));
  }
  if (!name.empty()) {
    throw ConfigError(fmt::format(
        "'{}' has no arrays to choose from, so --array '{}' means nothing; it is for .npz files", path.string(), name));
  }
  if (suffix == ".csv") return read_csv_series(path);
  // As an .npz file of one array.
  const data::Npz file{path.string(), {{"", data::read_npy(path)}}};
  return sequences_of(file.arrays.front().array.shape, file.doubles(""), fmt::format("'{}'", path.string()));
}

}  // namespace vrkn::study
