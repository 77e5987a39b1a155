#include "vrkn/env/mujoco/model_field.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/mujoco/physics.h"

namespace vrkn::env::model_field_test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Rows of different width before and after the written one show whether the address is right.
constexpr std::string_view kScene = R"(
  <mujoco>
    <worldbody>
      <light pos="0 0 1"/>
      <light pos="0 0 2"/>
      <camera/>
      <body><joint type="ball"/><geom size="0.1" rgba="0.1 0.2 0.3 1"/><site/></body>
      <body pos="1 0 0"><joint damping="0.5"/><geom size="0.2"/><geom size="0.3"/><site/></body>
    </worldbody>
  </mujoco>)";

class ModelField : public testing::Test {
 protected:
  void write(std::string_view field, int64_t row, const std::vector<double>& values) {
    write_model_field(physics_.editable_model(), field, row, values);
  }

  Physics physics_{compile_model(kScene)};
};

TEST_F(ModelField, IsWrittenAsAWholeRow) {
  write("geom_pos", 1, {0.25, -0.5, 0.75});
  write("site_rgba", 1, {0.5, 0.25, 0.125, 0.0});  // single precision in the model
  write("dof_damping", 3, {0.03});                 // the hinge's, after the ball joint's three
  write("light_pos", 1, {1.0, 2.0, 3.0});
  const mjModel& m = physics_.model();
  EXPECT_EQ(std::vector<double>(m.geom_pos + 3, m.geom_pos + 6), (std::vector<double>{0.25, -0.5, 0.75}));
  EXPECT_EQ(std::vector<float>(m.site_rgba + 4, m.site_rgba + 8), (std::vector<float>{0.5f, 0.25f, 0.125f, 0.0f}));
  EXPECT_EQ(m.dof_damping[3], 0.03);
  EXPECT_EQ(std::vector<double>(m.light_pos + 3, m.light_pos + 6), (std::vector<double>{1.0, 2.0, 3.0}));

  // Their neighbours are as they were.
  EXPECT_EQ(m.geom_pos[2], 0.0);
  EXPECT_EQ(m.geom_pos[6], 0.0);
  EXPECT_EQ(m.site_rgba[3], 1.0f);
  EXPECT_EQ(m.dof_damping[2], 0.0);
  EXPECT_EQ(m.light_pos[2], 1.0);
}

TEST_F(ModelField, ChangedRowsAreFound) {
  const Physics untouched(compile_model(kScene));
  EXPECT_TRUE(changed_model_fields(untouched.model(), physics_.model()).empty());
  write("geom_pos", 1, {0.25, -0.5, 0.75});
  write("site_rgba", 1, {0.5, 0.25, 0.125, 0.0});
  write("dof_damping", 3, {0.5});  // as the scene has it
  const std::vector<env::ModelField> changed = changed_model_fields(untouched.model(), physics_.model());
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0].field, "geom_pos");
  EXPECT_EQ(changed[0].row, 1);
  EXPECT_EQ(changed[0].value, (std::vector<double>{0.25, -0.5, 0.75}));
  EXPECT_EQ(changed[1].field, "site_rgba");
  EXPECT_EQ(changed[1].value, (std::vector<double>{0.5, 0.25, 0.125, 0.0}));
}

TEST_F(ModelField, EveryKnownFieldTakesAllOfItsRows) {
  const std::vector<std::tuple<std::string, int, int>> fields = {
      {"body_pos", 3, 3},     {"body_quat", 3, 4},   {"jnt_range", 2, 2},        {"jnt_stiffness", 2, 1},
      {"dof_armature", 4, 1}, {"dof_damping", 4, 1}, {"dof_frictionloss", 4, 1}, {"geom_size", 3, 3},
      {"geom_pos", 3, 3},     {"geom_quat", 3, 4},   {"geom_friction", 3, 3},    {"geom_rgba", 3, 4},
      {"site_size", 2, 3},    {"site_pos", 2, 3},    {"site_quat", 2, 4},        {"site_rgba", 2, 4},
      {"cam_pos", 1, 3},      {"cam_quat", 1, 4},    {"light_pos", 2, 3},        {"light_dir", 2, 3}};
  for (const auto& [field, rows, width] : fields) {
    const std::vector<double> values(static_cast<size_t>(width), 0.5);
    for (int row = 0; row < rows; ++row) EXPECT_NO_THROW(write(field, row, values)) << field;
    EXPECT_THROW(write(field, rows, values), ConfigError) << field;
    EXPECT_THROW(write(field, 0, std::vector<double>(values.size() + 1)), ShapeError) << field;
  }
}

TEST_F(ModelField, RefusesWhatTheSceneDoesNotHave) {
  const std::vector<double> place = {0.0, 0.0, 0.0};
  EXPECT_THAT([&] { write("geom_taste", 0, place); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("geom_taste"), HasSubstr("geom_pos"))));
  EXPECT_THAT([&] { write("geom_pos", 3, place); }, ThrowsMessage<ConfigError>(HasSubstr("geom_pos[3]")));
  EXPECT_THAT([&] { write("geom_pos", -1, place); }, ThrowsMessage<ConfigError>(HasSubstr("geom_pos[-1]")));
  EXPECT_THAT([&] { write("geom_pos", 0, {0.0}); }, ThrowsMessage<ShapeError>(HasSubstr("1 values, but has 3")));
  EXPECT_THAT(
      [&] {
        write("geom_pos", 0, {0.0, 0.0, std::numeric_limits<double>::quiet_NaN()});
      },
      ThrowsMessage<ConfigError>(HasSubstr("not finite")));
}

}  // namespace
}  // namespace vrkn::env::model_field_test
