#include "vrkn/run/experiment_config.h"

#include <ATen/Context.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"
#include "vrkn/core/processor.h"

namespace vrkn::run::experiment_config_test {
namespace {

std::string refusal(const std::vector<std::string>& overrides) {
  try {
    load_experiment({}, overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(ExperimentConfig, RefusesWhatOnlyCudaHasElsewhere) {
  EXPECT_THAT(refusal({"cuda.tf32=true"}), testing::HasSubstr("cuda.tf32 is true, but device is cpu"));
  EXPECT_THAT(refusal({"cuda.graph=true"}), testing::HasSubstr("cuda.graph is true, but device is cpu"));
  EXPECT_EQ(refusal({"cuda.tf32=false", "cuda.graph=false"}), "");
  if (at::hasCUDA()) return;
  EXPECT_THAT(refusal({"device=cuda"}), testing::HasSubstr("device is cuda"));
}

TEST(ExperimentConfig, KnowsNothingOfAWorldOfAProgramsOwn) {
  EXPECT_EQ(refusal({"environment.task=own:Diver", "training.sequence_length=5000"}), "");
  EXPECT_THAT(refusal({"training.sequence_length=5000"}), testing::HasSubstr("training.sequence_length is 5000"));
}

TEST(ExperimentConfig, TakesBfloat16WhereTheProcessorHasIt) {
  const std::string found = refusal({"networks.precision=bfloat16"});
  if (processor_multiplies_bfloat16() && at::hasMKLDNN()) {
    EXPECT_EQ(found, "");
  } else {
    EXPECT_THAT(found, testing::HasSubstr("networks.precision is bfloat16, but this processor has no AVX512-BF16"));
  }
  EXPECT_THAT(refusal({"networks.precision=float16"}), testing::HasSubstr("networks.precision"));
  EXPECT_THAT(refusal({"networks.precision=bfloat16", "onednn=false"}), testing::HasSubstr("networks.precision"));
}

}  // namespace
}  // namespace vrkn::run::experiment_config_test
