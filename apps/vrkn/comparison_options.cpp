#include "apps/vrkn/comparison_options.h"

#include "apps/vrkn/options.h"

namespace vrkn::app {

analysis::ComparisonOptions ComparisonArguments::options() const {
  if (score_step) at_least("--at", *score_step, 1);
  at_least("--resamples", resamples, 1);
  at_least("--seed", seed, 0);
  analysis::ComparisonOptions options{.group_by = group_by, .metric = analysis::parse_metric_name(metric)};
  options.score_step = score_step;
  options.bootstrap.resamples = resamples;
  options.bootstrap.seed = static_cast<uint64_t>(seed);
  return options;
}

void add_comparison_arguments(CLI::App& command, ComparisonArguments& arguments) {
  command.add_option("folders", arguments.folders, "run directories, or folders that hold some at any depth")
      ->required()
      ->type_name("DIR");
  command
      .add_option("--group-by", arguments.group_by,
                  "a setting, such as model.kind: runs that agree in it are one model; can be repeated (default: "
                  "runs that differ only in the seed)")
      ->type_name("KEY");
  command.add_option("--metric", arguments.metric, "what is compared: the kind of a record and a name in it")
      ->capture_default_str()
      ->type_name("KIND/NAME");
  command
      .add_option("--at", arguments.score_step,
                  "step at which scores are taken (default: on each task the last that all runs have reached)")
      ->type_name("STEP");
  add_count(command, "--resamples", arguments.resamples, "of the bootstrap");
  add_count(command, "--seed", arguments.seed, "of the bootstrap");
  command.add_option("--title", arguments.title, "of the page")->capture_default_str()->type_name("TEXT");
}

}  // namespace vrkn::app
