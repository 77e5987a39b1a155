#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/analysis/bootstrap.h"
#include "vrkn/evaluation/variance_comparison.h"

namespace vrkn::presentation {

/// What a comparison of variances found of one run.
struct ComparedRun {
  std::string run;    ///< its folder
  std::string world;  ///< what its world is called: task, noise, sensors
  std::string model;  ///< kind
  int64_t seed = 0;
  std::vector<evaluation::VarianceQuantity> quantities;
};

/// Runs of one kind of model in one world, at one step ahead of one quantity. Ratios are of sums over episodes and
/// runs, with 95 % intervals of the bootstrap that draws runs and episodes anew, 2000 times; of one run, episodes
/// alone.
struct VarianceGroup {
  std::string world, quantity, model;
  int64_t steps_ahead = 0;
  int64_t runs = 0;
  evaluation::VarianceShares mean = {};  ///< over episodes and runs
  analysis::Estimate transition = {};    ///< transition over truth: 1 where the dynamics scatter as the world does
  analysis::Estimate predictive = {};    ///< predicted() over actual(): 1 where all in all the model is calibrated
  double rank_correlation = 0.0;         ///< of transition and truth from state to state, mean over runs
};

/// Groups in the order of the runs: by world, quantity, steps ahead, model.
std::vector<VarianceGroup> variance_groups(std::span<const ComparedRun> runs);

nlohmann::ordered_json to_json(std::span<const ComparedRun> runs, std::span<const VarianceGroup> groups);
/// For people: one table for every world and quantity.
std::string to_table(std::span<const VarianceGroup> groups);
/// Writes ratios.svg and ratios.png into `folder`: the ratio of the dynamics' variances over the steps ahead, a panel
/// for every world and quantity.
void write_variance_figure(const std::filesystem::path& folder, std::span<const VarianceGroup> groups);

}  // namespace vrkn::presentation
