#pragma once

#include <initializer_list>
#include <string>

namespace vrkn {

/// A shared library opened by name while the program runs, because a machine may do without it. It stays loaded until
/// the program ends: graphics libraries are pointed into from many places.
class DynamicLibrary {
 public:
  /// Opens the first of `names` there is, with its symbols hidden from others. Throws SimulationError when there is
  /// none.
  explicit DynamicLibrary(std::initializer_list<const char*> names);

  /// Sets `function` to the function `name`. Throws SimulationError when the library has none of that name.
  template <class Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(address(name));
  }

  /// Lets everybody in the process find this library's symbols.
  void make_global() const;

 private:
  void* address(const char* name) const;

  std::string name_;
  void* handle_ = nullptr;
};

}  // namespace vrkn
