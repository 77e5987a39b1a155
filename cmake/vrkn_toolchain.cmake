# Language standard, warnings, sanitizers, compiler cache and linker: what every target shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
set(CMAKE_CUDA_EXTENSIONS OFF)
# -fPIC for libraries and programs alike: one precompiled header must fit both.
add_compile_options($<IF:$<COMPILE_LANGUAGE:CUDA>,-Xcompiler=-fPIC,-fPIC>)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Installed libraries and programs find each other wherever the prefix is.
set(CMAKE_INSTALL_RPATH $ORIGIN $ORIGIN/../${CMAKE_INSTALL_LIBDIR})
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(VRKN_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined")
if(VRKN_SANITIZE)
  # GCC sees uninitialised variables that are none once the sanitizers' checks are in.
  add_compile_options("$<$<NOT:$<COMPILE_LANGUAGE:CUDA>>:-fsanitize=${VRKN_SANITIZE};-fno-omit-frame-pointer>"
                      $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${VRKN_SANITIZE})
endif()

option(VRKN_FUZZ "Build the fuzzers (needs Clang): tests/fuzz" OFF)
if(VRKN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

option(VRKN_COVERAGE "Count how often each line runs, for gcov" OFF)
if(VRKN_COVERAGE)
  add_compile_options("$<$<NOT:$<COMPILE_LANGUAGE:CUDA>>:--coverage;-fprofile-update=prefer-atomic>")
  add_link_options(--coverage)
endif()

find_program(VRKN_CCACHE ccache)
if(VRKN_CCACHE)
  # The precompiled header needs these two relaxations, as ccache's manual says.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${VRKN_CCACHE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

find_program(VRKN_MOLD mold)
if(VRKN_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Segments that begin on pages of their own: otherwise mold 1.10 now and then places LibTorch's one-byte thread-local
  # variable on a page that nothing is loaded to, and the program cannot start ("cannot apply additional memory
  # protection after relocation").
  add_link_options(-fuse-ld=mold -Wl,-z,separate-code)
endif()

# Warnings for our own targets only; dependencies come in as system headers.
add_library(vrkn_warnings INTERFACE)
target_compile_options(vrkn_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${VRKN_WARNINGS_AS_ERRORS}>>:-Werror>
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wshadow,-Wconversion,-Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${VRKN_WARNINGS_AS_ERRORS}>>:-Werror=all-warnings;-Xcompiler=-Werror>)
