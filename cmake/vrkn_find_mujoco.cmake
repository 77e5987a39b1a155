# mujoco::mujoco, from the folder VRKN_MUJOCO_ROOT, which is that of Python's package `mujoco` or of a release's archive;
# without it from MuJoCo's own CMake package or from any prefix that CMake searches.

if(VRKN_MUJOCO_ROOT)
  set(VRKN_MUJOCO_INCLUDE_DIR ${VRKN_MUJOCO_ROOT}/include)
  # Python's package has no name without the version.
  file(GLOB VRKN_MUJOCO_LIBRARY ${VRKN_MUJOCO_ROOT}/libmujoco.so* ${VRKN_MUJOCO_ROOT}/lib/libmujoco.so)
  if(NOT VRKN_MUJOCO_LIBRARY)
    message(FATAL_ERROR "VRKN_MUJOCO_ROOT is ${VRKN_MUJOCO_ROOT}, which has no libmujoco.so, nor has its folder lib")
  endif()
  list(GET VRKN_MUJOCO_LIBRARY 0 VRKN_MUJOCO_LIBRARY)
else()
  find_package(mujoco CONFIG QUIET)
  if(mujoco_FOUND)
    # Debian's target names an include folder that its package does not install.
    set_target_properties(mujoco::mujoco PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "")
  else()
    find_path(VRKN_MUJOCO_INCLUDE_DIR mujoco/mujoco.h)
    find_library(VRKN_MUJOCO_LIBRARY mujoco)
  endif()
endif()
if(NOT TARGET mujoco::mujoco AND VRKN_MUJOCO_INCLUDE_DIR AND VRKN_MUJOCO_LIBRARY)
  add_library(mujoco::mujoco SHARED IMPORTED)
  set_target_properties(mujoco::mujoco PROPERTIES
    IMPORTED_LOCATION ${VRKN_MUJOCO_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${VRKN_MUJOCO_INCLUDE_DIR})
endif()
