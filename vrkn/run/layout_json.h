#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "vrkn/data/episode_log.h"

namespace vrkn::run {

/// Which sensors a model takes in and how many actions, as data.json and checkpoints keep them (docs/run-directory.md):
/// the keys `sensors` and `action_size`.
nlohmann::ordered_json to_json(const data::EpisodeLayout& layout);

/// Other keys may be there. Throws DataError naming `source` when these two are not what to_json gives.
data::EpisodeLayout layout_from_json(const nlohmann::json& json, const std::string& source);

}  // namespace vrkn::run
