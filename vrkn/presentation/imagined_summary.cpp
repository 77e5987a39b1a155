#include "vrkn/presentation/imagined_summary.h"

#include <fmt/format.h>

namespace vrkn::presentation {

nlohmann::ordered_json to_json(const ImaginedSummary& summary) {
  auto runs = nlohmann::ordered_json::array();
  for (const ImaginedRun& run : summary.runs) {
    nlohmann::ordered_json by_step;
    for (const evaluation::StepErrors& error : run.errors) by_step[error.name] = error.by_step;
    runs.push_back({{"run", run.path}, {"label", run.label}, {"squared_error", by_step}});
  }
  return {{"task", summary.task},         {"data", summary.data},
          {"seed", summary.seed},         {"context", summary.context},
          {"horizon", summary.horizon},   {"samples", summary.samples},
          {"episodes", summary.episodes}, {"runs", runs}};
}

std::string to_table(const ImaginedSummary& summary) {
  std::vector<int64_t> shown;
  for (const int64_t step : {1, 2, 5, 10, 20, 50, 100, 200, 500}) {
    if (step < summary.horizon) shown.push_back(step);
  }
  if (summary.horizon > 0) shown.push_back(summary.horizon);
  std::string text = fmt::format(
      "mean squared error of the imagined step (seen: mean over the context of {})\n"
      "{:<20} {:<16} {:>10}",
      summary.context, "run", "", "seen");
  for (const int64_t step : shown) text += fmt::format(" {:>10}", step);
  text += '\n';
  for (const ImaginedRun& run : summary.runs) {
    for (const evaluation::StepErrors& error : run.errors) {
      text += fmt::format("{:<20} {:<16} {:>10.4g}", run.label, error.name, error.mean(0, summary.context));
      for (const int64_t step : shown) {
        text += fmt::format(" {:>10.4g}", error.by_step[static_cast<size_t>(summary.context + step - 1)]);
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace vrkn::presentation
