#include "vrkn/study/study_results.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace vrkn::study {
namespace {

using Json = nlohmann::ordered_json;

Json rows(const at::Tensor& matrix) {
  Json result = Json::array();
  for (int64_t i = 0; i < matrix.size(0); ++i) {
    Json row = Json::array();
    for (int64_t j = 0; j < matrix.size(1); ++j) row.push_back(matrix[i][j].item<double>());
    result.push_back(row);
  }
  return result;
}

Json to_json(const RssmOptimum& optimum, const StudyConfig& config) {
  return {{"transition_var", optimum.transition_var},
          {"transition_var_ratio", optimum.transition_var / config.transition_var},
          {"transition_matrix_distance", optimum.distance},
          {"bound", optimum.bound},
          {"log_prob", optimum.log_prob},
          {"gradient_norm", optimum.gradient_norm},
          {"transition_matrix", rows(optimum.transition_matrix)}};
}

Json to_json(const BeliefQuality& quality) {
  return {{"log_prob", quality.log_prob}, {"nees", quality.nees}};
}

Json to_json(const SchemeResult& result, const StudyConfig& config) {
  return {{"transition_var", result.transition_var},
          {"transition_var_ratio", result.transition_var / config.transition_var},
          {"transition_matrix_distance", result.distance},
          {"log_prob", result.beliefs.log_prob},
          {"nees", result.beliefs.nees},
          {"bound", result.bound},
          {"log_likelihood", result.log_likelihood},
          {"transition_matrix", rows(result.transition_matrix)}};
}

/// As it stands in the table.
const char* title_of(Scheme scheme) {
  switch (scheme) {
    case Scheme::kSsmClosedForm:
      return "SSM bound, closed form (EM)";
    case Scheme::kSsmNetwork:
      return "SSM bound, network";
    case Scheme::kRssmLinear:
      return "RSSM bound, linear";
    default:
      return "RSSM bound, network";
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

/// The median over the seeds of something of each.
double median_over(std::span<const SeedResult> seeds, const std::function<double(const SeedResult&)>& of) {
  std::vector<double> values;
  for (const SeedResult& seed : seeds) values.push_back(of(seed));
  return median(std::move(values));
}

}  // namespace

Json to_json(const PopulationResult& population, const StudyConfig& config) {
  Json result = {{"length", config.length},
                 {"transition_var", config.transition_var},
                 {"observation_var", config.observation_var},
                 {"smoothed_log_prob", population.smoothed_log_prob},
                 {"posterior_log_prob", population.posterior_log_prob},
                 {"rssm", to_json(population.rssm, config)},
                 {"rssm_stationary", nullptr}};
  if (population.stationary) {
    result["rssm_stationary"] = to_json(*population.stationary, config);
    result["rssm_stationary"]["unit"] = "bound: nats per step";
  }
  return result;
}

std::string to_table(const PopulationResult& population, const StudyConfig& config) {
  std::string text = fmt::format(
      "Expectations under the true model, {} states, {} observations a sequence; no data, no random numbers.\n\n"
      "{:<42}{:>10}{:>10}{:>12}{:>14}\n",
      config.transition_matrix.size(), config.length, "", "variance", "ratio", "distance", "log-prob");
  const auto row = [&](const char* name, double var, double distance, double log_prob) {
    text += fmt::format("{:<42}{:>10.7f}{:>10.4f}{:>12.6f}{:>14.6f}\n", name, var, var / config.transition_var,
                        distance, log_prob);
  };
  row("true model, smoothed beliefs", config.transition_var, 0.0, population.smoothed_log_prob);
  row("true model, posterior beliefs", config.transition_var, 0.0, population.posterior_log_prob);
  const RssmOptimum& rssm = population.rssm;
  row("RSSM bound, best linear-Gaussian inference", rssm.transition_var, rssm.distance, rssm.log_prob);
  if (population.stationary) {
    const RssmOptimum& limit = *population.stationary;
    row("the same, endless sequences", limit.transition_var, limit.distance, limit.log_prob);
  }
  text += fmt::format("\nbound: {:.6f} nats a sequence\n", rssm.bound);
  return text;
}

Json to_json(const PopulationResult& population, std::span<const SeedResult> seeds, const StudyConfig& config) {
  Json result = {{"population", to_json(population, config)}, {"seeds", Json::array()}};
  for (const SeedResult& seed : seeds) {
    Json entry = {{"seed", seed.seed},
                  {"smoothed", to_json(seed.smoothed)},
                  {"posterior", to_json(seed.posterior)},
                  {"log_likelihood", seed.log_likelihood},
                  {"schemes", Json::object()}};
    for (const SchemeResult& scheme : seed.schemes) {
      entry["schemes"][std::string(name_of(scheme.scheme))] = to_json(scheme, config);
    }
    result["seeds"].push_back(entry);
  }
  return result;
}

std::string to_table(const PopulationResult& population, std::span<const SeedResult> seeds, const StudyConfig& config) {
  std::string text =
      fmt::format("Medians over {} seed{}: {} sequences of {} observations to learn from, {} to test.\n\n",
                  seeds.size(), seeds.size() == 1 ? "" : "s", config.sequences, config.length, config.test_sequences);
  text += fmt::format("{:<32}{:>11}{:>8}{:>11}{:>11}{:>8}{:>13}{:>13}\n", "", "transition", "ratio", "distance",
                      "log-prob", "NEES", "bound", "likelihood");
  text += fmt::format("{:<32}{:>11}{:>8}{:>11}{:>11}{:>8}{:>13}{:>13}\n", "", "variance", "", "of A", "of states", "",
                      "nats/seq.", "nats/seq.");
  const auto truth = [&](const char* name, BeliefQuality SeedResult::*quality) {
    text +=
        fmt::format("{:<32}{:>11.6f}{:>8.3f}{:>11.5f}{:>11.4f}{:>8.4f}{:>13}{:>13.4f}\n", name, config.transition_var,
                    1.0, 0.0, median_over(seeds, [&](const SeedResult& s) { return (s.*quality).log_prob; }),
                    median_over(seeds, [&](const SeedResult& s) { return (s.*quality).nees; }), "",
                    median_over(seeds, [](const SeedResult& s) { return s.log_likelihood; }));
  };
  truth("true model, smoothed", &SeedResult::smoothed);
  truth("true model, posterior", &SeedResult::posterior);
  for (size_t i = 0; i < std::size(kSchemes); ++i) {
    const auto of = [&](auto member) {
      return median_over(seeds, [&](const SeedResult& s) { return member(s.schemes[i]); });
    };
    const double var = of([](const SchemeResult& r) { return r.transition_var; });
    text += fmt::format("{:<32}{:>11.6f}{:>8.3f}{:>11.5f}{:>11.4f}{:>8.4f}{:>13.4f}{:>13.4f}\n", title_of(kSchemes[i]),
                        var, var / config.transition_var, of([](const SchemeResult& r) { return r.distance; }),
                        of([](const SchemeResult& r) { return r.beliefs.log_prob; }),
                        of([](const SchemeResult& r) { return r.beliefs.nees; }),
                        of([](const SchemeResult& r) { return r.bound; }),
                        of([](const SchemeResult& r) { return r.log_likelihood; }));
  }
  const RssmOptimum& optimum = population.rssm;
  text += fmt::format("{:<32}{:>11.6f}{:>8.3f}{:>11.5f}{:>11.4f}{:>8}{:>13.4f}\n", "RSSM, exact optimum (no data)",
                      optimum.transition_var, optimum.transition_var / config.transition_var, optimum.distance,
                      optimum.log_prob, "", optimum.bound);
  return text;
}

}  // namespace vrkn::study
