# vrkn_layers: the modules in the order of cmake/layers.txt, bottom to top.
# vrkn_layers_below(<variable> <module>): the modules that its rows there name. A row with all of `env` means `suite` too,
# which is what of `env` needs MuJoCo.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/layers.txt)
file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/layers.txt vrkn_layer_rows REGEX "^vrkn/")
set(vrkn_layers "")
foreach(row IN LISTS vrkn_layer_rows)
  string(REGEX MATCH "^vrkn/([a-z]+)/" match "${row}")
  list(APPEND vrkn_layers ${CMAKE_MATCH_1})
endforeach()
list(REMOVE_DUPLICATES vrkn_layers)
function(vrkn_layers_below variable name)
  set(below "")
  foreach(row IN LISTS vrkn_layer_rows)
    if(row MATCHES "^vrkn/${name}/")
      string(REPLACE " env/**" " suite/**" row "${row}")
      string(REGEX MATCHALL " [a-z]+/" modules "${row}")
      list(APPEND below ${modules})
    endif()
  endforeach()
  string(REGEX REPLACE "[ /]" "" below "${below}")
  list(REMOVE_DUPLICATES below)
  list(REMOVE_ITEM below ${name})
  if(name STREQUAL env)
    list(REMOVE_ITEM below suite)
  endif()
  list(REVERSE below)  # users before what they use
  set(${variable} ${below} PARENT_SCOPE)
endfunction()

# Seconds that a test program may take; instrumented ones are slow.
set(VRKN_TEST_TIMEOUT 600)
if(VRKN_COVERAGE OR VRKN_SANITIZE MATCHES thread)
  set(VRKN_TEST_TIMEOUT 1500)
endif()

# vrkn_add_layer(core SOURCES a.cpp ... TESTS a_test.cpp ... LINKS <libraries> PRIVATE_LINKS <libraries> [TORCH])
#
# A module: the library vrkn_<name>, linked (public) with the modules below it and with outside libraries, and the test
# program vrkn_<name>_test with its unit tests. TORCH: the module sees LibTorch. USES <modules>: in place of those of the
# table, for `suite`, which is a part of a module.
function(vrkn_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 LAYER "TORCH" "" "SOURCES;TESTS;USES;LINKS;PRIVATE_LINKS;TEST_LINKS")
  set(target vrkn_${name})
  add_library(${target} ${LAYER_SOURCES})
  # DEFINE_SYMBOL: one precompiled header must fit shared libraries and programs alike.
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} DEFINE_SYMBOL "" VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  if(NOT LAYER_USES)
    vrkn_layers_below(LAYER_USES ${name})
  endif()
  list(TRANSFORM LAYER_USES PREPEND vrkn_ OUTPUT_VARIABLE uses)
  target_link_libraries(${target} PUBLIC ${uses} ${LAYER_LINKS} PRIVATE $<BUILD_INTERFACE:vrkn_warnings> ${LAYER_PRIVATE_LINKS})
  if(LAYER_TORCH)
    target_link_libraries(${target} PUBLIC vrkn_torch)
    vrkn_reuse_torch_pch(${target})
  endif()
  set_property(GLOBAL APPEND PROPERTY VRKN_LAYERS ${name})

  if(VRKN_BUILD_TESTS AND LAYER_TESTS)
    add_executable(${target}_test ${LAYER_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} vrkn_test_support vrkn_warnings ${LAYER_TEST_LINKS})
    if(LAYER_TORCH)
      target_link_libraries(${target}_test PRIVATE vrkn_torch_test_support)
      vrkn_reuse_torch_pch(${target}_test)
    endif()
    add_test(NAME ${name} COMMAND ${target}_test --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${VRKN_TEST_TIMEOUT})
    if(VRKN_SANITIZE MATCHES thread)
      set_tests_properties(${name} PROPERTIES ENVIRONMENT TSAN_OPTIONS=detect_deadlocks=0:suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp)
    endif()
  endif()
endfunction()

# One precompiled header for every target that sees LibTorch.
function(vrkn_reuse_torch_pch target)
  if(VRKN_PRECOMPILED_HEADER)
    target_precompile_headers(${target} REUSE_FROM vrkn_torch_pch)
  endif()
endfunction()
