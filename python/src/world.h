#pragma once

#include <memory>

#include "python/src/readings.h"
#include "vrkn/env/environment.h"
#include "vrkn/env/environment_config.h"

namespace vrkn::python {

/// A world written in Python, as vrkn/worlds.py checks them (CheckedWorld): an object with the attributes
///
///   name, action_size, action_repeat, step_limit
///   sensors                     list of (name, shape), an image's shape [H, W, 3] and a vector's [size]
///   reset(seed)              -> readings: dictionary from names to arrays or None
///   step(action float64 [A]) -> (readings, reward, is_last, discount)
///   render(height, width)    -> uint8 [H, W, 3] or None
///   close()
///
/// Its methods are called with Python's lock held, whatever thread they are called on. What they throw passes through
/// the library as nanobind's python_error.
std::unique_ptr<env::Environment> make_python_world(nb::object world);

/// The world's facts. Throws as make_python_world.
env::EnvironmentSpec spec_of(const nb::object& world);

/// Adds the worlds of the library, as Python sees them.
void bind_worlds(nb::module_& module);

}  // namespace vrkn::python
