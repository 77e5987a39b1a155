#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/config_source.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/options.h"
#include "vrkn/bench/project_table.h"
#include "vrkn/bench/subject.h"
#include "vrkn/core/error.h"
#include "vrkn/core/program_output.h"
#include "vrkn/run/processor_setup.h"

namespace vrkn::app {
namespace {

struct BenchCommandOptions {
  std::string subject;  // empty: the project's table
  ConfigSource source;
  std::string device, threads;  // short for --set device=... and threads=...
  bench::BenchOptions bench;
  bool json = false;

  bool has_configuration() const { return !source.file.empty() || !source.preset.empty() || !source.overrides.empty(); }
};

run::ExperimentConfig load(const BenchCommandOptions& options, const bench::Subject& subject) {
  if (options.has_configuration() && !subject.configurable) {
    throw ConfigError(options.subject + " has sizes of its own: --config, --preset and --set do not apply");
  }
  if (!options.device.empty() && !subject.on_device) {
    throw ConfigError(options.subject + " runs on the CPU: --device does not apply");
  }
  ConfigSource source = options.source;
  if (!options.device.empty()) source.overrides.push_back("device=" + options.device);
  if (!options.threads.empty()) source.overrides.push_back("threads=" + options.threads);
  return source.load();
}

int measure_subject(const BenchCommandOptions& options) {
  const bench::Subject& subject = bench::find_subject(options.subject);
  const run::ExperimentConfig config = load(options, subject);
  run::set_up_processor(config);
  const bench::BenchReport report = bench::run_subject(subject, config, options.bench);
  std::cout << (options.json ? bench::to_json(report) : bench::to_text(report));
  return 0;
}

/// The arguments with which this program measures a row of the table.
std::vector<std::string> arguments_of(const bench::ProjectRow& row, const BenchCommandOptions& options) {
  std::vector<std::string> arguments = {"bench"};
  arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
  arguments.insert(arguments.end(), {"--json", "--repetitions", std::to_string(options.bench.repetitions)});
  if (options.bench.quick) arguments.push_back("--quick");
  if (!options.device.empty()) arguments.insert(arguments.end(), {"--device", options.device});
  if (!options.threads.empty()) arguments.insert(arguments.end(), {"--threads", options.threads});
  return arguments;
}

/// What this program prints when it is called with `arguments`; nothing when a stop was requested. Throws InputError
/// where it exits with 2, Error where it fails otherwise, both with the last line that it wrote to standard error.
std::optional<std::string> run_self(const std::vector<std::string>& arguments) {
  constexpr int kBadInput = 2;
  std::vector<std::string> command = {std::filesystem::read_symlink("/proc/self/exe").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::optional<ProgramOutput> output = run_program(command, stop_requested);
  if (!output) return std::nullopt;
  if (output->status.is_success()) return std::move(output->printed);
  std::string why = output->last_complaint;
  constexpr std::string_view kOurName = "vrkn: ";
  if (why.starts_with(kOurName)) why.erase(0, kOurName.size());
  const std::string message = fmt::format("'vrkn {}' failed: {}", fmt::join(arguments, " "), why);
  if (output->status.code == kBadInput) throw InputError(message);
  throw Error(message);
}

/// Every measurement has a process of its own, so that the memory of one is not that of another.
int measure_project(const BenchCommandOptions& options) {
  if (options.has_configuration()) {
    throw ConfigError("the table has sizes of its own; --config, --preset and --set need a subject");
  }
  std::map<std::vector<std::string>, std::string> found;
  std::vector<bench::MeasuredRow> rows;
  for (const bench::ProjectRow& row : bench::project_rows()) {
    const std::vector<std::string> arguments = arguments_of(row, options);
    if (!found.contains(arguments)) {
      fmt::print(stderr, "measuring: vrkn {}\n", fmt::join(arguments, " "));
      const std::optional<std::string> printed = run_self(arguments);
      if (!printed) return stop_exit_code();
      found[arguments] = *printed;
    }
    rows.push_back({row, found[arguments]});
  }
  std::cout << (options.json ? bench::project_json(rows) : bench::project_text(rows));
  return 0;
}

std::string subjects_text() {
  std::string text = "Subjects:\n";
  for (const bench::Subject& subject : bench::bench_subjects())
    text += fmt::format("  {:<12}{}\n", subject.name, subject.summary);
  return text;
}

}  // namespace

void add_bench_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<BenchCommandOptions>();
  CLI::App* command = app.add_subcommand("bench", "Measure how near this machine's limits the program comes");
  command->add_option("subject", options->subject,
                      "what to measure (default: the project's table at the paper's sizes)");
  options->source.add_options(*command);
  command->add_option("--device", options->device, "short for --set device=...: cpu or cuda")->type_name("NAME");
  command->add_option("--threads", options->threads, "short for --set threads=...; 0: one per processor")
      ->type_name("N");
  add_count(*command, "--repetitions", options->bench.repetitions,
            "of each measurement, after one that does not count");
  command->add_flag("--quick", options->bench.quick, "a fifth of the batch: sequences, plans, steps");
  command->add_flag("--json", options->json, "print the result for machines");
  command->footer(subjects_text() +
                  "Examples:\n"
                  "  vrkn bench --threads 2\n"
                  "  vrkn bench train-step --preset paper-dreamer --threads 1\n"
                  "  vrkn bench plan --preset paper-planet --set model.kind=rssm --json\n"
                  "  vrkn bench env --set environment.sensors=image --set environment.picture=fast");
  command->callback([options, &exit_code] {
    if (!options->subject.empty()) {
      exit_code = measure_subject(*options);  // writes nothing: a signal may end it anywhere
      return;
    }
    install_signal_handlers();
    exit_code = measure_project(*options);
  });
}

}  // namespace vrkn::app
