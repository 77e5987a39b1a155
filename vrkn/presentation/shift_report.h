#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "vrkn/analysis/bootstrap.h"
#include "vrkn/evaluation/surprise.h"

namespace vrkn::presentation {

/// What one run's model made of episodes in the unshifted world and under shifts.
struct ShiftedRun {
  std::string run;    ///< its folder
  std::string world;  ///< what its world is called
  std::string model;  ///< kind
  int64_t seed = 0;
  std::vector<evaluation::Surprise> fit;   ///< in the unshifted world: what thresholds are made from
  std::vector<evaluation::Surprise> home;  ///< in the unshifted world: what false alarms are counted in
  struct Shift {
    std::string name;
    std::vector<evaluation::Surprise> episodes;
  };
  std::vector<Shift> shifts;
};

/// How well one score tells one shift from the unshifted world, over the runs of one kind of model in one world.
struct Detection {
  std::string world, model, shift, score;  ///< score: epistemic, density, error, innovation,
                                           ///< disagreement or combined
  int64_t runs = 0;
  analysis::Estimate steps = {};     ///< area under the ROC curve of single steps, mean over runs, bootstrap over runs
  analysis::Estimate episodes = {};  ///< the same of episodes, by their mean score
  double detected = 0.0;             ///< share of shifted steps above the threshold, mean over runs
  double false_alarms = 0.0;         ///< share of unshifted steps above it, of episodes that it was not made from
};

/// Scores are means over a step and the up to `window` - 1 steps before. Scores are standardised: less their
/// mean over the steps of `fit` and over their standard deviation there, all but the density after the logarithm;
/// `combined` is the sum of the others. The threshold of a run's score is the (1 - false_alarm_rate) quantile of the
/// steps of `fit`. Scores that a model does not have are omitted.
std::vector<Detection> detections(std::span<const ShiftedRun> runs, int64_t window, double false_alarm_rate);

nlohmann::ordered_json to_json(std::span<const Detection> detections);
/// For people: of every world and score the areas of steps, a column for each kind of model.
std::string to_table(std::span<const Detection> detections);
/// Writes detection.svg and detection.png into `folder`: areas of steps, a panel for every world and score.
void write_detection_figure(const std::filesystem::path& folder, std::span<const Detection> detections);

}  // namespace vrkn::presentation
