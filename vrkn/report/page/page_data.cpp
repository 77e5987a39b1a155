#include "vrkn/report/page/page_data.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/core/file.h"
#include "vrkn/core/version.h"
#include "vrkn/report/page/base64.h"

namespace vrkn {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMegabyte = 1'000'000;
constexpr size_t kLargestExhibit = 4 * kMegabyte;
constexpr size_t kAllExhibits = 48 * kMegabyte;

Json to_json(const Estimate& estimate) {
  Json json = {{"value", estimate.value}, {"low", nullptr}, {"high", nullptr}};
  if (estimate.interval) {
    json["low"] = estimate.interval->low;
    json["high"] = estimate.interval->high;
  }
  return json;
}

Json to_json(const PublishedResult& result) {
  Json scores = Json::array();
  for (const PublishedScore& score : result.scores) {
    scores.push_back({{"step", score.step}, {"low", score.low}, {"high", score.high}});
  }
  return {{"name", result.name}, {"source", result.source}, {"scores", scores}};
}

Json to_json(const GroupResult& result) {
  const QuartileCurve& curve = result.curve;
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

Json to_json(const OverallResult& result) {
  const MeanCurve& curve = result.curve;
  return {{"group", result.group},
          {"curve", {{"step", curve.step}, {"mean", curve.mean}, {"low", curve.low}, {"high", curve.high}}},
          {"interquartile_mean", to_json(result.interquartile_mean)},
          {"mean", to_json(result.mean)},
          {"median", to_json(result.median)}};
}

Json to_json(const CalibrationHorizon& horizon) {
  return {{"steps_ahead", horizon.steps_ahead},
          {"count", horizon.count},
          {"coverage_curve", horizon.coverage_curve},
          {"coverage_50", horizon.coverage_50},
          {"coverage_80", horizon.coverage_80},
          {"coverage_95", horizon.coverage_95},
          {"aleatoric", horizon.aleatoric},
          {"epistemic", horizon.epistemic},
          {"normalised_squared_error", horizon.normalised_squared_error},
          {"normalised_innovation_squared", horizon.normalised_innovation_squared}};
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
    const RunRecord& run = content.runs[i];
    const Curve curve = curve_of(run.metrics, content.comparison.metric);
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
Json run_in(const std::filesystem::path& folder, std::span<const RunRecord> runs) {
  const auto found = std::ranges::find(runs, folder, &RunRecord::path);
  return found == runs.end() || folder.empty() ? Json(nullptr) : Json(found - runs.begin());
}

Json exhibit_json(const Exhibit& exhibit, const PageContent& content, const SourceOf& source_of) {
  const std::optional<std::string> source = source_of(exhibit);
  Json json = {{"kind", exhibit.kind == Exhibit::Kind::kVideo ? "video" : "picture"},
               {"title", exhibit.title},
               {"caption", exhibit.caption},
               {"wide", exhibit.wide},
               {"run", run_in(exhibit.run, content.runs)},
               {"source", source ? Json(*source) : Json(nullptr)}};
  if (!source) {
    json["path"] = exhibit.file.string();
    json["size"] = fmt::format("{:.1f} MB", static_cast<double>(bytes_of(exhibit).size()) / kMegabyte);
  }
  return json;
}

Json calibration_json(const CalibrationFile& file, const PageContent& content) {
  const auto quantity_json = [](const CalibratedQuantity& quantity) {
    return Json{{"name", quantity.name},
                {"horizons", list(quantity.horizons, [](const auto& horizon) { return to_json(horizon); })}};
  };
  return {{"title", file.title},
          {"run", run_in(file.run, content.runs)},
          {"levels", file.levels},
          {"quantities", list(file.quantities, quantity_json)}};
}

}  // namespace

std::string page_data(const PageContent& content, const SourceOf& source_of) {
  const Comparison& comparison = content.comparison;
  Json json = {
      {"made_by", fmt::format("vrkn {} ({})", version(), commit())},
      {"live", content.live},
      {"metric", comparison.metric.text()},
      {"metric_label", comparison.metric == MetricName{} ? "Return" : comparison.metric.text()},
      {"step_name", step_name(comparison.metric)},
      {"level", comparison.level},
      {"resamples", content.resamples},
      {"groups", list(comparison.groups,
                      [](const RunGroup& group) {
                        return Json{{"label", group.label}};
                      })},
      {"differences", list(comparison.differences,
                           [](const SettingDifference& difference) {
                             return Json{{"key", difference.key}, {"values", difference.values}};
                           })},
      {"tasks", list(comparison.tasks,
                     [](const TaskComparison& task) {
                       return Json{
                           {"name", task.name},
                           {"score_step", task.score_step},
                           {"groups", list(task.groups, [](const auto& result) { return to_json(result); })},
                           {"published", list(task.published, [](const auto& result) { return to_json(result); })}};
                     })},
      {"common_tasks", comparison.common_tasks},
      {"overall", list(comparison.overall, [](const OverallResult& result) { return to_json(result); })},
      {"pairs", list(comparison.pairs,
                     [](const PairComparison& pair) {
                       return Json{{"first", pair.first},
                                   {"second", pair.second},
                                   {"tasks", pair.tasks.size()},
                                   {"probability", to_json(pair.probability)}};
                     })},
      {"runs", runs_json(content)},
      {"skipped", list(content.skipped,
                       [](const SkippedRun& skipped) {
                         return Json{{"path", skipped.path.string()}, {"reason", skipped.reason}};
                       })},
      {"exhibits",
       list(content.exhibits, [&](const Exhibit& exhibit) { return exhibit_json(exhibit, content, source_of); })},
      {"calibrations",
       list(content.calibrations, [&](const CalibrationFile& file) { return calibration_json(file, content); })}};
  // Names of files may be no UTF-8; one odd name must not spoil the page.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SourceOf embedded_source() {
  const auto spent = std::make_shared<size_t>(0);
  return [spent](const Exhibit& exhibit) -> std::optional<std::string> {
    const std::string bytes = bytes_of(exhibit);
    if (bytes.size() > kLargestExhibit || *spent + bytes.size() > kAllExhibits) return std::nullopt;
    *spent += bytes.size();
    return "data:" + exhibit.media_type + ";base64," + base64(bytes);
  };
}

std::string bytes_of(const Exhibit& exhibit) {
  return exhibit.bytes.empty() ? read_file(exhibit.file) : exhibit.bytes;
}

}  // namespace vrkn
