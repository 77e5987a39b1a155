#include "tests/fuzz/targets.h"

#include <array>

namespace vrkn::fuzz {
namespace {

constexpr std::array<Target, 14> kTargets = {{{"zip", read_as_zip},
                                              {"npz", read_as_npz},
                                              {"npy", read_as_npy},
                                              {"episodes", read_as_episodes},
                                              {"config", read_as_config},
                                              {"sweep", read_as_sweep},
                                              {"metrics", read_as_metrics},
                                              {"events", read_as_events},
                                              {"checkpoint", read_as_checkpoint},
                                              {"fit_data", read_as_fit_data},
                                              {"recalibration", read_as_recalibration},
                                              {"monitor", read_as_monitor},
                                              {"series", read_as_series},
                                              {"request", read_as_request}}};

}  // namespace

std::span<const Target> targets() {
  return kTargets;
}

}  // namespace vrkn::fuzz
