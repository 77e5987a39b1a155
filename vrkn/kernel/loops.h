#pragma once

#include <cstdint>

#include "vrkn/kernel/device_stream.h"
#include "vrkn/kernel/smoother_elements.h"

// How a processor runs through arrays, with internal linkage as in philox_loops.h.
namespace vrkn::kernel {
namespace {

/// Innermost the elements of a row, several at once in a register.
struct Loops {
  /// f(row, i) for all elements of [rows, size].
  template <class Element>
  static void elements(const DeviceStream&, int64_t rows, int64_t size, const Element& f) {
    for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (int64_t i = 0; i < size; ++i) f(row, i);
    }
  }

  template <class Real>
  static void sequences(const DeviceStream&, int64_t rows, const SmoothForward<Real>& f) {
    for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (int64_t i = 0; i < f.size; ++i) f.at_last(row, i);
      for (int64_t t = f.steps - 2; t >= 0; --t) {
#pragma GCC ivdep
        for (int64_t i = 0; i < f.size; ++i) f.at_step(row, t, i, f.smoothed(row, t + 1, i));
      }
#pragma GCC ivdep
      for (int64_t i = 0; i < f.size; ++i) f.at_first(row, i, f.smoothed(row, 0, i));
    }
  }

  template <class Real>
  static void sequences(const DeviceStream&, int64_t rows, const SmoothBackward<Real>& f) {
    for (int64_t row = 0; row < rows; ++row) {
#pragma GCC ivdep
      for (int64_t i = 0; i < f.size; ++i) f.set_adjoint(row, 0, i, f.at_first(row, i));
      for (int64_t t = 0; t + 1 < f.steps; ++t) {
#pragma GCC ivdep
        for (int64_t i = 0; i < f.size; ++i) f.set_adjoint(row, t + 1, i, f.at_step(row, t, i, f.adjoint(row, t, i)));
      }
#pragma GCC ivdep
      for (int64_t i = 0; i < f.size; ++i) f.at_last(row, i, f.adjoint(row, f.steps - 1, i));
    }
  }
};

}  // namespace
}  // namespace vrkn::kernel
