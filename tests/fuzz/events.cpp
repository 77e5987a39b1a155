#include "tests/fuzz/input_file.h"
#include "tests/fuzz/targets.h"
#include "vrkn/report/event_file.h"

namespace vrkn::fuzz {

void read_as_events(std::string_view input) {
  report::read_event_file(input_file(input, ".tfevents"));
}

}  // namespace vrkn::fuzz
