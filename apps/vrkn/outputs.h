#pragma once

#include <filesystem>
#include <string>

#include "vrkn/presentation/film.h"

namespace vrkn::app {

/// Throws DataError unless nothing is there, or an empty folder.
void refuse_unless_free(const std::filesystem::path& folder);

/// Ends a film, unless it has no path. Throws InputError when the world of the task has no picture.
void close_film(presentation::Film& film, const std::string& task);

}  // namespace vrkn::app
