// The extension module vrkn._core: what the Python package is built on. Users import vrkn.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/experiment.h"
#include "python/src/filter.h"
#include "python/src/training.h"
#include "python/src/world.h"
#include "vrkn/core/version.h"
#include "vrkn/run/processor_setup.h"

NB_MODULE(_core, module) {
  namespace python = vrkn::python;
  python::translate_errors();
  module.def("version", [] { return std::string(vrkn::version()); });
  module.def("commit", [] { return std::string(vrkn::commit()); });
  module.def(
      "libtorch", [] { return vrkn::run::report_devices().libtorch; }, "The version of LibTorch.");
  python::bind_experiments(module);
  python::bind_worlds(module);
  python::bind_runs(module);
  python::bind_training(module);
}
