#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mujoco/mujoco.h>

namespace vrkn::env {

/// One row of one array of a scene, as it was in a recorded episode: where the target is, say.
struct ModelField {
  std::string field;          ///< the array's name in mjModel: "geom_pos"
  int64_t row = 0;            ///< of the array: the number of the geom
  std::vector<double> value;  ///< the whole row
};

/// Writes one row of an array of `model`, as records of episodes name it: field "geom_pos", row = number of the geom,
/// `values` = the whole row (x, y, z). Known are the places, orientations, sizes and colours of bodies, geoms, sites,
/// cameras and lights, and the ranges, springs and dampers of joints; in MuJoCo's units (SI, radians, quaternions
/// w x y z). A field that exists once per degree of freedom (dof_...) has a row for each of them.
///
/// Throws ConfigError for an unknown field, a row that the scene does not have or a value that is not finite, and
/// ShapeError when the row has not as many values.
void write_model_field(mjModel& model, std::string_view field, int64_t row, std::span<const double> values);

/// The rows of the fields that write_model_field knows in which `model` differs from `scene`, as they are in `model`.
/// Both must have been made from the same description.
std::vector<ModelField> changed_model_fields(const mjModel& scene, const mjModel& model);

}  // namespace vrkn::env
