#include "vrkn/env/mujoco/dynamic_library.h"

#include <array>
#include <climits>
#include <dlfcn.h>

#include "vrkn/core/error.h"

namespace vrkn::env {
namespace {

bool llvm_is_in_sight() {
  // LLVM's interface for C, and what is left in sight of it where the rest is hidden (pytorch/pytorch#87642).
  return dlsym(RTLD_DEFAULT, "LLVMAddSymbol") != nullptr || dlsym(RTLD_DEFAULT, "llvm_regcomp") != nullptr;
}

int opening_mode() {
  // Once, before a library of ours can bring its own LLVM into sight. Not always apart: programs that replace malloc,
  // as address sanitizer does, cannot be had with it.
  static const bool apart = llvm_is_in_sight();
  return RTLD_NOW | RTLD_LOCAL | (apart ? RTLD_DEEPBIND : 0);
}

}  // namespace

DynamicLibrary::DynamicLibrary(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    name_ = name;
    handle_ = dlopen(name, opening_mode());
    if (handle_ != nullptr) return;
  }
  throw SimulationError("the library " + name_ + " is not installed");
}

std::string DynamicLibrary::open_before_others(const std::string& name) {
  void* library = dlopen(name.c_str(), opening_mode());
  std::array<char, PATH_MAX> folder{};
  if (library == nullptr || dlinfo(library, RTLD_DI_ORIGIN, folder.data()) != 0) return "";
  return folder.data();
}

void DynamicLibrary::make_global() const {
  dlopen(name_.c_str(), RTLD_NOW | RTLD_GLOBAL);
}

void* DynamicLibrary::address(const char* name) const {
  void* found = dlsym(handle_, name);
  if (found == nullptr) throw SimulationError("the library " + name_ + " has no function " + name);
  return found;
}

}  // namespace vrkn::env
