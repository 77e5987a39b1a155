// The program that libFuzzer drives; the build says which reader it gives its inputs to.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  vrkn::fuzz::try_input(vrkn::fuzz::VRKN_FUZZ_READER, {reinterpret_cast<const char*>(data), size});
  return 0;
}
