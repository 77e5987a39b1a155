#include "vrkn/presentation/study_figure.h"

#include <algorithm>

#include <fmt/format.h>

#include "vrkn/report/figure/figure_file.h"

namespace vrkn::presentation {
namespace {

/// As it stands below a strip of dots, and its colour.
struct Look {
  const char* title;
  report::Colour colour;
};
constexpr Look kLooks[] = {{"SSM (CF)", report::Colour::kGreen},
                           {"SSM (NN)", report::Colour::kBlue},
                           {"RSSM (linear)", report::Colour::kOrange},
                           {"RSSM (NN)", report::Colour::kVermilion}};
static_assert(std::size(kLooks) == std::size(study::kSchemes));

/// Every seed a dot, the schemes side by side.
report::Panel panel(std::string title, report::Axis y, std::span<const study::SeedResult> seeds,
                    double (*of)(const study::SchemeResult&), std::vector<report::Mark> references) {
  report::Panel result{.title = std::move(title), .y = std::move(y), .marks = std::move(references)};
  for (size_t i = 0; i < std::size(study::kSchemes); ++i) {
    report::Strip strip{.x = static_cast<double>(i), .colour = kLooks[i].colour};
    for (const study::SeedResult& seed : seeds) strip.values.push_back(of(seed.schemes[i]));
    result.marks.push_back(std::move(strip));
    result.x.categories.emplace_back(kLooks[i].title);
  }
  return result;
}

report::ReferenceLine reference(double value, std::string label, report::Dash dash = report::Dash::kDashed) {
  return {.value = value, .label = std::move(label), .dash = dash};
}

double mean_log_prob(std::span<const study::SeedResult> seeds, study::BeliefQuality study::SeedResult::*beliefs) {
  double sum = 0.0;
  for (const study::SeedResult& seed : seeds) sum += (seed.*beliefs).log_prob;
  return sum / static_cast<double>(seeds.size());
}

}  // namespace

void write_study_figure(const std::filesystem::path& folder, const study::PopulationResult& population,
                        std::span<const study::SeedResult> seeds, const study::StudyConfig& config) {
  const report::Figure figure{
      .panels = {panel("(a) Beliefs", {.label = "log-probability of the true states"}, seeds,
                       [](const study::SchemeResult& result) { return result.beliefs.log_prob; },
                       {reference(mean_log_prob(seeds, &study::SeedResult::smoothed), "true model, smoothed"),
                        reference(mean_log_prob(seeds, &study::SeedResult::posterior), "true model, posterior",
                                  report::Dash::kDotted)}),
                 panel("(b) Transition matrix", {.label = "distance to the truth", .scale = report::Scale::kLog10},
                       seeds, [](const study::SchemeResult& result) { return result.distance; },
                       {reference(population.rssm.distance, "RSSM, exact optimum", report::Dash::kDotted)}),
                 panel("(c) Transition variance", {.label = "learned σ²"}, seeds,
                       [](const study::SchemeResult& result) { return result.transition_var; },
                       {reference(config.transition_var, "truth"),
                        reference(population.rssm.transition_var, "RSSM, exact optimum", report::Dash::kDotted)})},
      .columns = 3,
      .width = 1080,
      .height = 340,
      .title = "Inference schemes on a linear-Gaussian state space model",
      .description =
          fmt::format("Three panels, one dot for each of {} seeds: log-probability of the true states, distance "
                      "of the learned transition matrix, learned transition variance.",
                      seeds.size())};
  report::write_figure(folder, "figure", figure);
}

}  // namespace vrkn::presentation
