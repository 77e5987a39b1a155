#include "vrkn/bench/project_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vrkn/bench/bench_report.h"
#include "vrkn/core/error.h"

namespace vrkn::bench {
namespace {

using Json = nlohmann::ordered_json;

struct Found {
  Json measurement;
  double gflop = 0.0;
  Quartiles time_s;
  double figure = 0.0;
  double to_limit = 0.0;
};

/// What read() makes of a row's measurement. Throws DataError when something is not there.
template <class Read>
auto read_from(const MeasuredRow& measured, Read&& read) {
  try {
    return read(Json::parse(measured.json));
  } catch (const nlohmann::json::exception& error) {
    throw DataError("The measurement of '" + std::string(measured.row.work) + "' cannot be read: " + error.what());
  }
}

Found find(const MeasuredRow& measured) {
  return read_from(measured, [&](const Json& measurement) {
    const Json& rows = measurement.at("rows");
    const Json& row = rows.at(rows.size() - 1);
    const Json& time = row.at(row.at("clock").get<std::string>() + "_s");
    Found found{.measurement = measurement,
                .gflop = row.at("gflop"),
                .time_s = {time.at("low"), time.at("median"), time.at("high")}};
    switch (measured.row.figure) {
      case RowKind::kRatio:
        found.to_limit = row.at("ratio");
        found.figure = row.value("ratio_to_blas", found.to_limit);
        break;
      case RowKind::kTime:
        found.figure = found.time_s.median;
        break;
      case RowKind::kMemory:
        found.figure = measurement.at("peak_memory_bytes");
        break;
    }
    return found;
  });
}

/// What all rows were measured on, and the peak beside which the first one was.
std::string how_text(const MeasuredRow& measured) {
  return read_from(measured, [](const Json& json) {
    const int64_t threads = json.at("threads"), repetitions = json.at("repetitions");
    const auto text = [](const Json& value) { return value.get<std::string>(); };
    const Json& peaks = json.at("peaks");
    const double limit = peaks.at("gflop_per_s");
    return fmt::format(
        "{}, {}, {} thread{} (the authors' code: 2), {} repetition{}, {} time\n"
        "arithmetic, first row: {:.1f} GFLOP/s of float32 products by BLAS{}, the unit of here and authors; "
        "{:.1f} is the limit\n",
        text(json.at("processor")), text(json.at("device")), threads, threads == 1 ? "" : "s", repetitions,
        repetitions == 1 ? "" : "s", text(json.at("rows").at(0).at("clock")), peaks.value("blas_gflop_per_s", limit),
        text(json.at("blas_kernels")).empty() ? "" : ", kernels for " + text(json.at("blas_kernels")), limit);
  });
}

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

std::string figure_text(RowKind figure, double value) {
  switch (figure) {
    case RowKind::kTime:
      return time_text(value);
    case RowKind::kMemory:
      return fmt::format("{:.2f} GiB", value / kGibibyte);
    case RowKind::kRatio:
      break;
  }
  return fmt::format("{:.1f}", value);
}

std::string_view figure_name(RowKind figure) {
  switch (figure) {
    case RowKind::kTime:
      return "time_s";
    case RowKind::kMemory:
      return "peak_memory_bytes";
    case RowKind::kRatio:
      break;
  }
  return "ratio_to_blas";
}

std::vector<ProjectRow> make_rows() {
  const std::vector<std::string> vrkn_images = {"train-step", "--preset", "paper-dreamer"};
  const std::vector<std::string> rssm_images = {"train-step", "--preset", "paper-dreamer", "--set", "model.kind=rssm"};
  const auto with_vector = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--set", "environment.sensors=state"});
    return arguments;
  };
  const std::vector<std::string> act = {"act", "--preset", "paper-dreamer"};
  return {
      {"Dreamer update, VRKN, images", vrkn_images, RowKind::kRatio, 4.8},
      {"Dreamer update, RSSM, images", rssm_images, RowKind::kRatio, 4.6},
      {"Dreamer update, VRKN, 5 numbers", with_vector(vrkn_images), RowKind::kRatio, 2.5},
      {"Dreamer update, RSSM, 5 numbers", with_vector(rssm_images), RowKind::kRatio, 2.2},
      {"latent recurrence, VRKN", {"recurrence", "--preset", "paper-dreamer"}, RowKind::kRatio, 4.3},
      {"plan, VRKN, images", {"plan", "--preset", "paper-planet"}, RowKind::kRatio, 3.0},
      {"plan, RSSM, images", {"plan", "--preset", "paper-planet", "--set", "model.kind=rssm"}, RowKind::kRatio, 2.1},
      {"Dreamer acts, VRKN, image", act, RowKind::kTime, 2.2e-3},
      {"Dreamer acts, VRKN, 5 numbers", with_vector(act), RowKind::kTime, 0.5e-3},
      {"Dreamer update, VRKN, images: memory", vrkn_images, RowKind::kMemory, 4.0 * kGibibyte},
  };
}

}  // namespace

std::span<const ProjectRow> project_rows() {
  static const std::vector<ProjectRow> rows = make_rows();
  return rows;
}

std::string project_text(std::span<const MeasuredRow> rows) {
  std::string text = rows.empty() ? "" : how_text(rows.front()) + "\n";
  text += fmt::format("{:<38}{:>9}  {:<32}{:>10}{:>10}{:>10}\n", "work", "GFLOP", "median (quartiles)", "here",
                      "authors", "to limit");
  for (const MeasuredRow& measured : rows) {
    const auto& [work, arguments, figure, authors] = measured.row;
    const Found found = find(measured);
    text += fmt::format("{:<38}{:>9.3f}  {:<32}{:>10}{:>10}", work, found.gflop, quartiles_text(found.time_s),
                        figure_text(figure, found.figure), figure_text(figure, authors));
    text += figure == RowKind::kRatio ? fmt::format("{:>10.1f}\n", found.to_limit) : "\n";
  }
  return text;
}

std::string project_json(std::span<const MeasuredRow> rows) {
  Json json = {{"rows", Json::array()}};
  for (const MeasuredRow& measured : rows) {
    const auto& [work, arguments, figure, authors] = measured.row;
    const Found found = find(measured);
    json["rows"].push_back({{"work", work},
                            {"arguments", arguments},
                            {"figure", figure_name(figure)},
                            {"here", found.figure},
                            {"authors", authors},
                            {"measurement", found.measurement}});
    if (figure == RowKind::kRatio) json["rows"].back()["to_limit"] = found.to_limit;
  }
  return json.dump(2) + "\n";
}

}  // namespace vrkn::bench
