#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/outputs.h"
#include "vrkn/env/suite/suite_tasks.h"
#include "vrkn/env/synthetic/double_integrator.h"
#include "vrkn/onnx/export_run.h"
#include "vrkn/run/processor_setup.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::app {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
  std::string run, out, checkpoint = "last";
};

/// The example of docs/deploy.md that plays the world of the run, or how to read what was written.
std::string next_command(const ExportOptions& options, const run::TrainedRun& run) {
  const std::string& task = run.config.environment.task;
  std::string program;
  if (env::find_suite_task(task)) program = "play.py";
  if (task == env::double_integrator_spec().name) program = "loop.py";
  if (program.empty() || run.directory.is_offline()) {
    return fmt::format("python3 -m json.tool {}    what the files hold; docs/deploy.md has a loop that runs them",
                       (fs::path(options.out) / "model.json").string());
  }
  return fmt::format("python3 examples/deploy/{} {}    plays it without vrkn; docs/deploy.md", program, options.out);
}

void run(const ExportOptions& options) {
  refuse_unless_free(options.out);
  const run::TrainedRun run =  // wherever it learned
      run::load_run(options.run, options.checkpoint, {"device=cpu", "cuda.tf32=false", "cuda.graph=false"});
  run::set_up_processor(run.config);
  for (const fs::path& file : onnx::export_run(run, options.out)) {
    fmt::print("{}  {:.1f} kB\n", file.string(), static_cast<double>(fs::file_size(file)) / 1e3);
  }
  fmt::print("next: {}\n", next_command(options, run));
}

}  // namespace

void add_export_command(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "Write what a run has learned as ONNX graphs, for control loops");
  command->add_option("run", options->run, "run directory")->required()->type_name("DIR");
  command->add_option("--out", options->out, "folder, new or empty, for the graphs, the weights and model.json")
      ->required()
      ->type_name("DIR");
  command->add_option("--checkpoint", options->checkpoint, "last, best, a number of updates, or a file's name")
      ->capture_default_str()
      ->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  vrkn export runs/default-seed1 --out exported\n"
      "  vrkn export runs/default-seed1 --checkpoint best --out exported\n"
      "\n"
      "Writes filter.onnx, decode.onnx, imagine.onnx, policy.onnx, model.safetensors and model.json, which\n"
      "describes them: ONNX Runtime runs them without vrkn and without LibTorch. docs/export.md has an example.");
  command->callback([options] { run(*options); });
}

}  // namespace vrkn::app
