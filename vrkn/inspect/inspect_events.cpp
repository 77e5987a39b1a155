#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "vrkn/inspect/inspect_files.h"
#include "vrkn/inspect/value_range.h"
#include "vrkn/report/event_file.h"

namespace vrkn::inspect {
namespace {

/// What there is of one tag, in the order of the file.
struct TagSeries {
  ValueRange values;
  float last = 0.0f;
  int64_t first_step = 0, last_step = 0;
};

std::string picture_kind(const std::string& bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "PNG";
  if (bytes.starts_with("GIF89a")) return "GIF";
  return "unknown";
}

/// "pictures of 20 x 30 pixels, PNG", by tag.
void add_pictures(const report::EventFile& file, Inspection& inspection) {
  std::map<std::string, std::vector<const report::PictureEvent*>> by_tag;
  for (const report::PictureEvent& picture : file.pictures) by_tag[picture.tag].push_back(&picture);
  for (const auto& [tag, pictures] : by_tag) {
    const report::PictureEvent& last = *pictures.back();
    Inspection part{.name = tag,
                    .what = fmt::format("{} of {} x {} pixels", picture_kind(last.bytes), last.width, last.height)};
    part.facts = {{"count", static_cast<int64_t>(pictures.size())}, {"last step", last.step}};
    const auto unknown = std::ranges::count_if(
        pictures, [](const report::PictureEvent* picture) { return picture_kind(picture->bytes) == "unknown"; });
    if (unknown > 0) part.faults.push_back(fmt::format("{} of its pictures are neither PNG nor GIF", unknown));
    inspection.parts.push_back(std::move(part));
  }
}

void add_scalars(const report::EventFile& file, Inspection& inspection) {
  std::map<std::string, TagSeries> by_tag;
  for (const report::ScalarEvent& scalar : file.scalars) {
    TagSeries& series = by_tag[scalar.tag];
    if (series.values.count() == 0) series.first_step = scalar.step;
    series.values.add(scalar.value);
    series.last = scalar.value;
    series.last_step = scalar.step;
  }
  for (const auto& [tag, series] : by_tag) {
    Inspection part{.name = tag, .what = "numbers"};
    part.facts = series.values.facts();
    part.facts.insert(part.facts.begin(),
                      {{"count", series.values.count()}, {"last", static_cast<double>(series.last)}});
    part.facts.push_back({"steps", std::vector<int64_t>{series.first_step, series.last_step}});
    if (series.values.not_finite() > 0) {
      part.faults.push_back(fmt::format("{} of its numbers are not finite", series.values.not_finite()));
    }
    inspection.parts.push_back(std::move(part));
  }
}

}  // namespace

Inspection inspect_events(const std::filesystem::path& path, const std::string& name) {
  return inspect_file(path, name, "events for TensorBoard", [&](Inspection& inspection) {
    const report::EventFile file = report::read_event_file(path);
    inspection.facts.insert(inspection.facts.end(), {{"version", file.version},
                                                     {"events", file.events},
                                                     {"bytes of whole events", file.bytes},
                                                     {"numbers", static_cast<int64_t>(file.scalars.size())},
                                                     {"pictures", static_cast<int64_t>(file.pictures.size())}});
    if (!file.fault.empty()) inspection.faults.push_back(file.fault);
    if (file.fault.empty() && file.version != "brain.Event:2") {
      inspection.faults.push_back(fmt::format("its version is '{}', not brain.Event:2", file.version));
    }
    add_scalars(file, inspection);
    add_pictures(file, inspection);
  });
}

}  // namespace vrkn::inspect
