#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <mujoco/mujoco.h>

namespace vrkn::env {

/// Writes one row of an array of `model`, as records of episodes name it: field "geom_pos", row = number of the geom,
/// `values` = the whole row (x, y, z). Known are the places, orientations, sizes and colours of bodies, geoms, sites,
/// cameras and lights, and the ranges, springs and dampers of joints; in MuJoCo's units (SI, radians, quaternions
/// w x y z). A field that exists once per degree of freedom (dof_...) has a row for each of them.
///
/// Throws ConfigError for an unknown field, a row that the scene does not have or a value that is not finite, and
/// ShapeError when the row has not as many values.
void write_model_field(mjModel& model, std::string_view field, int64_t row, std::span<const double> values);

}  // namespace vrkn::env
