# What `cmake --install` puts in place: the modules' libraries and headers, the vrkn command, and the package behind
#
#   find_package(vrkn REQUIRED)
#   target_link_libraries(mine PRIVATE vrkn::vrkn)

include(CMakePackageConfigHelpers)

# All modules under one name, inside this build too.
get_property(layers GLOBAL PROPERTY VRKN_LAYERS)
list(TRANSFORM layers PREPEND vrkn_ OUTPUT_VARIABLE layer_targets)
add_library(vrkn_library INTERFACE)
set_target_properties(vrkn_library PROPERTIES EXPORT_NAME vrkn)
target_link_libraries(vrkn_library INTERFACE ${layer_targets})
add_library(vrkn::vrkn ALIAS vrkn_library)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vrkn)
install(TARGETS vrkn_library vrkn_torch ${layer_targets} EXPORT vrkn_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT vrkn_targets NAMESPACE vrkn:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/vrkn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(VRKN_BUILD_APPS)
  install(TARGETS vrkn RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/vrkn-config.cmake.in ${CMAKE_BINARY_DIR}/vrkn-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/vrkn-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/vrkn-config.cmake ${CMAKE_BINARY_DIR}/vrkn-config-version.cmake
  DESTINATION ${package_dir})
