#include "vrkn/sweep/sweep_folder.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "vrkn/config/fields.h"
#include "vrkn/core/error.h"
#include "vrkn/run/run_directory.h"
#include "vrkn/sweep/error_list.h"

namespace vrkn::sweep {
namespace {

namespace fs = std::filesystem;

std::string or_nothing(const std::string& value) {
  return value.empty() ? "none" : value;
}

void check_run(const fs::path& path, const run::ExperimentConfig& config) {
  if (!run::RunDirectory::exists(path)) {
    if (!run::RunDirectory::is_free(path)) throw ConfigError(path.string() + " holds something else than a run");
    return;
  }
  const std::vector<config::Difference> found =
      config::differences(resolve(config::read_toml(path / "config.toml")), config);
  if (found.empty()) return;
  const config::Difference& first = found.front();
  const std::string others = found.size() > 1 ? fmt::format(" ({} more keys differ)", found.size() - 1) : "";
  throw ConfigError(
      fmt::format("{} was begun with {} = {}, but the sweep now says {}{}; say it as it was, or choose "
                  "another folder with --out",
                  path.string(), first.key, or_nothing(first.left), or_nothing(first.right), others));
}

}  // namespace

FileLock SweepFolder::lock() const {
  const fs::path file = path_ / ".sweep" / "lock";
  std::optional<FileLock> lock = FileLock::try_take(file);
  if (!lock) throw DataError("The sweep in " + path_.string() + " is being run by " + FileLock::holder(file) + ".");
  return std::move(*lock);
}

void SweepFolder::check_agrees(const Sweep& sweep) const {
  ErrorList mistakes;
  for (const SweepRun& each : sweep.runs) {
    mistakes.collect("the run " + each.name, [&] { check_run(run(each.name), each.config); });
  }
  mistakes.throw_if_any();
}

}  // namespace vrkn::sweep
