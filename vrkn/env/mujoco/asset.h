#pragma once

#include <span>

#include "vrkn/core/embedded_file.h"

namespace vrkn::env {

/// The scene files (MJCF) of the folder assets/, "cartpole.xml" and so on.
std::span<const EmbeddedFile> assets();

}  // namespace vrkn::env
