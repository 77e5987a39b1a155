#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vrkn/core/error.h"
#include "vrkn/data/npz.h"
#include "vrkn/inspect/inspect_files.h"
#include "vrkn/inspect/value_range.h"

namespace vrkn::inspect {
namespace {

constexpr std::array<std::string_view, 4> kOfEveryEpisode = {"action", "reward", "discount", "is_first"};

enum class Kind { kEpisode, kImagined, kPredicted, kOther };

Kind arrays_kind(const data::Npz& file) {
  if (file.contains("reward_noise") && file.contains("reward_mean")) return Kind::kPredicted;
  if (file.contains("context") && file.contains("reward_mean")) return Kind::kImagined;
  const bool episode = std::ranges::any_of(kOfEveryEpisode, [&](std::string_view name) { return file.contains(name); });
  return episode ? Kind::kEpisode : Kind::kOther;
}

std::string words_for(Kind kind) {
  switch (kind) {
    case Kind::kEpisode:
      return "an episode";
    case Kind::kImagined:
      return "the numbers of an imagined episode";
    case Kind::kPredicted:
      return "the predictions during an episode";
    default:
      return "";
  }
}

/// "float32" for "<f4".
std::string type_of(const std::string& dtype) {
  const std::string kind = dtype[1] == 'f' ? "float" : dtype[1] == 'i' ? "int" : dtype[1] == 'u' ? "uint" : "bool";
  return kind == "bool" ? kind : kind + std::to_string(8 * (dtype[2] - '0'));
}

/// NaN means "not known" in what models say of an episode, and a fault in the episode itself.
Inspection inspect_array(const data::Npz& file, const data::NamedArray& named, Kind kind) {
  const data::NpzArray& array = named.array;
  Inspection part{.name = named.name,
                  .what = fmt::format("{} [{}]", type_of(array.dtype), fmt::join(array.shape, ", "))};
  ValueRange range;
  range.add(file.doubles(named.name));
  part.facts = range.facts();
  if (range.not_finite() == 0) return part;
  if (kind == Kind::kEpisode) {
    part.faults.push_back(fmt::format("{} of its {} values are not finite", range.not_finite(), range.count()));
  } else {
    part.facts.push_back({"not known", range.not_finite()});
  }
  return part;
}

bool is_sensor(std::string_view name) {
  return std::ranges::find(kOfEveryEpisode, name) == kOfEveryEpisode.end() && !name.ends_with("_valid") &&
         !name.ends_with("_visible");
}

void check_episode(const data::Npz& file, Inspection& inspection) {
  const auto need = [&](const std::string& name) {
    if (!file.contains(name)) inspection.faults.push_back("the array '" + name + "' is missing");
  };
  for (const std::string_view name : kOfEveryEpisode) need(std::string(name));
  const auto length = [](const data::NpzArray& array) { return array.shape.empty() ? 0 : array.shape[0]; };
  const int64_t steps = file.contains("reward") ? length(file.at("reward")) : length(file.arrays.front().array);
  inspection.facts.push_back({"steps, the reset included", steps});
  int64_t sensors = 0;
  for (const auto& [name, array] : file.arrays) {
    if (is_sensor(name)) {
      ++sensors;
      need(name + "_valid");
    }
    if (length(array) != steps) {
      inspection.faults.push_back(fmt::format("the array '{}' has {} steps, not {}", name, length(array), steps));
    }
  }
  inspection.facts.push_back({"sensors", sensors});
  if (file.contains("reward")) {
    double sum = 0.0;
    for (const double reward : file.doubles("reward")) sum += reward;
    inspection.facts.push_back({"return", sum});
  }
  if (file.contains("is_first")) {
    const std::vector<double> first = file.doubles("is_first");
    const bool right = !first.empty() && first[0] == 1.0 && std::ranges::count(first, 0.0) + 1 == std::ssize(first);
    if (!right) inspection.faults.emplace_back("is_first is not true at the first step and only there");
  }
}

}  // namespace

Inspection inspect_arrays(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "arrays", [&](Inspection& inspection) {
    const data::Npz file = data::read_npz(path);
    const Kind kind = arrays_kind(file);
    inspection.what = words_for(kind);
    if (kind == Kind::kOther) return;
    if (kind == Kind::kEpisode) check_episode(file, inspection);
    for (const data::NamedArray& named : file.arrays) inspection.parts.push_back(inspect_array(file, named, kind));
  });
}

}  // namespace vrkn::inspect
