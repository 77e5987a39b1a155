# LibTorch as the target vrkn_torch, our kernels for CUDA devices, and the precompiled header.

# What our kernels for CUDA devices are compiled for: these architectures and, from the last, all later ones.
set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90 CACHE STRING "Architectures of CUDA devices")
find_package(Torch REQUIRED)
add_library(vrkn_torch INTERFACE)
set_target_properties(vrkn_torch PROPERTIES EXPORT_NAME torch)
# at::parallel_for is a template that runs serially, without a word, where it is compiled without OpenMP.
find_package(OpenMP REQUIRED COMPONENTS CXX)
target_link_libraries(vrkn_torch INTERFACE ${TORCH_LIBRARIES} OpenMP::OpenMP_CXX)
target_include_directories(vrkn_torch SYSTEM INTERFACE "$<BUILD_INTERFACE:${TORCH_INCLUDE_DIRS}>")
# Which way our code for CUDA devices is compiled; TorchConfig names CUDA's libraries where LibTorch was built with them.
set(VRKN_CUDA none)
set(VRKN_CUDA_KERNELS none)
if(TORCH_CUDA_LIBRARIES)
  set(VRKN_CUDA cuda)
  find_package(CUDAToolkit REQUIRED)  # for its headers, which those of LibTorch include
  target_link_libraries(vrkn_torch INTERFACE CUDA::cudart)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    enable_language(CUDA)  # by TorchConfig, too, which leaves flags and no architectures for its users' kernels
    unset(CMAKE_CUDA_FLAGS)
    unset(CMAKE_CUDA_ARCHITECTURES)
    # The C++ compiler links, with CUDA::cudart as all that kernels need, and nothing of another GCC that serves nvcc.
    set(CMAKE_CUDA_RUNTIME_LIBRARY None)
    set(CMAKE_CUDA_IMPLICIT_LINK_DIRECTORIES "")
    set(CMAKE_CUDA_IMPLICIT_LINK_LIBRARIES "")
    if(CMAKE_CUDA_COMPILER_ID STREQUAL "NVIDIA" AND CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 12)  # for C++20
      set(VRKN_CUDA_KERNELS cuda)
    endif()
  endif()
  message(STATUS "Kernels for CUDA devices: ${VRKN_CUDA_KERNELS}")
endif()
separate_arguments(vrkn_torch_flags NATIVE_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(vrkn_torch INTERFACE ${vrkn_torch_flags})
# GCC 13 and 14 mistake a std::vector<bool> that LibTorch 2 grows in Function::apply, inlined into our code, for too small.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  target_compile_options(vrkn_torch INTERFACE $<BUILD_INTERFACE:-Wno-array-bounds$<SEMICOLON>-Wno-stringop-overflow>)
endif()

if(VRKN_PRECOMPILED_HEADER)
  file(WRITE ${CMAKE_BINARY_DIR}/vrkn_torch_pch.cpp "")
  add_library(vrkn_torch_pch OBJECT ${CMAKE_BINARY_DIR}/vrkn_torch_pch.cpp)
  target_link_libraries(vrkn_torch_pch PRIVATE vrkn_torch vrkn_warnings)
  # Named without the folder of the sources, so that ccache serves all copies of them.
  target_include_directories(vrkn_torch_pch PRIVATE ${PROJECT_SOURCE_DIR}/cmake)
  target_precompile_headers(vrkn_torch_pch PRIVATE <torch_pch.h>)
endif()
