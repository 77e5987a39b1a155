#include <algorithm>

#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"
#include "vrkn/study/series_file.h"

namespace vrkn::fuzz {

void read_as_series(std::string_view input) {
  // The first byte says which kind of file.
  const bool is_table = input.empty() || input[0] % 2 == 0;
  study::read_series(input_file(input.substr(std::min<size_t>(1, input.size())), is_table ? ".csv" : ".npy"), "");
}

}  // namespace vrkn::fuzz
