#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vrkn/run/trained_run.h"

namespace vrkn::app {

inline constexpr int64_t kStudyEpisodesAtOnce = 10;

/// A world and the runs that learned in it: what a study compares on equal episodes.
struct StudyWorld {
  env::EnvironmentConfig config;
  std::vector<run::TrainedRun> runs;

  /// "cartpole_swingup, noise 0.2, position ± 0.05"
  std::string name() const;
};

/// The runs in these folders by their worlds, in the order in which these first come. Throws as load_run, and
/// ConfigError for a run without a world model.
std::vector<StudyWorld> load_study_worlds(const std::vector<std::string>& runs);

/// Who acts in a study's episodes: "random", or the agent of a run. Throws ConfigError for a run of another world.
std::unique_ptr<agent::Agent> make_study_policy(const std::string& policy, const StudyWorld& world,
                                                const env::EnvironmentSpec& spec);

}  // namespace vrkn::app
