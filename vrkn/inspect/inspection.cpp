#include "vrkn/inspect/inspection.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/json_text.h"

namespace vrkn::inspect {
namespace {

std::string shown(const Fact& fact) {
  return std::visit(
      [](const auto& value) {
        if constexpr (
            requires { value.push_back(int64_t{}); } && !requires { value.c_str(); }) {
          return fmt::format("[{}]", fmt::join(value, ", "));
        } else if constexpr (std::is_same_v<decltype(value), const double&>) {
          return fmt::format("{:.6g}", value);
        } else {
          return fmt::format("{}", value);
        }
      },
      fact.value);
}

size_t widest(const Inspection& inspection) {
  size_t width = 0;
  for (const Fact& fact : inspection.facts) width = std::max(width, fact.name.size());
  for (const Inspection& part : inspection.parts) width = std::max(width, part.name.size());
  return std::min<size_t>(width, 44);
}

/// "what, fact value, fact value"
std::string in_one_line(const Inspection& part) {
  std::string line = part.what;
  for (const Fact& fact : part.facts) line += fmt::format(", {} {}", fact.name, shown(fact));
  return line;
}

/// Every fault below `inspection` with the name of what has it.
void add_faults(const Inspection& inspection, const std::string& place, std::string& text) {
  for (const std::string& fault : inspection.faults) text += fmt::format("DAMAGED: {}{}\n", place, fault);
  for (const Inspection& part : inspection.parts) add_faults(part, place + part.name + ": ", text);
}

nlohmann::ordered_json json_of(const Inspection& inspection) {
  nlohmann::ordered_json facts = nlohmann::ordered_json::object(), parts = nlohmann::ordered_json::array();
  for (const Fact& fact : inspection.facts) {
    std::visit([&](const auto& value) { facts[fact.name] = value; }, fact.value);
  }
  for (const Inspection& part : inspection.parts) parts.push_back(json_of(part));
  return {{"name", inspection.name}, {"what", inspection.what},     {"whole", inspection.is_whole()},
          {"facts", facts},          {"faults", inspection.faults}, {"parts", parts}};
}

}  // namespace

bool Inspection::is_whole() const {
  return faults.empty() && std::ranges::all_of(parts, &Inspection::is_whole);
}

std::string to_text(const Inspection& inspection) {
  std::string text = fmt::format("{}: {}\n", inspection.name, inspection.what);
  const size_t width = widest(inspection);
  for (const Fact& fact : inspection.facts) text += fmt::format("  {:<{}}  {}\n", fact.name, width, shown(fact));
  if (!inspection.parts.empty()) text += "\n";
  for (const Inspection& part : inspection.parts) {
    text += fmt::format("  {:<{}}  {}{}\n", part.name, width, in_one_line(part), part.is_whole() ? "" : "  (damaged)");
  }
  text += "\n";
  add_faults(inspection, "", text);
  if (inspection.is_whole()) text += "whole\n";
  return text;
}

std::string to_json(const Inspection& inspection) {
  return json_text(json_of(inspection), 2) + "\n";
}

}  // namespace vrkn::inspect
