#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace vrkn::inspect {

/// One thing to know about a file.
struct Fact {
  std::string name;
  std::variant<std::string, int64_t, double, std::vector<int64_t>> value;
};

/// What a file, a folder or a part of one is, and whether it is whole.
struct Inspection {
  std::string name;                      ///< a path, or the name of the part
  std::string what;                      ///< "a checkpoint", "float32 [21, 4]"
  std::vector<Fact> facts = {};          ///< in the order in which they are shown
  std::vector<std::string> faults = {};  ///< what is damaged, a sentence each
  std::vector<Inspection> parts = {};

  /// Whether neither this nor any part of it is damaged.
  bool is_whole() const;
};

/// For people: the facts, then a line for each part, then all faults.
std::string to_text(const Inspection& inspection);

/// For machines: `name`, `what`, `whole`, `facts`, `faults` and `parts`, all the way down; what is not finite is null.
std::string to_json(const Inspection& inspection);

}  // namespace vrkn::inspect
