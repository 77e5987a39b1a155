#include "vrkn/env/mujoco/model_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <variant>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

using Count = decltype(mjModel::nbody);  // int; 64 bits since MuJoCo 3.4

// An array of mjModel: `values` per row, as many rows as `rows` says.
struct Field {
  std::string_view name;
  std::variant<double * mjModel::*, float * mjModel::*> array;
  Count mjModel::*rows;
  int values;
};

constexpr std::array kFields = {
    Field{"body_pos", &mjModel::body_pos, &mjModel::nbody, 3},
    Field{"body_quat", &mjModel::body_quat, &mjModel::nbody, 4},
    Field{"jnt_range", &mjModel::jnt_range, &mjModel::njnt, 2},
    Field{"jnt_stiffness", &mjModel::jnt_stiffness, &mjModel::njnt, 1},
    Field{"dof_armature", &mjModel::dof_armature, &mjModel::nv, 1},
    Field{"dof_damping", &mjModel::dof_damping, &mjModel::nv, 1},
    Field{"dof_frictionloss", &mjModel::dof_frictionloss, &mjModel::nv, 1},
    Field{"geom_size", &mjModel::geom_size, &mjModel::ngeom, 3},
    Field{"geom_pos", &mjModel::geom_pos, &mjModel::ngeom, 3},
    Field{"geom_quat", &mjModel::geom_quat, &mjModel::ngeom, 4},
    Field{"geom_friction", &mjModel::geom_friction, &mjModel::ngeom, 3},
    Field{"geom_rgba", &mjModel::geom_rgba, &mjModel::ngeom, 4},
    Field{"site_size", &mjModel::site_size, &mjModel::nsite, 3},
    Field{"site_pos", &mjModel::site_pos, &mjModel::nsite, 3},
    Field{"site_quat", &mjModel::site_quat, &mjModel::nsite, 4},
    Field{"site_rgba", &mjModel::site_rgba, &mjModel::nsite, 4},
    Field{"cam_pos", &mjModel::cam_pos, &mjModel::ncam, 3},
    Field{"cam_quat", &mjModel::cam_quat, &mjModel::ncam, 4},
    Field{"light_pos", &mjModel::light_pos, &mjModel::nlight, 3},
    Field{"light_dir", &mjModel::light_dir, &mjModel::nlight, 3},
};

const Field& find(std::string_view name) {
  const auto found = std::ranges::find(kFields, name, &Field::name);
  if (found != kFields.end()) return *found;
  std::string known;
  for (const Field& field : kFields) known += (known.empty() ? "" : ", ") + std::string(field.name);
  throw ConfigError("model field " + std::string(name) + " is not known; the fields are " + known);
}

}  // namespace

void write_model_field(mjModel& model, std::string_view name, int64_t row, std::span<const double> values) {
  const Field& field = find(name);
  const std::string place = "model field " + std::string(name) + "[" + std::to_string(row) + "]";
  const Count rows = model.*field.rows;
  if (row < 0 || row >= rows) {
    throw ConfigError(place + " does not exist: the scene has " + std::to_string(rows) + " rows of it");
  }
  if (values.size() != static_cast<size_t>(field.values)) {
    throw ShapeError(place + " is given " + std::to_string(values.size()) + " values, but has " +
                     std::to_string(field.values));
  }
  for (const double value : values) {
    if (!std::isfinite(value))
      throw ConfigError(place + " is given " + std::to_string(value) + ", which is not finite");
  }
  std::visit(
      [&](auto array) {
        auto* destination = model.*array + row * field.values;
        using Number = std::remove_pointer_t<decltype(destination)>;
        std::ranges::transform(values, destination, [](double value) { return static_cast<Number>(value); });
      },
      field.array);
}

std::vector<ModelField> changed_model_fields(const mjModel& scene, const mjModel& model) {
  std::vector<ModelField> changed;
  for (const Field& field : kFields) {
    std::visit(
        [&](auto array) {
          for (int64_t row = 0; row < model.*field.rows; ++row) {
            const std::span now(model.*array + row * field.values, static_cast<size_t>(field.values));
            if (std::ranges::equal(now, std::span(scene.*array + row * field.values, now.size()))) continue;
            changed.push_back({.field = std::string(field.name), .row = row, .value = {now.begin(), now.end()}});
          }
        },
        field.array);
  }
  return changed;
}

}  // namespace vrkn::env
