#pragma once

#include <nanobind/nanobind.h>

namespace vrkn::python {

/// Adds training, learning from files, and evaluation.
void bind_training(nanobind::module_& module);

}  // namespace vrkn::python
