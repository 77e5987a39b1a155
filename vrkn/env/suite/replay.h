#pragma once

#include <string>
#include <string_view>

#include "vrkn/core/image.h"
#include "vrkn/env/suite/recording.h"
#include "vrkn/env/suite/suite_environment.h"

namespace vrkn::env {

/// The control-suite task `name`, whose recordings can be replayed. Throws ConfigError for any other name.
SuiteTask find_recorded_task(std::string_view name);

/// Puts an environment where a recorded episode begins. It must be fresh: what an earlier episode wrote into the scene
/// stays. Throws ShapeError when a size does not fit the task's scene, ConfigError for an unknown model field.
void begin_recorded(SuiteEnvironment& environment, const RecordedState& start);

/// Plays a recording with `task`, one control step per action, and returns what came of it as JSON text in the layout
/// of the recording: for every episode the observation of the reset and state, observation and reward of every step;
/// for every probe observation and reward. The text is a recording again. Format: docs/rollouts.md. Throws as
/// begin_recorded, ShapeError for an action of the wrong size, SimulationError when the physics fails.
std::string replay(const SuiteTask& task, const Recording& recording);

/// What the camera sees where the first episode begins. Throws DataError when there is no episode, and as
/// begin_recorded and Renderer.
Image picture_of_start(const SuiteTask& task, const Recording& recording, const SuiteView& view, int height, int width);

}  // namespace vrkn::env
