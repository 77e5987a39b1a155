# Builds the component kalman alone, with LibTorch, MuJoCo and OpenGL out of reach, installs it, and builds and runs a
# program against it: by CMake, and, where pkg-config is, by its flags. Another component must be refused with a reason.
# Needs -D SOURCE_DIR=<the tree> -D CXX_COMPILER=<compiler> -D CXX_LAUNCHER=<a compiler cache or nothing>.

set(work $ENV{TMPDIR})
if(NOT work)
  set(work /tmp)
endif()
string(RANDOM LENGTH 12 name)
set(work ${work}/vrkn-kalman-${name})

function(fail message)
  file(REMOVE_RECURSE ${work})
  message(FATAL_ERROR "${message}")
endfunction()

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    fail("${ARGN}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(out_of_reach "")
foreach(package Torch mujoco OpenGL OpenMP ZLIB CLI11 tomlplusplus nlohmann_json fmt)
  list(APPEND out_of_reach -D CMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
endforeach()
set(compiler -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_COMPILER=${CXX_COMPILER}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${CXX_LAUNCHER} ${out_of_reach})

foreach(shared OFF ON)
  set(prefix ${work}/${shared}/prefix)
  run(${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${work}/${shared}/build ${compiler} -D VRKN_COMPONENTS=kalman
    -D VRKN_BUILD_TESTS=OFF -D BUILD_SHARED_LIBS=${shared})
  run(${CMAKE_COMMAND} --build ${work}/${shared}/build)
  run(${CMAKE_COMMAND} --install ${work}/${shared}/build --prefix ${prefix})
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/kalman -B ${work}/${shared}/user ${compiler} -D CMAKE_PREFIX_PATH=${prefix})
  run(${CMAKE_COMMAND} --build ${work}/${shared}/user)
  run(${work}/${shared}/user/kalman_user)
  if(NOT output MATCHES "N\\(0.5, 0.5\\)")
    fail("kalman_user printed ${output}")
  endif()
endforeach()

file(WRITE ${work}/agents/CMakeLists.txt
  "cmake_minimum_required(VERSION 3.25)\nproject(asks LANGUAGES CXX)\nfind_package(vrkn REQUIRED COMPONENTS kalman agents)\n")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${work}/agents -B ${work}/agents/build -G Ninja -D CMAKE_PREFIX_PATH=${prefix}
  RESULT_VARIABLE status ERROR_VARIABLE output OUTPUT_QUIET)
if(status EQUAL 0 OR NOT output MATCHES "agents was not built; there are: kalman")
  fail("a component that is not there was not refused as it should be:\n${output}")
endif()

find_program(pkg_config pkg-config)
if(pkg_config)
  set(ENV{PKG_CONFIG_PATH} ${work}/OFF/prefix/lib/pkgconfig:${work}/OFF/prefix/lib/x86_64-linux-gnu/pkgconfig)
  run(${pkg_config} --cflags --libs vrkn-kalman)
  string(STRIP "${output}" flags)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${CXX_COMPILER} ${CMAKE_CURRENT_LIST_DIR}/kalman/main.cpp ${flags} -o ${work}/by-pkg-config)
  run(${work}/by-pkg-config)
endif()
file(REMOVE_RECURSE ${work})
