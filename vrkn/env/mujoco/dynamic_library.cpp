#include "vrkn/env/mujoco/dynamic_library.h"

#include <dlfcn.h>

#include "vrkn/core/error.h"

namespace vrkn {

DynamicLibrary::DynamicLibrary(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    name_ = name;
    handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) return;
  }
  throw SimulationError("the library " + name_ + " is not installed");
}

void DynamicLibrary::make_global() const {
  dlopen(name_.c_str(), RTLD_NOW | RTLD_GLOBAL);
}

void* DynamicLibrary::address(const char* name) const {
  void* found = dlsym(handle_, name);
  if (found == nullptr) throw SimulationError("the library " + name_ + " has no function " + name);
  return found;
}

}  // namespace vrkn
