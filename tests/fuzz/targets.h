#pragma once

#include <span>
#include <string_view>

#include "vrkn/core/error.h"

namespace vrkn::fuzz {

/// A reader of what comes from disk or network, for inputs that a fuzzer or a file gives it. It may refuse them with an
/// Error of ours; anything else that it throws, and every crash, is a fault.
struct Target {
  std::string_view name;  ///< also of its folder in tests/fuzz/corpus
  void (*read)(std::string_view input);
};

/// All of them.
std::span<const Target> targets();

/// Gives an input to a reader; InputErrors of ours are what a hostile input deserves.
template <class Reader>
void try_input(const Reader& read, std::string_view input) {
  try {
    read(input);
  } catch (const InputError&) {
    // Refused, as it should be.
  }
}

// By subject, one file each.
void read_as_zip(std::string_view input);
void read_as_npz(std::string_view input);
void read_as_npy(std::string_view input);
void read_as_episodes(std::string_view input);
void read_as_config(std::string_view input);
void read_as_sweep(std::string_view input);
void read_as_metrics(std::string_view input);
void read_as_events(std::string_view input);
void read_as_checkpoint(std::string_view input);
void read_as_fit_data(std::string_view input);
void read_as_recalibration(std::string_view input);
void read_as_monitor(std::string_view input);
void read_as_series(std::string_view input);
void read_as_request(std::string_view input);

}  // namespace vrkn::fuzz
