#pragma once

#include <exception>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::math {

/// The system gave no more memory. The command exits with code 1.
class OutOfMemoryError : public Error {
 public:
  using Error::Error;
};

/// Whether an exception says that there is no more memory: the standard library's, or that of one of LibTorch's
/// allocators, on the host or a device.
bool is_out_of_memory(const std::exception& error);

/// What an exception says, as one sentence for people: of LibTorch's without the trace of calls, and where memory was
/// missing how much was asked for, if that is known.
std::string sentence_of(const std::exception& error);

/// Does `work`; throws OutOfMemoryError, with `consequence` behind its sentence, where memory was missing.
template <class Work>
auto explaining_lack_of_memory(const std::string& consequence, const Work& work) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    throw OutOfMemoryError(sentence_of(error) + consequence);
  }
}

}  // namespace vrkn::math
