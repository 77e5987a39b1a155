#include "vrkn/bench/bench_report.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include "vrkn/core/version.h"
#include "vrkn/math/blas.h"
#include "vrkn/run/system_report.h"

namespace vrkn::bench {
namespace {

constexpr double kGiga = 1e9, kGibi = 1024.0 * 1024.0 * 1024.0;

std::string peaks_text(const BenchReport& report) {
  std::string text;
  if (report.product_flops > 0.0) {
    text += fmt::format("arithmetic: {:.1f} GFLOP/s, {}\n", report.product_flops / kGiga, report.product);
  }
  if (report.blas_flops > 0.0) {
    const std::string kernels = math::blas_kernels();
    text += fmt::format("BLAS: {:.1f} GFLOP/s, the same by {}{}\n", report.blas_flops / kGiga, math::blas_library(),
                        kernels.empty() ? "" : ", kernels for " + kernels);
  }
  if (report.copied_bytes_s > 0.0) {
    text += fmt::format("memory: {:.1f} GB/s copying, reads and writes counted\n", report.copied_bytes_s / kGiga);
  }
  if (report.new_bytes_s > 0.0) text += fmt::format("new memory: {:.1f} GB/s\n", report.new_bytes_s / kGiga);
  return text;
}

std::string limit_text(const Row& row) {
  if (row.limit_s <= 0.0) return "";
  return fmt::format("{:.1f} x {} by {}", row.ratio(), time_text(row.limit_s), row.limited_by);
}

std::string rows_text(const BenchReport& report) {
  std::vector<std::array<std::string, 7>> lines = {
      {"work", "GFLOP", "time (quartiles)", "processor time (quartiles)", "ratio to the limit", "to BLAS", "rate"}};
  for (const Row& row : report.rows) {
    lines.push_back({row.work, row.cost.flop > 0.0 ? fmt::format("{:.3f}", row.cost.flop / kGiga) : "",
                     quartiles_text(row.wall_s), row.processor_s ? quartiles_text(*row.processor_s) : "",
                     limit_text(row), row.blas_s > 0.0 ? fmt::format("{:.1f}", row.ratio_to_blas()) : "",
                     row.units > 0.0 ? fmt::format("{:.0f} {}/s", row.units / row.time_s().median, row.unit) : ""});
  }
  // A column is as wide as it needs to be; one with nothing below its head is left out.
  std::array<size_t, 7> widths{};
  for (size_t column = 0; column < widths.size(); ++column) {
    for (size_t i = 1; i < lines.size(); ++i) widths[column] = std::max(widths[column], lines[i][column].size());
    if (widths[column] > 0) widths[column] = std::max(widths[column], lines[0][column].size());
  }
  std::string text;
  for (const auto& line : lines) {
    std::string cells;
    for (size_t column = 0; column < widths.size(); ++column) {
      if (widths[column] > 0) cells += fmt::format("{:<{}}  ", line[column], widths[column]);
    }
    cells.erase(cells.find_last_not_of(' ') + 1);
    text += cells + '\n';
  }
  return text;
}

std::string shares_text(std::string_view what, const std::vector<TimeShare>& shares, double total_s) {
  std::string text = fmt::format("\n{:<24}{:>10}{:>8}\n", what, "time", "share");
  for (const auto& [name, time_s] : shares) {
    text += fmt::format("{:<24}{:>10}{:>6.1f} %\n", name, time_text(time_s), 100.0 * time_s / total_s);
  }
  return text;
}

nlohmann::ordered_json quartiles_json(const Quartiles& found) {
  return {{"low", found.low}, {"median", found.median}, {"high", found.high}};
}

nlohmann::ordered_json row_json(const Row& row) {
  nlohmann::ordered_json json = {{"work", row.work},
                                 {"gflop", row.cost.flop / kGiga},
                                 {"gb_moved", row.cost.bytes_moved / kGiga},
                                 {"gb_new", row.cost.bytes_new / kGiga},
                                 {"clock", row.processor_s ? "processor" : "wall"},
                                 {"wall_s", quartiles_json(row.wall_s)}};
  if (row.processor_s) json["processor_s"] = quartiles_json(*row.processor_s);
  if (row.limit_s > 0.0) {
    json["limit_s"] = row.limit_s;
    json["limited_by"] = row.limited_by;
    json["ratio"] = row.ratio();
  }
  if (row.blas_s > 0.0) {
    json["blas_s"] = row.blas_s;
    json["ratio_to_blas"] = row.ratio_to_blas();
  }
  if (row.units > 0.0) {
    json["units"] = row.units;
    json["unit"] = row.unit;
  }
  return json;
}

nlohmann::ordered_json shares_json(const std::vector<TimeShare>& shares) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& [name, time_s] : shares) json.push_back({{"name", name}, {"time_s", time_s}});
  return json;
}

}  // namespace

