#pragma once

#include <initializer_list>
#include <string>

namespace vrkn::env {

/// A shared library opened by name while the program runs, because a machine may do without it. It stays loaded until
/// the program ends: graphics libraries are pointed into from many places.
class DynamicLibrary {
 public:
  /// Opens the first of `names` there is, with its symbols hidden from others. Throws SimulationError when there is
  /// none.
  ///
  /// Mesa's software renderer contains an LLVM, and so do some builds of LibTorch, which let everybody see theirs;
  /// Mesa crashes when it meets it (pytorch/pytorch#96060). Where the process has such an LLVM, a library opened here
  /// looks for symbols in itself and in what it needs before it looks elsewhere.
  explicit DynamicLibrary(std::initializer_list<const char*> names);

  /// Sets `function` to the function `name`. Throws SimulationError when the library has none of that name.
  template <class Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(address(name));
  }

  /// Opens `name` in the same way, if there is such a library, and returns its folder, or "" where there is none. For a
  /// library that others open, too: who is first decides where it looks for symbols.
  static std::string open_before_others(const std::string& name);

  /// Lets everybody in the process find this library's symbols.
  void make_global() const;

 private:
  void* address(const char* name) const;

  std::string name_;
  void* handle_ = nullptr;
};

}  // namespace vrkn::env
