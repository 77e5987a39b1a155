# What `cmake --install` puts in place: the modules' libraries, the public headers, the vrkn command, and the package behind
#
#   find_package(vrkn REQUIRED COMPONENTS kalman)     any of cmake/vrkn_components.cmake; none: all that were built
#   target_link_libraries(mine PRIVATE vrkn::kalman)  vrkn::vrkn: all that were built

include(CMakePackageConfigHelpers)

# Components under one name each, and all of them under another, inside this build too. `kalman` is a module itself.
get_property(layers GLOBAL PROPERTY VRKN_LAYERS)
list(TRANSFORM layers PREPEND vrkn_ OUTPUT_VARIABLE layer_targets)
set(component_targets vrkn_library)
add_library(vrkn_library INTERFACE)
set_target_properties(vrkn_library PROPERTIES EXPORT_NAME vrkn)
target_link_libraries(vrkn_library INTERFACE ${layer_targets})
add_library(vrkn::vrkn ALIAS vrkn_library)
foreach(component IN LISTS vrkn_components)
  if(NOT TARGET vrkn_${component})
    add_library(vrkn_${component} INTERFACE)
    set_target_properties(vrkn_${component} PROPERTIES EXPORT_NAME ${component})
    list(TRANSFORM vrkn_modules_of_${component} PREPEND vrkn_ OUTPUT_VARIABLE modules)
    target_link_libraries(vrkn_${component} INTERFACE ${modules})
    list(APPEND component_targets vrkn_${component})
  endif()
  add_library(vrkn::${component} ALIAS vrkn_${component})
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vrkn)
if(TARGET vrkn_torch)
  list(APPEND component_targets vrkn_torch)
endif()
install(TARGETS ${component_targets} ${layer_targets} EXPORT vrkn_targets DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT vrkn_targets NAMESPACE vrkn:: DESTINATION ${package_dir})
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/public_headers.txt headers REGEX "^vrkn/")
foreach(header IN LISTS headers)
  string(REGEX REPLACE "^vrkn/([^/]*)/.*" "\\1" module ${header})
  if(module IN_LIST vrkn_modules)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
  endif()
endforeach()
if(VRKN_BUILD_APPS)
  install(TARGETS vrkn vrkn_main RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/vrkn-config.cmake.in ${CMAKE_BINARY_DIR}/vrkn-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vrkn-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vrkn-config.cmake ${CMAKE_BINARY_DIR}/vrkn-config-version.cmake
  ${CMAKE_CURRENT_LIST_DIR}/vrkn_find_httplib.cmake ${CMAKE_CURRENT_LIST_DIR}/vrkn_find_mujoco.cmake DESTINATION ${package_dir})

# Linear-Gaussian models for builds without CMake; the other components need LibTorch's own flags.
if(kalman IN_LIST vrkn_components)
  file(RELATIVE_PATH vrkn_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/vrkn-kalman.pc.in ${CMAKE_BINARY_DIR}/vrkn-kalman.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/vrkn-kalman.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
