#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vrkn/env/mujoco/model_field.h"
#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env {

/// Where a recorded episode or probe begins.
struct RecordedState {
  std::vector<ModelField> model_fields;
  PhysicsState physics;
};

struct RecordedEpisode {
  RecordedState start;
  std::vector<std::vector<double>> actions;  ///< one per control step, in the actuators' own range
};

/// A state and controls whose observation and reward are asked for, without a step.
struct RecordedProbe {
  RecordedState state;
  std::vector<double> control;
};

/// What was recorded of a control-suite task, to be played again. Format: docs/rollouts.md.
struct Recording {
  std::vector<RecordedEpisode> episodes;
  std::vector<RecordedProbe> probes;
  /// Whether a component of the observation is a plain number in the file, and not a list; by its name.
  std::map<std::string, bool> is_number = {};
};

/// Reads a recording from its JSON text; `source` is named in messages. Throws DataError saying where in the text
/// something is missing or of the wrong kind. Sizes are checked by the scene they are written to.
Recording parse_recording(std::string_view json, const std::string& source);

/// The same from a file. Throws DataError, also when the file cannot be read.
Recording read_recording(const std::filesystem::path& path);

}  // namespace vrkn::env
