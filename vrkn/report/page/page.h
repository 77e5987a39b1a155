#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vrkn/core/embedded_file.h"

namespace vrkn::report {

/// The files of web/report and web/uplot, as they were when the program was built.
std::span<const EmbeddedFile> embedded_page_files();

/// The content security policy of the page: exactly what is inside it; a live page may also ask its own server.
std::string page_policy(bool live);

/// The whole page as one HTML file that loads nothing: style, scripts and `data` (page_data.h) are inside, and
/// page_policy().
std::string page_html(const std::string& title, std::string_view data, bool live);

}  // namespace vrkn::report
