#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vrkn/core/embedded_file.h"

namespace vrkn::report {

/// The files of web/report and web/uplot, as they were when the program was built.
std::span<const EmbeddedFile> embedded_page_files();

/// The whole page as one HTML file that loads nothing: style, scripts and `data` (page_data.h) are inside. Its content
/// security policy allows exactly these; a live page may also ask its own server.
std::string page_html(const std::string& title, std::string_view data, bool live);

}  // namespace vrkn::report
