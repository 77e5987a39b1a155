# Installs a build into a temporary prefix, then configures, builds and runs against it the program beside this file and
# the examples.
# Needs -D BUILD_DIR=<the build> -D CXX_COMPILER=<compiler> -D CXX_FLAGS=<flags> -D CXX_LAUNCHER=<a compiler cache or
# nothing>.

set(work $ENV{TMPDIR})
if(NOT work)
  set(work /tmp)
endif()
string(RANDOM LENGTH 12 name)
set(work ${work}/vrkn-package-${name})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    file(REMOVE_RECURSE ${work})
    message(FATAL_ERROR "${ARGN}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${work}/prefix)

# Builds the project in a folder as a user would.
function(build source build)
  run(${CMAKE_COMMAND} -S ${source} -B ${build} -G Ninja -D CMAKE_PREFIX_PATH=${work}/prefix
    -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_COMPILER=${CXX_COMPILER} -D "CMAKE_CXX_FLAGS=${CXX_FLAGS}"
    -D CMAKE_CXX_COMPILER_LAUNCHER=${CXX_LAUNCHER})
  run(${CMAKE_COMMAND} --build ${build})
endfunction()

# Runs a program, which must print what the regular expression says.
function(expect pattern)
  run(${ARGN})
  message(STATUS "${output}")
  if(NOT output MATCHES "${pattern}")
    file(REMOVE_RECURSE ${work})
    message(FATAL_ERROR "${ARGN}\nprinted nothing like ${pattern}:\n${output}")
  endif()
endfunction()

build(${CMAKE_CURRENT_LIST_DIR} ${work}/build)
expect("N\\(0.5, 0.5\\)" ${work}/build/vrkn_user)

build(${CMAKE_CURRENT_LIST_DIR}/../../examples ${work}/examples)
expect("mean return of the last evaluation, at most 50: [0-9]" ${work}/examples/own_world/own_world ${work}/run)
expect("episode 9: return [0-9]" ${work}/examples/own_model/own_model)
expect("1000 ticks: median [0-9.]+ ms, 99 % [0-9.]+ ms" ${work}/examples/online_filter/online_filter)
file(REMOVE_RECURSE ${work})
