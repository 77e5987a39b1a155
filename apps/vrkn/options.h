#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "vrkn/core/error.h"
#include "vrkn/run/trained_run.h"

namespace vrkn::app {

/// Adds an option that is a whole number, with its default.
template <class Integer>
CLI::Option* add_count(CLI::App& command, const char* name, Integer& value, const char* meaning) {
  return command.add_option(name, value, meaning)->capture_default_str()->type_name("N");
}

/// Throws ConfigError where the value of an option is below the least that is allowed.
inline void at_least(const char* option, int64_t value, int64_t least) {
  if (value < least) throw ConfigError(fmt::format("{} is {}, but must be at least {}", option, value, least));
}

/// Throws ConfigError where the value of an option is not between 0 and 1, both excluded.
inline void open_share(const char* option, double value) {
  if (value > 0.0 && value < 1.0) return;
  throw ConfigError(fmt::format("{} is {}, but must be above 0 and below 1", option, value));
}

/// Throws ConfigError where the agent of a run, which messages call `name`, has no world model to predict with.
inline void require_model(const run::TrainedRun& run, const std::string& name) {
  if (!run.has_model()) throw ConfigError("the agent of " + name + " has no world model, so it predicts nothing");
}

}  // namespace vrkn::app
