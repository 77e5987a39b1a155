#include "vrkn/report/page/page_data.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/file.h"
#include "vrkn/core/json_text.h"
#include "vrkn/core/version.h"
#include "vrkn/report/page/base64.h"

namespace vrkn::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMegabyte = 1'000'000;
constexpr size_t kLargestItemBytes = 4 * kMegabyte;
constexpr size_t kAllItemsBytes = 48 * kMegabyte;

Json to_json(const analysis::PublishedResult& result) {
  Json scores = Json::array();
  for (const analysis::PublishedScore& score : result.scores) {
    scores.push_back({{"step", score.step}, {"low", score.low}, {"high", score.high}});
  }
  return {{"name", result.name}, {"source", result.source}, {"scores", scores}};
}

Json to_json(const analysis::GroupResult& result) {
  const analysis::QuartileCurve& curve = result.curve;
  return {{"group", result.group},
          {"runs", result.runs},
          {"curve",
           {{"step", curve.step},
            {"low", curve.low},
            {"median", curve.median},
            {"high", curve.high},
            {"runs", curve.runs}}},
          {"scores", result.scores},
          {"mean", to_json(result.mean)},
          {"median", result.median}};
}

Json to_json(const analysis::OverallResult& result) {
  const analysis::MeanCurve& curve = result.curve;
  return {{"group", result.group},
          {"curve", {{"step", curve.step}, {"mean", curve.mean}, {"low", curve.low}, {"high", curve.high}}},
          {"interquartile_mean", to_json(result.interquartile_mean)},
          {"mean", to_json(result.mean)},
          {"median", to_json(result.median)}};
}

template <class Items, class Convert>
Json list(const Items& items, const Convert& convert) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(convert(item));
  return json;
}

/// The number of the group that each run belongs to.
std::vector<size_t> group_of_runs(const PageContent& content) {
  std::vector<size_t> groups(content.runs.size());
  for (size_t g = 0; g < content.comparison.groups.size(); ++g) {
    for (const size_t run : content.comparison.groups[g].runs) groups[run] = g;
  }
  return groups;
}

Json runs_json(const PageContent& content) {
  const std::vector<size_t> groups = group_of_runs(content);
  Json json = Json::array();
  for (size_t i = 0; i < content.runs.size(); ++i) {
    const analysis::RunRecord& run = content.runs[i];
    const analysis::Curve curve = analysis::curve_of(run.metrics, content.comparison.metric);
    json.push_back({{"name", run.name},
                    {"group", groups[i]},
                    {"task", run.task()},
                    {"seed", run.seed()},
                    {"last_step", run.last_step()},
                    {"started", run.provenance.started},
                    {"commit", run.provenance.commit},
                    {"step", curve.step},
                    {"value", curve.value}});
  }
  return json;
}

/// The number of the run in a folder; null for none.
Json run_in(const std::filesystem::path& folder, std::span<const analysis::RunRecord> runs) {
  const auto found = std::ranges::find(runs, folder, &analysis::RunRecord::path);
  return found == runs.end() || folder.empty() ? Json(nullptr) : Json(found - runs.begin());
}

Json media_item_json(const MediaItem& media_item, const PageContent& content, const SourceOf& source_of) {
  const std::optional<std::string> source = source_of(media_item);
  Json json = {{"kind", media_item.kind == MediaItem::Kind::kVideo ? "video" : "picture"},
               {"title", media_item.title},
               {"caption", media_item.caption},
               {"wide", media_item.wide},
               {"run", run_in(media_item.run, content.runs)},
               {"source", source ? Json(*source) : Json(nullptr)}};
  if (!source) {
    json["path"] = media_item.file.string();
    json["size"] = fmt::format("{:.1f} MB", static_cast<double>(bytes_of(media_item).size()) / kMegabyte);
  }
  return json;
}

Json calibration_json(const CalibrationItem& item, const PageContent& content) {
  const auto quantity_json = [](const analysis::CalibratedQuantity& quantity) {
    return Json{{"name", quantity.name},
                {"gap", analysis::to_json(quantity.gap)},
                {"horizons", list(quantity.horizons, [](const auto& horizon) { return analysis::to_json(horizon); })}};
  };
  return {{"title", item.title},
          {"run", run_in(item.run, content.runs)},
          {"levels", item.file.levels},
          {"latent_gap", analysis::to_json(item.file.latent_gap)},
          {"gap_warnings", analysis::gap_warnings(item.file)},
          {"quantities", list(item.file.quantities, quantity_json)}};
}

}  // namespace

std::string page_data(const PageContent& content, const SourceOf& source_of) {
  const analysis::Comparison& comparison = content.comparison;
  Json json = {
      {"made_by", fmt::format("vrkn {} ({})", version(), commit())},
      {"live", content.live},
      {"metric", comparison.metric.text()},
      {"metric_label", comparison.metric == analysis::MetricName{} ? "Return" : comparison.metric.text()},
      {"step_name", analysis::step_name(comparison.metric)},
      {"level", comparison.level},
      {"resamples", content.resamples},
      {"groups", list(comparison.groups,
                      [](const analysis::RunGroup& group) {
                        return Json{{"label", group.label}};
                      })},
      {"differences", list(comparison.differences,
                           [](const analysis::SettingDifference& difference) {
                             return Json{{"key", difference.key}, {"values", difference.values}};
                           })},
      {"tasks", list(comparison.tasks,
                     [](const analysis::TaskComparison& task) {
                       return Json{
                           {"name", task.name},
                           {"score_step", task.score_step},
                           {"groups", list(task.groups, [](const auto& result) { return to_json(result); })},
                           {"published", list(task.published, [](const auto& result) { return to_json(result); })}};
                     })},
      {"common_tasks", comparison.common_tasks},
      {"overall", list(comparison.overall, [](const analysis::OverallResult& result) { return to_json(result); })},
      {"pairs", list(comparison.pairs,
                     [](const analysis::PairComparison& pair) {
                       return Json{{"first", pair.first},
                                   {"second", pair.second},
                                   {"tasks", pair.tasks.size()},
                                   {"probability", to_json(pair.probability)}};
                     })},
      {"runs", runs_json(content)},
      {"skipped", list(content.skipped,
                       [](const analysis::SkippedRun& skipped) {
                         return Json{{"path", skipped.path.string()}, {"reason", skipped.reason}};
                       })},
      {"media_items",
       list(content.media_items,
            [&](const MediaItem& media_item) { return media_item_json(media_item, content, source_of); })},
      {"calibrations",
       list(content.calibrations, [&](const CalibrationItem& item) { return calibration_json(item, content); })}};
  // Names of files may be no UTF-8; one odd name must not spoil the page.
  return json_text(json);
}

SourceOf embedded_source() {
  const auto spent = std::make_shared<size_t>(0);
  return [spent](const MediaItem& media_item) -> std::optional<std::string> {
    const std::string bytes = bytes_of(media_item);
    if (bytes.size() > kLargestItemBytes || *spent + bytes.size() > kAllItemsBytes) return std::nullopt;
    *spent += bytes.size();
    return "data:" + media_item.media_type + ";base64," + base64(bytes);
  };
}

std::string bytes_of(const MediaItem& media_item) {
  return media_item.bytes.empty() ? read_file(media_item.file) : media_item.bytes;
}

}  // namespace vrkn::report
