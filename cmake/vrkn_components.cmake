# What is built and installed: components, which are sets of modules. docs/installing.md says what each is for and what it
# needs.

set(VRKN_ALL_COMPONENTS kalman environments world_model agents tools)
set(VRKN_COMPONENTS ${VRKN_ALL_COMPONENTS} CACHE STRING "What to build: any of ${VRKN_ALL_COMPONENTS}")

set(vrkn_modules_of_kalman core kalman)
set(vrkn_modules_of_environments core env suite)
set(vrkn_modules_of_world_model core kernel math env data nn model)
set(vrkn_modules_of_agents ${vrkn_modules_of_kalman} ${vrkn_modules_of_environments} ${vrkn_modules_of_world_model}
    config parallel agent evaluation run training)
set(vrkn_modules_of_tools ${vrkn_modules_of_agents} analysis onnx sweep study bench report presentation inspect)

set(vrkn_modules "")
foreach(component IN LISTS VRKN_COMPONENTS)
  if(NOT component IN_LIST VRKN_ALL_COMPONENTS)
    message(FATAL_ERROR "VRKN_COMPONENTS names '${component}'; allowed are ${VRKN_ALL_COMPONENTS}")
  endif()
  list(APPEND vrkn_modules ${vrkn_modules_of_${component}})
endforeach()
list(REMOVE_DUPLICATES vrkn_modules)
# What is built is there, asked for or not: tools bring all others.
set(vrkn_components "")
foreach(component IN LISTS VRKN_ALL_COMPONENTS)
  set(missing ${vrkn_modules_of_${component}})
  list(REMOVE_ITEM missing ${vrkn_modules})
  if(missing STREQUAL "")
    list(APPEND vrkn_components ${component})
  endif()
endforeach()
if(NOT "tools" IN_LIST vrkn_components)
  set(VRKN_BUILD_APPS OFF)
endif()

# vrkn_has(<variable> <module>...): whether any of these modules is built.
function(vrkn_has variable)
  set(${variable} FALSE PARENT_SCOPE)
  foreach(module IN LISTS ARGN)
    if(module IN_LIST vrkn_modules)
      set(${variable} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()
