# Writes version.cpp; run by vrkn_add_version() at build time with SOURCE_DIR, OUTPUT and VRKN_VERSION.

set(VRKN_COMMIT "")
if(EXISTS ${SOURCE_DIR}/.git)  # not the repository of a folder above
  execute_process(COMMAND git describe --tags --always --dirty WORKING_DIRECTORY ${SOURCE_DIR}
    OUTPUT_VARIABLE VRKN_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT VRKN_COMMIT)
  set(VRKN_COMMIT unknown)
endif()
configure_file(${SOURCE_DIR}/vrkn/core/version.cpp.in ${OUTPUT} @ONLY)  # leaves an equal file alone
