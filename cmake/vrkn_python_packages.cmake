# LibTorch and MuJoCo from the Python packages `torch` and `mujoco`: where VRKN_PYTHON names an interpreter that has them,
# they are taken from there, and not from the system.

# As `pip install .` builds: with the packages of the interpreter that it builds for, and the small libraries of
# scripts/sources.txt.
if(SKBUILD)
  set(VRKN_PYTHON ${Python_EXECUTABLE})
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/python_setup libraries COMMAND_ERROR_IS_FATAL ANY)
  list(PREPEND CMAKE_PREFIX_PATH ${PROJECT_SOURCE_DIR}/build/prefix)
endif()
set(VRKN_PYTHON "" CACHE FILEPATH "A Python interpreter whose packages torch and mujoco serve in place of the system's")
if(VRKN_PYTHON)
  foreach(package torch mujoco)
    execute_process(COMMAND ${VRKN_PYTHON} -c
      "import importlib.util as u; print(u.find_spec('${package}').submodule_search_locations[0])"
      OUTPUT_VARIABLE vrkn_python_${package} OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
    if(failed)
      message(FATAL_ERROR "VRKN_PYTHON is ${VRKN_PYTHON}, which has no package ${package}: pip install ${package}")
    endif()
  endforeach()
  set(Torch_DIR ${vrkn_python_torch}/share/cmake/Torch)
  list(PREPEND CMAKE_PREFIX_PATH ${vrkn_python_torch})  # before the system's, whose libc10 TorchConfig would take
  set(VRKN_MUJOCO_ROOT ${vrkn_python_mujoco})
endif()
