# cmake -D OUTPUT=<file.cpp> -D FUNCTION=<name> -D HEADER=<header> -P write_embedded_files.cmake -- <file> ...
#
# The build step behind vrkn_embed_files().

set(files "")
set(after_dashes FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(index RANGE ${last})
  if(after_dashes)
    list(APPEND files "${CMAKE_ARGV${index}}")
  elseif(CMAKE_ARGV${index} STREQUAL "--")
    set(after_dashes TRUE)
  endif()
endforeach()

set(entries "")
foreach(file IN LISTS files)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" content)
  string(APPEND entries "    {\"${name}\", R\"file(${content})file\"},\n")
endforeach()

string(REGEX REPLACE "^vrkn/([^/]*)/.*" "vrkn::\\1" namespace "${HEADER}")  # that of the header's module
file(WRITE "${OUTPUT}" "// Written by cmake/write_embedded_files.cmake.
#include \"${HEADER}\"

namespace ${namespace} {
namespace {

constexpr EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

std::span<const EmbeddedFile> ${FUNCTION}() { return kFiles; }

}  // namespace ${namespace}
")
