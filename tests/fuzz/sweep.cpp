#include "vrkn/sweep/sweep.h"

#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"

namespace vrkn::fuzz {

void read_as_sweep(std::string_view input) {
  sweep::load_sweep(input_file(input, ".toml"));
}

}  // namespace vrkn::fuzz
