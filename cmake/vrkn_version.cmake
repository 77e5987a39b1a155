# vrkn_add_version(<target>)
#
# Adds the implementation of vrkn/core/version.h to a target. Every build asks git anew; the file is written, and the
# target rebuilt, only when the answer changed.
function(vrkn_add_version target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/version.cpp)
  add_custom_target(${target}_version BYPRODUCTS ${output} COMMENT "Reading the version from git" VERBATIM
    COMMAND ${CMAKE_COMMAND}
      -D SOURCE_DIR=${PROJECT_SOURCE_DIR} -D OUTPUT=${output} -D VRKN_VERSION=${PROJECT_VERSION}
      -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake)
  target_sources(${target} PRIVATE ${output})
  add_dependencies(${target} ${target}_version)
endfunction()
