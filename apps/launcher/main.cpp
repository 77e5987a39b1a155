// The command `vrkn`: says its version by itself, and gives way to the program vrkn-main beside it for all else. That
// one stands on LibTorch, which takes half a second to load.

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include "apps/launcher/blas_kernels.h"
#include "vrkn/core/version.h"

int main(int argument_count, char** arguments) {
  if (argument_count == 2 && std::string_view(arguments[1]) == "--version") {
    std::cout << "vrkn " << vrkn::version() << " (" << vrkn::commit() << ")" << std::endl;
    return std::cout.good() ? 0 : 2;
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "vrkn-main";
  vrkn::choose_blas_kernels();
  ::execv(program.c_str(), arguments);
  std::cerr << "vrkn: " << program.string() << " cannot be started: " << std::generic_category().message(errno) << '\n';
  return 1;
}
