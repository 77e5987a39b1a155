#include "vrkn/report/page/page.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "vrkn/core/sha256.h"
#include "vrkn/core/version.h"
#include "vrkn/report/figure/text.h"
#include "vrkn/report/page/base64.h"

namespace vrkn::report {
namespace {

/// In this order they are one script, each file a subject of it.
constexpr std::array<std::string_view, 12> kScripts = {"dom.js",        "format.js", "theme.js",  "choices.js",
                                                       "line_chart.js", "curves.js", "scores.js", "calibration.js",
                                                       "gallery.js",    "runs.js",   "live.js",   "main.js"};

std::string_view file(std::string_view name) {
  const auto found = std::ranges::find(embedded_page_files(), name, &EmbeddedFile::name);
  if (found == embedded_page_files().end()) throw std::logic_error("no embedded file " + std::string(name));
  return found->content;
}

std::string script() {
  std::string text = "(() => {\n\"use strict\";\n";
  for (const std::string_view name : kScripts) text += file(name);
  return text + "})();\n";
}

/// JSON inside a script element: it must not end it, nor begin a comment.
std::string escape_json(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) text += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return text;
}

std::string hash_source(std::string_view content) {
  return "'sha256-" + base64(sha256(content)) + "'";
}

/// The template with what belongs into its places; every text is put in once and not looked at again.
std::string fill(std::string_view page, std::span<const std::pair<std::string_view, std::string>> places) {
  std::string filled;
  for (size_t at = 0; at < page.size();) {
    const size_t begin = std::min(page.find("{{", at), page.size());
    filled += page.substr(at, begin - at);
    if (begin == page.size()) break;
    const size_t end = page.find("}}", begin);
    const std::string_view name = page.substr(begin + 2, end - begin - 2);
    const auto found = std::ranges::find(places, name, &std::pair<std::string_view, std::string>::first);
    if (found == places.end()) throw std::logic_error("the page has an unknown place " + std::string(name));
    filled += found->second;
    at = end + 2;
  }
  return filled;
}

}  // namespace

std::string page_policy(bool live) {
  const std::string own = live ? " 'self'" : "";
  return fmt::format(
      "default-src 'none'; script-src {} {}; style-src {} {}; img-src data:{}; media-src data:{}; connect-src {}; "
      "base-uri 'none'; form-action 'none'",
      hash_source(file("uPlot.iife.min.js")), hash_source(script()), hash_source(file("uPlot.min.css")),
      hash_source(file("page.css")), own, own, live ? "'self'" : "'none'");
}

std::string page_html(const std::string& title, std::string_view data, bool live) {
  const std::string code = script();
  const std::string_view uplot = file("uPlot.iife.min.js"), uplot_style = file("uPlot.min.css"),
                         style = file("page.css");
  const std::pair<std::string_view, std::string> places[] = {
      {"policy", page_policy(live)},
      {"generator", escape_xml(fmt::format("vrkn {} ({})", version(), commit()))},
      {"title", escape_xml(title)},
      {"uplot_style", std::string(uplot_style)},
      {"style", std::string(style)},
      {"data", escape_json(data)},
      {"uplot_licence", std::string(file("LICENSE"))},
      {"uplot", std::string(uplot)},
      {"script", code}};
  return fill(file("page.html"), places);
}

}  // namespace vrkn::report
