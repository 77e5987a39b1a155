#include "vrkn/presentation/shift_report.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "vrkn/analysis/detection.h"
#include "vrkn/analysis/statistics.h"
#include "vrkn/presentation/groups.h"
#include "vrkn/report/figure/figure_file.h"

namespace vrkn::presentation {
namespace {

using evaluation::Surprise;

/// Scores of episodes, step by step: NaN where nothing is known.
using Scores = std::vector<std::vector<double>>;

/// A score as it is compared: higher is stranger, and not far from Gaussian in the unshifted world.
struct Score {
  const char* name;
  std::vector<double> Surprise::*values;
  bool logarithm;
};
constexpr Score kScores[] = {{"epistemic", &Surprise::epistemic, true},
                             {"density", &Surprise::density, false},
                             {"error", &Surprise::error, true},
                             {"innovation", &Surprise::innovation, true},
                             {"disagreement", &Surprise::disagreement, true}};

/// Whether a model has a score: there may be no innovations and no ensemble, and without dropout all epistemic
/// variances are 0.
bool has(const Score& score, const std::vector<Surprise>& episodes) {
  return std::ranges::any_of(episodes, [&](const Surprise& episode) {
    return std::ranges::any_of(episode.*score.values, [](double value) { return value != 0.0; });
  });
}

/// What one score says of many episodes.
Scores scores_of(const Score& score, const std::vector<Surprise>& episodes, int64_t window) {
  Scores scores;
  for (const Surprise& episode : episodes) {
    std::vector<double> values = episode.*score.values;
    // Floored: a single estimate of an epistemic variance may be 0.
    if (score.logarithm) std::ranges::transform(values, values.begin(), [](double v) { return std::log(v + 1e-6); });
    scores.push_back(analysis::recent_means(values, window));
  }
  return scores;
}

std::vector<double> all_of(const Scores& scores) {
  std::vector<double> all;
  for (const std::vector<double>& episode : scores) {
    std::ranges::copy_if(episode, std::back_inserter(all), [](double value) { return !std::isnan(value); });
  }
  return all;
}

std::vector<double> episode_means(const Scores& scores) {
  std::vector<double> means;
  for (const std::vector<double>& episode : scores) {
    const std::vector<double> known = all_of({episode});
    if (!known.empty()) means.push_back(analysis::mean(known));
  }
  return means;
}

/// What a run's scores are in the unshifted world and under every shift.
struct RunScores {
  std::string name;
  Scores fit, unshifted;
  std::vector<Scores> shifts;
};

/// Every score as deviations from its mean in the unshifted world.
RunScores standardised(RunScores scores) {
  const std::vector<double> of_fit = all_of(scores.fit);
  const double mean = analysis::mean(of_fit);
  double squared = 0.0;
  for (const double value : of_fit) squared += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squared / static_cast<double>(of_fit.size())) + 1e-12;
  const auto apply = [&](Scores& of) {
    for (std::vector<double>& episode : of) {
      for (double& value : episode) value = (value - mean) / deviation;
    }
  };
  apply(scores.fit);
  apply(scores.unshifted);
  for (Scores& shift : scores.shifts) apply(shift);
  return scores;
}

void add(Scores& to, const Scores& more) {
  for (size_t e = 0; e < to.size(); ++e) {
    for (size_t t = 0; t < to[e].size(); ++t) to[e][t] += more[e][t];
  }
}

/// The scores that a run's model has, then their sum.
std::vector<RunScores> run_scores(const ShiftedRun& run, int64_t window) {
  std::vector<RunScores> all;
  for (const Score& score : kScores) {
    if (!has(score, run.fit)) continue;
    RunScores scores{.name = score.name,
                     .fit = scores_of(score, run.fit, window),
                     .unshifted = scores_of(score, run.home, window),
                     .shifts = {}};
    for (const ShiftedRun::Shift& shift : run.shifts) scores.shifts.push_back(scores_of(score, shift.episodes, window));
    all.push_back(standardised(std::move(scores)));
  }
  if (all.empty()) return all;
  RunScores combined = all.front();
  combined.name = "combined";
  for (size_t i = 1; i < all.size(); ++i) {
    add(combined.fit, all[i].fit);
    add(combined.unshifted, all[i].unshifted);
    for (size_t s = 0; s < combined.shifts.size(); ++s) add(combined.shifts[s], all[i].shifts[s]);
  }
  all.push_back(std::move(combined));
  return all;
}

/// One run's numbers for each Detection.
struct Numbers {
  std::vector<double> steps, episodes, detected, false_alarms;
};

/// What a Detection is of.
struct Case {
  std::string_view world, model, shift, score;

  bool operator==(const Case&) const = default;
};

Case case_of(const Detection& detection) {
  return {detection.world, detection.model, detection.shift, detection.score};
}

const Detection* find(std::span<const Detection> detections, const Case& wanted) {
  const auto place = std::ranges::find(detections, wanted, case_of);
  return place == detections.end() ? nullptr : &*place;
}

}  // namespace

