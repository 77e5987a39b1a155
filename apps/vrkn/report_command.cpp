#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/comparison_options.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/outputs.h"
#include "vrkn/core/error.h"
#include "vrkn/core/file.h"
#include "vrkn/report/comparison/csv.h"
#include "vrkn/report/comparison/figures.h"
#include "vrkn/report/figure/figure_file.h"
#include "vrkn/report/page/media_items.h"
#include "vrkn/report/page/page.h"
#include "vrkn/report/page/page_data.h"

namespace vrkn::app {
namespace {

struct ReportOptions {
  ComparisonArguments comparison = {};
  std::string out = {};
};

void write_figure(const std::filesystem::path& folder, const std::string& name,
                  const std::optional<report::Figure>& figure) {
  if (figure) report::write_figure(folder, name, *figure);
}

/// "812 [790, 831]"
std::string to_text(const analysis::Estimate& estimate) {
  if (!estimate.interval) return fmt::format("{:.1f}", estimate.value);
  return fmt::format("{:.1f} [{:.1f}, {:.1f}]", estimate.value, estimate.interval->low, estimate.interval->high);
}

void print_scores(const analysis::Comparison& comparison) {
  fmt::print("{:<24} {:>10} {:>5}  {:<28} {}\n", "task", "step", "runs", "mean and interval", "model");
  for (const analysis::TaskComparison& task : comparison.tasks) {
    for (const analysis::GroupResult& result : task.groups) {
      fmt::print("{:<24} {:>10.0f} {:>5}  {:<28} {}\n", task.name, task.score_step, result.scores.size(),
                 result.scores.empty() ? "-" : to_text(result.mean), comparison.groups[result.group].label);
    }
  }
}

/// Runs of one model, task and seed are copies or repetitions, and intervals that count both are too narrow.
void warn_of_equal_seeds(const analysis::Comparison& comparison, std::span<const analysis::RunRecord> runs) {
  for (const analysis::RunGroup& group : comparison.groups) {
    std::map<std::pair<std::string, std::string>, std::string> names;
    for (const size_t i : group.runs) {
      const auto [first, is_new] = names.try_emplace({runs[i].task(), runs[i].seed()}, runs[i].name);
      if (!is_new) {
        print_warning(fmt::format("{} and {} have the same model, task and seed ({}), and count as two runs",
                                  first->second, runs[i].name, runs[i].seed()));
      }
    }
  }
}

int report(const ReportOptions& arguments) {
  const analysis::ComparisonOptions options = arguments.comparison.options();
  refuse_unless_free(arguments.out);
  analysis::RunCollection collection(arguments.comparison.paths());
  collection.refresh();
  const std::vector<analysis::RunRecord> runs = collection.runs();
  report::MediaCollection media_items(arguments.comparison.paths());
  media_items.refresh();
  std::vector<analysis::SkippedRun> skipped = collection.skipped();
  skipped.insert(skipped.end(), media_items.skipped().begin(), media_items.skipped().end());
  for (const auto& [path, reason] : skipped) fmt::print(stderr, "left out: {}: {}\n", path.string(), reason);
  if (runs.empty()) {
    throw DataError(
        fmt::format("there is no readable run directory in {}", fmt::join(arguments.comparison.folders, ", ")));
  }
  const analysis::Comparison comparison = analysis::compare(runs, options);
  if (comparison.tasks.empty()) fmt::print(stderr, "no run has recorded {}\n", arguments.comparison.metric);
  warn_of_equal_seeds(comparison, runs);

  const std::filesystem::path folder(arguments.out);
  const std::string data = report::page_data({.comparison = comparison,
                                              .runs = runs,
                                              .skipped = skipped,
                                              .media_items = media_items.media_items(),
                                              .calibrations = media_items.calibrations(),
                                              .resamples = options.bootstrap.resamples},
                                             report::embedded_source());
  report::write_comparison_csv(folder, comparison, runs);
  write_figure(folder, "curves", report::curves_figure(comparison));
  write_figure(folder, "overall", report::overall_figure(comparison));
  write_figure(folder, "improvement", report::improvement_figure(comparison));
  write_file_atomically(folder / "index.html", report::page_html(arguments.comparison.title, data, /*live=*/false));

  print_scores(comparison);
  fmt::print("\npage: {}\n", (folder / "index.html").string());
  return 0;
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      app.add_subcommand("report", "Compare runs: curves, scores with intervals, a page to show others");
  add_comparison_arguments(*command, options->comparison);
  command->add_option("--out", options->out, "folder, new or empty, for the page, figures and tables")
      ->required()
      ->type_name("DIR");
  command->footer(
      "Examples:\n"
      "  vrkn report runs --out report\n"
      "  vrkn report runs/vrkn runs/rssm --out report --at 500000 --title 'Fusion, noise 0.2'\n"
      "  vrkn report runs --out report --group-by model.kind --group-by environment.transition_noise\n"
      "  vrkn report runs/fit --out report --metric held_out/bound");
  command->callback([options, &exit_code] { exit_code = report(*options); });
}

}  // namespace vrkn::app
