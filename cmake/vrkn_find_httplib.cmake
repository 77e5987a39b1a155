# httplib::httplib, a local server: from its CMake package or, as on Debian, from what pkg-config knows of cpp-httplib.

find_package(httplib CONFIG QUIET)
if(NOT TARGET httplib::httplib)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(httplib QUIET IMPORTED_TARGET GLOBAL cpp-httplib)
  endif()
  if(TARGET PkgConfig::httplib)
    add_library(httplib::httplib INTERFACE IMPORTED GLOBAL)
    target_link_libraries(httplib::httplib INTERFACE PkgConfig::httplib)
  endif()
endif()
