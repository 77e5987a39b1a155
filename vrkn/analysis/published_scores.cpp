#include "vrkn/analysis/published_scores.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "vrkn/config/toml.h"
#include "vrkn/core/error.h"

namespace vrkn::analysis {
namespace {

double number(const config::Scalar& value, const std::string& key) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  throw DataError("the published scores '" + key + "' hold something that is no number");
}

std::string text(const config::Entry& entry) {
  const auto* scalar = std::get_if<config::Scalar>(&entry.value);
  const auto* found = scalar ? std::get_if<std::string>(scalar) : nullptr;
  if (found == nullptr) throw DataError("'" + entry.key + "' of the published scores must be a text");
  return *found;
}

/// Rows of a step and a score, or of a step, the lowest and the highest score.
std::vector<PublishedScore> scores_of(const config::Entry& entry) {
  const auto* rows = std::get_if<config::Rows>(&entry.value);
  if (rows == nullptr) throw DataError("the published scores '" + entry.key + "' must be a list of lists");
  std::vector<PublishedScore> scores;
  for (const config::List& row : *rows) {
    if (row.size() != 2 && row.size() != 3) {
      throw DataError("a row of the published scores '" + entry.key + "' must hold a step and one or two scores");
    }
    scores.push_back({.step = static_cast<int64_t>(number(row[0], entry.key)),
                      .low = number(row[1], entry.key),
                      .high = number(row.back(), entry.key)});
  }
  std::ranges::sort(scores, {}, &PublishedScore::step);
  return scores;
}

}  // namespace

std::vector<PublishedResult> published_results(const std::string& task) {
  const EmbeddedFile& file = embedded_published_scores().front();
  std::vector<PublishedResult> found;
  std::map<std::string, std::pair<std::string, std::string>> origins;  // name and source by table
  for (const config::Entry& entry : config::parse_toml(file.content, file.name)) {
    const size_t dot = entry.key.find('.');
    const std::string table = entry.key.substr(0, dot), key = entry.key.substr(dot + 1);
    if (key == "name") origins[table].first = text(entry);
    if (key == "source") origins[table].second = text(entry);
    if (key == "scores." + task) found.push_back({.name = table, .source = {}, .scores = scores_of(entry)});
  }
  for (PublishedResult& result : found) std::tie(result.name, result.source) = origins[result.name];
  return found;
}

}  // namespace vrkn::analysis
