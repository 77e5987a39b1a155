# vrkn_embed_files(<variable> FUNCTION <name> HEADER <header> FILES <a.xml> ...)
#
# Files that travel inside the library, so that a program finds them wherever it is installed: puts into <variable> the
# path of a generated C++ source that holds them as string literals and defines <name>(), declared by HEADER,
# in the namespace of its module, as std::span<const EmbeddedFile> (vrkn/core/embedded_file.h).
function(vrkn_embed_files variable)
  cmake_parse_arguments(PARSE_ARGV 1 EMBED "" "FUNCTION;HEADER" "FILES")
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${EMBED_FUNCTION}.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/write_embedded_files.cmake)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D OUTPUT=${output} -D FUNCTION=${EMBED_FUNCTION} -D HEADER=${EMBED_HEADER} -P ${script} -- ${EMBED_FILES}
    DEPENDS ${EMBED_FILES} ${script} VERBATIM
    COMMENT "Embedding ${EMBED_FUNCTION}")
  set(${variable} ${output} PARENT_SCOPE)
endfunction()
