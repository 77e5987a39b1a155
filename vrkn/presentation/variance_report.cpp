#include "vrkn/presentation/variance_report.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "vrkn/analysis/statistics.h"
#include "vrkn/presentation/groups.h"
#include "vrkn/report/figure/figure_file.h"

namespace vrkn::presentation {
namespace {

using analysis::Estimate;
using evaluation::VarianceHorizon;
using evaluation::VarianceShares;

/// sum of `above` over sum of `below`, over runs and episodes.
Estimate ratio(const std::vector<const VarianceHorizon*>& runs, double (*above)(const VarianceShares&),
               double (*below)(const VarianceShares&)) {
  size_t episodes = std::numeric_limits<size_t>::max();
  for (const VarianceHorizon* run : runs) episodes = std::min(episodes, run->episodes.size());
  const auto of = [&](const std::vector<size_t>& chosen_runs, const std::vector<size_t>& chosen_episodes) {
    double numerator = 0.0, denominator = 0.0;
    for (const size_t run : chosen_runs) {
      for (const size_t episode : chosen_episodes) {
        numerator += above(runs[run]->episodes[episode]);
        denominator += below(runs[run]->episodes[episode]);
      }
    }
    return numerator / denominator;
  };
  const size_t sizes[] = {runs.size(), episodes};
  analysis::Resample all(2);
  for (size_t i = 0; i < 2; ++i) {
    for (size_t k = 0; k < sizes[i]; ++k) all[i].push_back(k);
  }
  Estimate estimate{.value = of(all[0], all[1])};
  if (episodes < 2 || !std::isfinite(estimate.value)) return estimate;
  std::vector<double> values;
  const analysis::BootstrapOptions options;
  for (const analysis::Resample& resample : analysis::stratified_resamples(sizes, options)) {
    values.push_back(of(resample[0], resample[1]));
  }
  estimate.interval = analysis::percentile_interval(values, options.level);
  return estimate;
}

VarianceShares mean_of(const std::vector<const VarianceHorizon*>& runs) {
  const auto mean = [&](double VarianceShares::*part) {
    std::vector<double> values;
    for (const VarianceHorizon* run : runs) {
      for (const VarianceShares& episode : run->episodes) values.push_back(episode.*part);
    }
    return analysis::mean(values);
  };
  return {.truth = mean(&VarianceShares::truth),
          .reading = mean(&VarianceShares::reading),
          .transition = mean(&VarianceShares::transition),
          .state = mean(&VarianceShares::state),
          .epistemic = mean(&VarianceShares::epistemic),
          .noise = mean(&VarianceShares::noise),
          .error = mean(&VarianceShares::error)};
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json to_json(const VarianceShares& shares) {
  return {{"truth", number(shares.truth)},
          {"reading", number(shares.reading)},
          {"transition", number(shares.transition)},
          {"state", number(shares.state)},
          {"epistemic", number(shares.epistemic)},
          {"noise", number(shares.noise)},
          {"error", number(shares.error)}};
}

std::string text_of(const Estimate& estimate) {
  if (!std::isfinite(estimate.value)) return "-";
  if (!estimate.interval) return fmt::format("{:.2f}", estimate.value);
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", estimate.value, estimate.interval->low, estimate.interval->high);
}

}  // namespace

std::vector<VarianceGroup> variance_groups(std::span<const ComparedRun> runs) {
  struct Members {
    VarianceGroup group;
    std::vector<const VarianceHorizon*> horizons;
  };
  std::vector<Members> found;
  for (const ComparedRun& run : runs) {
    for (const evaluation::VarianceQuantity& quantity : run.quantities) {
      for (const VarianceHorizon& horizon : quantity.horizons) {
        const auto is_same = [&](const Members& members) {
          const VarianceGroup& group = members.group;
          return group.world == run.world && group.quantity == quantity.name && group.model == run.model &&
                 group.steps_ahead == horizon.steps_ahead;
        };
        Members& members = find_or_add(
            found, is_same,
            {{.world = run.world, .quantity = quantity.name, .model = run.model, .steps_ahead = horizon.steps_ahead},
             {}});
        members.horizons.push_back(&horizon);
      }
    }
  }
  std::vector<VarianceGroup> groups;
  for (Members& members : found) {
    VarianceGroup group = members.group;
    group.runs = static_cast<int64_t>(members.horizons.size());
    group.mean = mean_of(members.horizons);
    group.transition = ratio(
        members.horizons, [](const VarianceShares& shares) { return shares.transition; },
        [](const VarianceShares& shares) { return shares.truth; });
    group.predictive = ratio(
        members.horizons, [](const VarianceShares& shares) { return shares.predicted(); },
        [](const VarianceShares& shares) { return shares.actual(); });
    std::vector<double> correlations;
    for (const VarianceHorizon* horizon : members.horizons) {
      correlations.push_back(analysis::rank_correlation(horizon->transition_by_state, horizon->truth_by_state));
    }
    group.rank_correlation = analysis::mean(correlations);
    groups.push_back(std::move(group));
  }
  // As they first came, world by world, quantity by quantity, step by step.
  const std::vector<VarianceGroup> as_they_came = groups;
  const auto first = [&](auto&& is_same) { return std::ranges::find_if(as_they_came, is_same) - as_they_came.begin(); };
  std::ranges::stable_sort(groups, {}, [&](const VarianceGroup& group) {
    const auto world = first([&](const VarianceGroup& other) { return other.world == group.world; });
    const auto quantity = first(
        [&](const VarianceGroup& other) { return other.world == group.world && other.quantity == group.quantity; });
    return std::tuple(world, quantity, group.steps_ahead);
  });
  return groups;
}

nlohmann::ordered_json to_json(std::span<const ComparedRun> runs, std::span<const VarianceGroup> groups) {
  nlohmann::ordered_json json;
  for (const VarianceGroup& group : groups) {
    json["groups"].push_back({{"world", group.world},
                              {"quantity", group.quantity},
                              {"steps_ahead", group.steps_ahead},
                              {"model", group.model},
                              {"runs", group.runs},
                              {"mean", to_json(group.mean)},
                              {"transition_ratio", to_json(group.transition)},
                              {"predictive_ratio", to_json(group.predictive)},
                              {"rank_correlation", number(group.rank_correlation)}});
  }
  for (const ComparedRun& run : runs) {
    nlohmann::ordered_json quantities;
    for (const evaluation::VarianceQuantity& quantity : run.quantities) {
      for (const VarianceHorizon& horizon : quantity.horizons) {
        nlohmann::ordered_json episodes;
        for (const VarianceShares& episode : horizon.episodes) episodes.push_back(to_json(episode));
        quantities[quantity.name].push_back({{"steps_ahead", horizon.steps_ahead}, {"episodes", std::move(episodes)}});
      }
    }
    json["runs"].push_back({{"run", run.run},
                            {"world", run.world},
                            {"model", run.model},
                            {"seed", run.seed},
                            {"quantities", std::move(quantities)}});
  }
  return json;
}

std::string to_table(std::span<const VarianceGroup> groups) {
  std::string table;
  const VarianceGroup* before = nullptr;
  for (const VarianceGroup& group : groups) {
    if (before == nullptr || before->world != group.world || before->quantity != group.quantity) {
      table += fmt::format("\n{}, {}: variances in % of the scatter\n", group.world, group.quantity);
      table += fmt::format("{:>5}  {:<20} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}  {:<24} {:<24} {:>5}\n",
                           "ahead", "model", "runs", "world", "reading", "dynamics", "belief", "weights", "noise",
                           "error²", "dynamics / world", "predicted / actual", "rank");
    }
    const VarianceShares& mean = group.mean;
    table += fmt::format(
        "{:>5}  {:<20} {:>4} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f} {:>8.3f}  {:<24} {:<24} "
        "{:>5.2f}\n",
        group.steps_ahead, group.model, group.runs, 100 * mean.truth, 100 * mean.reading, 100 * mean.transition,
        100 * mean.state, 100 * mean.epistemic, 100 * mean.noise, 100 * mean.error, text_of(group.transition),
        text_of(group.predictive), group.rank_correlation);
    before = &group;
  }
  return table;
}

void write_variance_figure(const std::filesystem::path& folder, std::span<const VarianceGroup> groups) {
  const std::vector<std::string> worlds = distinct(groups, &VarianceGroup::world),
                                 models = distinct(groups, &VarianceGroup::model);
  // A column for each world, with its own sensors and then the reward.
  std::vector<std::vector<VarianceGroup>> of_world(worlds.size());
  std::vector<std::vector<std::string>> quantities;
  size_t rows = 0;
  for (size_t w = 0; w < worlds.size(); ++w) {
    std::ranges::copy_if(groups, std::back_inserter(of_world[w]),
                         [&](const VarianceGroup& group) { return group.world == worlds[w]; });
    quantities.push_back(distinct(of_world[w], &VarianceGroup::quantity));
    rows = std::max(rows, quantities[w].size());
  }
  const int columns = std::min(4, static_cast<int>(worlds.size()));
  const int lines = (static_cast<int>(worlds.size()) + columns - 1) / columns * static_cast<int>(rows);
  report::Figure figure{.columns = columns,
                        .width = 160 + 240 * columns,
                        .height = 60 + 240 * lines,
                        .title = "Variance of the dynamics over that of the world",
                        .description =
                            "A panel for every world and quantity, a line for every kind of model: the "
                            "ratio over the steps ahead, with 95 % intervals.",
                        .caption = "Above 1 the model holds the world for more random than it is."};
  for (size_t row = 0; row < rows; ++row) {
    for (size_t w = 0; w < worlds.size(); ++w) {
      const std::string quantity = row < quantities[w].size() ? quantities[w][row] : "";
      report::Panel panel{.title = quantity.empty() ? "" : quantity + ", " + worlds[w],
                          .x = {.label = "steps ahead"},
                          .y = {.label = "predicted / true variance", .scale = report::Scale::kLog10},
                          .marks = {report::ReferenceLine{.value = 1.0}}};
      for (size_t m = 0; m < models.size(); ++m) {
        report::Points points{.colour = report::series_colour(m), .label = models[m]};
        for (const VarianceGroup& group : of_world[w]) {
          const double value = group.transition.value;
          if (group.quantity != quantity || group.model != models[m] || !std::isfinite(value) || value <= 0.0) continue;
          add_beside(points, static_cast<double>(group.steps_ahead), group.transition, m, models.size(), 0.15);
        }
        panel.marks.emplace_back(
            report::Line{.x = points.x, .y = points.y, .colour = points.colour, .label = points.label});
        panel.marks.emplace_back(std::move(points));
      }
      figure.panels.push_back(std::move(panel));
    }
  }
  report::write_figure(folder, "ratios", figure);
}

}  // namespace vrkn::presentation
