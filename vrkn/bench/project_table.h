#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vrkn::bench {

/// What a row of the project's table compares.
enum class RowKind {
  kRatio,   ///< median over what LibTorch's BLAS takes for the arithmetic, in which the authors' code multiplies
  kTime,    ///< median, seconds
  kMemory,  ///< peak of the process, bytes
};

/// One line of the table that says how fast this project is at the paper's sizes.
struct ProjectRow {
  std::string_view work;
  std::vector<std::string> arguments;  ///< of `vrkn bench`; the last row of what it finds counts
  RowKind figure = RowKind::kRatio;
  double authors = 0.0;  ///< the figure of the authors' PyTorch code, 2 threads on 2 processors, with the same BLAS
};

/// All rows. Rows with the same arguments share one measurement.
std::span<const ProjectRow> project_rows();

/// A row and what its measurement printed as JSON.
struct MeasuredRow {
  ProjectRow row;
  std::string json;
};

/// For people: the machine, then work, GFLOP, median and quartiles, the figure, the authors', and the
/// median over the limit, which is more than the ratio where something multiplies faster than BLAS. Throws
/// DataError when a measurement is not what `vrkn bench SUBJECT --json` prints.
std::string project_text(std::span<const MeasuredRow> rows);

/// For machines: an object with a list of the same, and each whole measurement. Throws as project_text.
std::string project_json(std::span<const MeasuredRow> rows);

}  // namespace vrkn::bench
