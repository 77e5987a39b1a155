#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "apps/vrkn/commands.h"
#include "apps/vrkn/comparison_options.h"
#include "apps/vrkn/console.h"
#include "apps/vrkn/options.h"
#include "vrkn/report/page/page_server.h"

namespace vrkn::app {
namespace {

struct WatchOptions {
  ComparisonArguments comparison = {};
  std::string host = "127.0.0.1";
  int port = 8000;
};

int watch(const WatchOptions& arguments) {
  report::LivePage page(arguments.comparison.paths(), arguments.comparison.options());
  page.refresh();
  report::PageServer server(page, arguments.comparison.title, arguments.host, arguments.port);
  std::cout << server.url() << std::endl;  // at once, also into a pipe
  server.run(stop_requested);
  return stop_exit_code();
}

}  // namespace

void add_watch_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<WatchOptions>();
  options->comparison.title = "Runs under way";
  CLI::App* command = app.add_subcommand("watch", "The page of vrkn report, live, while runs go on");
  add_comparison_arguments(*command, options->comparison);
  command->add_option("--host", options->host, "address to listen at; the default is this machine only")
      ->capture_default_str()
      ->type_name("ADDRESS");
  add_count(*command, "--port", options->port, "0: any that is free");
  command->footer(
      "Ends with Ctrl-C. Examples:\n"
      "  vrkn watch runs\n"
      "  vrkn watch runs --port 0 --title 'Cart-pole, five seeds'");
  on_call(*command, exit_code, options, watch);
}

}  // namespace vrkn::app
