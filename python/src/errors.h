#pragma once

#include <exception>
#include <nanobind/nanobind.h>

#include "vrkn/core/error.h"
#include "vrkn/math/out_of_memory.h"

namespace vrkn::python {

/// From now on what the library throws arrives in Python as the class of the same name in vrkn/errors.py. Once per
/// extension module.
inline void translate_errors() {
  nanobind::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    const auto raise = [](const char* name, const std::exception& error) {
      const nanobind::object type = nanobind::module_::import_("vrkn.errors").attr(name);
      PyErr_SetString(type.ptr(), error.what());
    };
    try {
      std::rethrow_exception(thrown);
    } catch (const ConfigError& error) {
      raise("ConfigError", error);
    } catch (const DataError& error) {
      raise("DataError", error);
    } catch (const ShapeError& error) {
      raise("ShapeError", error);
    } catch (const InputError& error) {
      raise("InputError", error);
    } catch (const NumericalError& error) {
      raise("NumericalError", error);
    } catch (const SimulationError& error) {
      raise("SimulationError", error);
    } catch (const math::OutOfMemoryError& error) {
      PyErr_SetString(PyExc_MemoryError, error.what());
    } catch (const Error& error) {
      raise("Error", error);
    }
  });
}

}  // namespace vrkn::python