void set_peaks(BenchReport& report, const Probes& probes, const std::string& product) {
  if (probes.arithmetic) {
    report.product_flops = probes.arithmetic->rate();
    report.product = product;
  }
  if (probes.blas) report.blas_flops = probes.blas->rate();
  if (probes.copying) report.copied_bytes_s = probes.copying->rate();
  if (probes.new_memory) report.new_bytes_s = probes.new_memory->rate();
}

std::string quartiles_text(const Quartiles& time_s) {
  return fmt::format("{} ({} to {})", time_text(time_s.median), time_text(time_s.low), time_text(time_s.high));
}

std::string time_text(double time_s) {
  const auto digits = [](double value) { return value < 9.995 ? 2 : value < 99.95 ? 1 : 0; };
  const auto text = [&](double value, const char* unit) {
    return fmt::format("{:.{}f} {}", value, digits(value), unit);
  };
  if (time_s < 0.9995e-3) return text(1e6 * time_s, "us");
  if (time_s < 0.9995) return text(1e3 * time_s, "ms");
  return text(time_s, "s");
}

std::string to_text(const BenchReport& report) {
  std::string text = fmt::format("{}: {}; {}, {} thread{}, {} repetition{}\n", report.subject, report.work,
                                 report.device, report.threads, report.threads == 1 ? "" : "s",
                                 report.options.repetitions, report.options.repetitions == 1 ? "" : "s");
  text += peaks_text(report) + '\n' + rows_text(report);
  if (std::ranges::any_of(report.rows, [](const Row& row) { return row.processor_s.has_value(); })) {
    text += "Where there is processor time, ratios and rates are of it.\n";
  }
  if (report.profile) {
    text += shares_text("part of the first row", report.profile->parts, report.profile->total_s);
    text += shares_text("kind of operation", report.profile->kinds, report.profile->total_s);
  }
  text += '\n';
  for (const std::string& note : report.notes) text += note + '\n';
  return text + fmt::format("peak memory: {:.2f} GiB\n", static_cast<double>(report.peak_memory_bytes) / kGibi);
}

std::string to_json(const BenchReport& report) {
  nlohmann::ordered_json json = {
      {"subject", report.subject},
      {"work", report.work},
      {"device", report.device},
      {"threads", report.threads},
      {"repetitions", report.options.repetitions},
      {"vrkn", version()},
      {"commit", commit()},
      {"libtorch", TORCH_VERSION},
      {"processor", run::processor_name()},
      {"blas", math::blas_library()},
      {"blas_kernels", math::blas_kernels()},
      {"peaks", nlohmann::ordered_json::object()},
      {"rows", nlohmann::ordered_json::array()},
  };
  if (report.product_flops > 0.0) json["peaks"]["gflop_per_s"] = report.product_flops / kGiga;
  if (report.blas_flops > 0.0) json["peaks"]["blas_gflop_per_s"] = report.blas_flops / kGiga;
  if (report.copied_bytes_s > 0.0) json["peaks"]["gb_copied_per_s"] = report.copied_bytes_s / kGiga;
  if (report.new_bytes_s > 0.0) json["peaks"]["gb_new_per_s"] = report.new_bytes_s / kGiga;
  for (const Row& row : report.rows) json["rows"].push_back(row_json(row));
  if (report.profile) {
    json["profile"] = {{"total_s", report.profile->total_s},
                       {"parts", shares_json(report.profile->parts)},
                       {"kinds", shares_json(report.profile->kinds)}};
  }
  json["notes"] = report.notes;
  json["peak_memory_bytes"] = report.peak_memory_bytes;
  return json.dump(2) + "\n";
}

}  // namespace vrkn::bench
