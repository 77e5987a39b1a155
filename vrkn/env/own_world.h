#pragma once

#include <string_view>

namespace vrkn::env {

/// What the name of a world begins with that a program of one's own brings: "own:Pendulum-v1" as `environment.task`.
/// Such a world says itself what its sensors, its step limit and its action repeat are. The command cannot make it.
inline constexpr std::string_view kOwnWorldPrefix = "own:";

/// Whether `task` names a world of a program's own.
inline bool is_own_world(std::string_view task) {
  return task.starts_with(kOwnWorldPrefix);
}

}  // namespace vrkn::env
