#include "vrkn/inspect/nearest_preset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/run/presets.h"

namespace vrkn::inspect::nearest_preset_test {
namespace {

TEST(NearestPreset, EveryPresetIsItsOwn) {
  for (const std::string& name : run::preset_names()) {
    const run::ExperimentConfig config = run::load_preset(name);
    EXPECT_THAT(nearest_preset(config).differences, testing::IsEmpty()) << name;
  }
}

TEST(NearestPreset, SaysWhatDiffers) {
  const run::ExperimentConfig config = run::load_preset("quick", {"seed=77", "training.updates=11"});
  const NearestPreset nearest = nearest_preset(config);
  EXPECT_EQ(nearest.name, "quick");
  ASSERT_EQ(nearest.differences.size(), 2u);
  EXPECT_EQ(nearest.differences[0], (config::Difference{"seed", "1", "77"}));
  EXPECT_EQ(nearest.differences[1].right, "11");
  Inspection inspection;
  add_preset(config, inspection);
  EXPECT_EQ(inspection.parts.at(0).name, "seed");
  EXPECT_EQ(inspection.parts.at(0).what, "77 (quick: 1)");
}

}  // namespace
}  // namespace vrkn::inspect::nearest_preset_test
