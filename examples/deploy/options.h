#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

namespace deploy {

/// What the command line says.
struct Options {
  std::filesystem::path folder;
  int64_t episodes = 1;
  double speed = 1.0;  ///< simulated seconds per second; 0: without waiting
  int64_t replay_steps = 8;
  double stop_after_s = std::numeric_limits<double>::infinity();
  int64_t forecast_steps = 0, forecast_every = 10, draws = 32;
  bool real_time = false, quiet = false;
  int64_t latency_steps = 0;
  uint64_t seed = 1;

  // By the name of a sensor; the others as the run learned.
  std::map<std::string, double> rates_hz, transports_s, dropouts, deaths_s;
};

/// Throws std::runtime_error, in one sentence, for what is not understood.
Options parse(int count, char** words);

extern const char* const kHelp;

}  // namespace deploy
