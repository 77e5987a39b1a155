#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vrkn/core/field.h"

namespace vrkn::study {

/// How one inference network is learned, together with the dynamics.
struct NetworkLearningConfig {
  int64_t hidden = 32;
  int64_t updates = 4000;
  int64_t batch = 50;
  double learning_rate = 0.02;

  static constexpr void fields(auto& self, auto&& field) {
    field("hidden", self.hidden, "units of the network", at_least(1));
    field("updates", self.updates, "steps of Adam; the learning rate falls to zero along half a cosine", at_least(1));
    field("batch", self.batch, "sequences per update", at_least(1));
    field("learning_rate", self.learning_rate, "at the first update", positive());
  }
};

/// The transition matrix of the study: two pairs of states that oscillate, slightly damped, 0.98 R(0.3) and 0.95
/// R(0.8).
std::vector<std::vector<double>> default_transition_matrix();

/// The linear-Gaussian study of the paper's Section 2.2. Defaults: the paper's sizes; the matrix is our own, since the
/// paper's figures do not name it.
struct StudyConfig {
  std::vector<std::vector<double>> transition_matrix = default_transition_matrix();
  double transition_var = 0.01;
  double observation_var = 0.025;
  int64_t sequences = 1000;
  int64_t test_sequences = 200;
  int64_t length = 50;
  int64_t seeds = 5;
  int64_t first_seed = 1;
  int64_t threads = 0;
  NetworkLearningConfig smoother_network = {};
  NetworkLearningConfig filter_network = {.updates = 2000};

  static constexpr void fields(auto& self, auto&& field) {
    field("transition_matrix", self.transition_matrix, "A of the true model, its rows", anything());
    field("transition_var", self.transition_var, "variance of the true transition, the same for every state",
          positive());
    field("observation_var", self.observation_var, "variance of the observations; every model knows it", positive());
    field("sequences", self.sequences, "sequences to learn from, per seed", at_least(1));
    field("test_sequences", self.test_sequences, "further sequences to evaluate on, per seed", at_least(1));
    field("length", self.length, "observations in a sequence", at_least(2));
    field("seeds", self.seeds, "how often all is repeated with other data and other initial weights", at_least(1));
    field("first_seed", self.first_seed, "the seeds are this one and those that follow", at_least(0));
    field("threads", self.threads, "schemes and seeds learned side by side; 0: one per processor", at_least(0));
    field("smoother_network", self.smoother_network, "q(z_t | z_{t-1}, o_{>=t}) of the state space model's bound");
    field("filter_network", self.filter_network, "q(z_t | z_{t-1}, o_t) of the RSSM's bound");
  }

  /// Throws ConfigError when the transition matrix is not square, empty, or holds a number that is not finite.
  void validate() const;
};

/// "paper": the defaults above; "quick": fewer sequences, seeds and updates, for a first look in a minute. Throws
/// ConfigError for another name.
StudyConfig study_preset(std::string_view name);

}  // namespace vrkn::study
