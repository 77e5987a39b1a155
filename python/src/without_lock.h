#pragma once

#include <nanobind/nanobind.h>

namespace vrkn::python {

/// What `compute` gives, with Python's lock released meanwhile. It must touch no object of Python.
template <class Compute>
auto without_lock(Compute&& compute) {
  const nanobind::gil_scoped_release unlock;
  return compute();
}

}  // namespace vrkn::python
