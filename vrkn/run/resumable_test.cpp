#include "vrkn/run/resumable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vrkn/core/error.h"

namespace vrkn::run::resumable_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Resumable, HowFarAndHowWatchedMayChange) {
  ExperimentConfig begun, now;
  now.training.iterations = begun.training.iterations + 7;
  now.training.checkpoint_every = now.training.keep_checkpoints = now.training.rollbacks = 99;
  now.evaluation = {.every = 3, .episodes = 2, .film = false};
  now.threads = 5;
  now.onednn = false;
  now.device = "cuda";
  EXPECT_NO_THROW(check_resumable(begun, now, 12));
  now.training.iterations = 12;
  EXPECT_NO_THROW(check_resumable(begun, now, 12));
}

TEST(Resumable, EveryOtherKeyIsRefusedByName) {
  const ExperimentConfig begun;
  ExperimentConfig now = begun;
  now.seed = 9;
  EXPECT_THAT([&] { check_resumable(begun, now, 0); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("'seed' is 9 now"), HasSubstr("begun with 1;"))));
  now = begun;
  now.training.batch_size = 3;
  EXPECT_THAT([&] { check_resumable(begun, now, 0); },
              ThrowsMessage<ConfigError>(HasSubstr("'training.batch_size' is 3 now")));
  now = begun;
  now.model = model::RssmConfig{};
  EXPECT_THAT([&] { check_resumable(begun, now, 0); }, ThrowsMessage<ConfigError>(HasSubstr("'model.kind' is")));
}

TEST(Resumable, FinishedIterationsCannotBeTakenBack) {
  ExperimentConfig config;
  config.training.iterations = 5;
  EXPECT_THAT([&] { check_resumable(config, config, 6); },
              ThrowsMessage<ConfigError>(HasSubstr("'training.iterations' is 5 now, but the run has finished 6")));
}

}  // namespace
}  // namespace vrkn::run::resumable_test
