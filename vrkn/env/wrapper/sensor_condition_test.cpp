#include "vrkn/env/wrapper/sensor_condition.h"

#include <set>

#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/env/synthetic/counter_environment.h"

namespace vrkn::env::sensor_condition_test {
namespace {

std::unique_ptr<Environment> counter() {
  return std::make_unique<CounterEnvironment>(CounterOptions{.length = 20, .image_size = 4});
}

// Replaces a reading of one value by the next number of its stream.
class Oracle final : public SensorCondition {
 public:
  Oracle(std::unique_ptr<Environment> inner, std::string_view sensor, std::string condition)
      : SensorCondition(std::move(inner), sensor, std::move(condition)) {}

 private:
  void begin(ScalarGenerator random) override { random_ = random; }
  void apply(Reading& reading) override {
    const double draw = random_.uniform();
    if (sensor().kind == SensorKind::kVector) {
      reading.vector = {draw};
    } else {
      reading.image.front() = static_cast<uint8_t>(256.0 * draw);
    }
  }

  ScalarGenerator random_{0};
};

TEST(SensorCondition, ChangesEveryReadingOfItsSensorAndNothingElse) {
  Oracle environment(counter(), "state", "oracle");
  for (const uint64_t seed : {3, 4}) {
    ScalarGenerator expected(derive_seed(seed, "oracle", 0));
    TimeStep now = environment.reset(seed);
    for (int t = 0; t < 20; ++t) {
      EXPECT_EQ(now.observation.sensors[0].vector[0], expected.uniform());
      EXPECT_EQ(now.observation.sensors[1].image[0], t);
      EXPECT_EQ(now.reward, t);
      now = environment.step(std::vector{0.0, 0.0});
    }
    EXPECT_TRUE(now.is_last);
  }
}

TEST(SensorCondition, NameSensorAndSeedMakeTheStream) {
  std::set<double> first;
  for (const char* name : {"one", "two"}) {
    for (const uint64_t seed : {1, 2}) {
      Oracle environment(counter(), "state", name);
      first.insert(environment.reset(seed).observation.sensors[0].vector[0]);
    }
  }
  EXPECT_EQ(first.size(), 4u);
  Oracle image(counter(), "image", "one");
  EXPECT_EQ(image.reset(1).observation.sensors[1].image[0],
            static_cast<uint8_t>(256.0 * ScalarGenerator(derive_seed(1, "one", 1)).uniform()));
}

TEST(SensorCondition, RefusesASensorThatIsNotThere) {
  try {
    Oracle(counter(), "touch", "oracle");
    FAIL() << "a condition on nothing";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "the condition oracle is for \"touch\", which is not among the sensors");
  }
}

}  // namespace
}  // namespace vrkn::env::sensor_condition_test
