#include <algorithm>

#include <fmt/format.h>

#include "apps/vrkn/study_results.h"
#include "vrkn/report/figure/figure_file.h"

namespace vrkn::app {
namespace {

/// As it stands below a strip of dots, and its colour.
struct Look {
  const char* title;
  Colour colour;
};
constexpr Look kLooks[] = {{"SSM (CF)", Colour::kGreen},
                           {"SSM (NN)", Colour::kBlue},
                           {"RSSM (linear)", Colour::kOrange},
                           {"RSSM (NN)", Colour::kVermilion}};
static_assert(std::size(kLooks) == std::size(kSchemes));

/// Every seed a dot, the schemes side by side.
Panel panel(std::string title, Axis y, std::span<const SeedResult> seeds, double (*of)(const SchemeResult&),
            std::vector<Mark> references) {
  Panel result{.title = std::move(title), .y = std::move(y), .marks = std::move(references)};
  for (size_t i = 0; i < std::size(kSchemes); ++i) {
    Strip strip{.x = static_cast<double>(i), .colour = kLooks[i].colour};
    for (const SeedResult& seed : seeds) strip.values.push_back(of(seed.schemes[i]));
    result.marks.push_back(std::move(strip));
    result.x.categories.emplace_back(kLooks[i].title);
  }
  return result;
}

ReferenceLine reference(double value, std::string label, Dash dash = Dash::kDashed) {
  return {.value = value, .label = std::move(label), .dash = dash};
}

double mean_log_prob(std::span<const SeedResult> seeds, BeliefQuality SeedResult::*beliefs) {
  double sum = 0.0;
  for (const SeedResult& seed : seeds) sum += (seed.*beliefs).log_prob;
  return sum / static_cast<double>(seeds.size());
}

}  // namespace

void write_study_figure(const std::filesystem::path& folder, const PopulationResult& population,
                        std::span<const SeedResult> seeds, const StudyConfig& config) {
  const Figure figure{
      .panels = {panel(
                     "(a) Beliefs", {.label = "log-probability of the true states"}, seeds,
                     [](const SchemeResult& result) { return result.beliefs.log_prob; },
                     {reference(mean_log_prob(seeds, &SeedResult::smoothed), "true model, smoothed"),
                      reference(mean_log_prob(seeds, &SeedResult::posterior), "true model, posterior", Dash::kDotted)}),
                 panel("(b) Transition matrix", {.label = "distance to the truth", .scale = Scale::kLog10}, seeds,
                       [](const SchemeResult& result) { return result.distance; },
                       {reference(population.rssm.distance, "RSSM, exact optimum", Dash::kDotted)}),
                 panel("(c) Transition variance", {.label = "learned σ²"}, seeds,
                       [](const SchemeResult& result) { return result.transition_var; },
                       {reference(config.transition_var, "truth"),
                        reference(population.rssm.transition_var, "RSSM, exact optimum", Dash::kDotted)})},
      .columns = 3,
      .width = 1080,
      .height = 340,
      .title = "Inference schemes on a linear-Gaussian state space model",
      .description =
          fmt::format("Three panels, one dot for each of {} seeds: log-probability of the true states, distance "
                      "of the learned transition matrix, learned transition variance.",
                      seeds.size())};
  write_svg(folder / "figure.svg", figure);
  write_png(folder / "figure.png", figure, 2.0);
}

}  // namespace vrkn::app