std::vector<Detection> detections(std::span<const ShiftedRun> runs, int64_t window, double false_alarm_rate) {
  std::vector<std::pair<Detection, Numbers>> found;
  for (const ShiftedRun& run : runs) {
    for (const RunScores& scores : run_scores(run, window)) {
      const double threshold = analysis::quantile(all_of(scores.fit), 1.0 - false_alarm_rate);
      const std::vector<double> unshifted = all_of(scores.unshifted);
      for (size_t s = 0; s < run.shifts.size(); ++s) {
        Detection detection{.world = run.world, .model = run.model, .shift = run.shifts[s].name, .score = scores.name};
        const auto is_same = [&](const auto& entry) { return case_of(entry.first) == case_of(detection); };
        Numbers& numbers = find_or_add(found, is_same, {detection, {}}).second;
        const std::vector<double> shifted = all_of(scores.shifts[s]);
        numbers.steps.push_back(analysis::area_under_roc(unshifted, shifted));
        numbers.episodes.push_back(
            analysis::area_under_roc(episode_means(scores.unshifted), episode_means(scores.shifts[s])));
        numbers.detected.push_back(analysis::share_above(shifted, threshold));
        numbers.false_alarms.push_back(analysis::share_above(unshifted, threshold));
      }
    }
  }
  std::vector<Detection> result;
  for (auto& [detection, numbers] : found) {
    detection.runs = std::ssize(numbers.steps);
    detection.steps = analysis::bootstrap({numbers.steps}, analysis::mean_over_strata);
    detection.episodes = analysis::bootstrap({numbers.episodes}, analysis::mean_over_strata);
    detection.detected = analysis::mean(numbers.detected);
    detection.false_alarms = analysis::mean(numbers.false_alarms);
    result.push_back(std::move(detection));
  }
  return result;
}

nlohmann::ordered_json to_json(std::span<const Detection> detections) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Detection& detection : detections) {
    json.push_back({{"world", detection.world},
                    {"model", detection.model},
                    {"shift", detection.shift},
                    {"score", detection.score},
                    {"runs", detection.runs},
                    {"area_steps", to_json(detection.steps)},
                    {"area_episodes", to_json(detection.episodes)},
                    {"detected", detection.detected},
                    {"false_alarms", detection.false_alarms}});
  }
  return json;
}

std::string to_table(std::span<const Detection> detections) {
  const std::vector<std::string> models = distinct(detections, &Detection::model);
  std::string table;
  for (const std::string& world : distinct(detections, &Detection::world)) {
    for (const std::string& score : distinct(detections, &Detection::score)) {
      std::string rows;
      for (const std::string& shift : distinct(detections, &Detection::shift)) {
        std::string row;
        bool has_any = false;
        for (const std::string& model : models) {
          const Detection* detection =
              find(detections, {.world = world, .model = model, .shift = shift, .score = score});
          has_any = has_any || detection != nullptr;
          row += detection ? fmt::format("{:>8.3f} {:>4.0f}% {:>4.1f}%  ", detection->steps.value,
                                         100 * detection->detected, 100 * detection->false_alarms)
                           : fmt::format("{:>22}", "");
        }
        if (has_any) rows += fmt::format("{:<34}{}\n", shift, row);
      }
      if (rows.empty()) continue;
      table += fmt::format("\n{}, by {}: area under the ROC curve of steps, detected, false alarms\n{:<34}", world,
                           score, "");
      for (const std::string& model : models) table += fmt::format("{:>20}  ", model);
      table += '\n' + rows;
    }
  }
  return table;
}

void write_detection_figure(const std::filesystem::path& folder, std::span<const Detection> detections) {
  const std::vector<std::string> worlds = distinct(detections, &Detection::world),
                                 scores = distinct(detections, &Detection::score),
                                 shifts = distinct(detections, &Detection::shift),
                                 models = distinct(detections, &Detection::model);
  report::Figure figure{.columns = 1,
                        .width = 260 + 95 * static_cast<int>(shifts.size()),
                        .title = "How well models notice that the world is another",
                        .description =
                            "A panel for every world and score: the area under the ROC curve of single "
                            "steps for every shift, with a marker for every kind of model.",
                        .caption = "1: every step elsewhere looks stranger than every step at home. 0.5: chance."};
  for (const std::string& world : worlds) {
    for (const std::string& score : scores) {
      report::Panel panel{.title = world + ", by " + score,
                          .x = {.categories = shifts},
                          .y = {.label = "area", .limits = report::Limits{0.0, 1.0}},
                          .marks = {report::ReferenceLine{.value = 0.5}}};
      for (size_t m = 0; m < models.size(); ++m) {
        report::Points points{.colour = report::series_colour(m), .label = models[m]};
        for (size_t s = 0; s < shifts.size(); ++s) {
          const Detection* detection =
              find(detections, {.world = world, .model = models[m], .shift = shifts[s], .score = score});
          if (detection) add_beside(points, static_cast<double>(s), detection->steps, m, models.size(), 0.1);
        }
        if (!points.x.empty()) panel.marks.emplace_back(std::move(points));
      }
      if (panel.marks.size() > 1) figure.panels.push_back(std::move(panel));
    }
  }
  figure.height = 60 + 240 * static_cast<int>(figure.panels.size());
  report::write_figure(folder, "detection", figure);
}

}  // namespace vrkn::presentation
