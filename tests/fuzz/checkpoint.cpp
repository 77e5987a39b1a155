#include "vrkn/run/checkpoint.h"

#include "tests/fuzz/targets.h"

namespace vrkn::fuzz {

void read_as_checkpoint(std::string_view input) {
  run::Checkpoint(input, "input");
}

}  // namespace vrkn::fuzz
