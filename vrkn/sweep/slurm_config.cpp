#include "vrkn/sweep/slurm_config.h"

#include <algorithm>
#include <cctype>

#include "vrkn/core/error.h"

namespace vrkn::sweep {
namespace {

void check(const std::string& key, const std::string& value) {
  constexpr std::string_view kSigns = "_.,:=@/+-";
  const auto is_plain = [&](unsigned char c) { return std::isalnum(c) || kSigns.find(char(c)) != kSigns.npos; };
  if (std::ranges::all_of(value, is_plain)) return;
  throw ConfigError(key + " is \"" + value + "\", but may only have letters, digits and _ . , : = @ / + -");
}

}  // namespace

void SlurmConfig::validate() const {
  check("partition", partition);
  check("account", account);
  check("time", time);
  check("mem", mem);
  for (const std::string& option : options) {
    check("options", option);
    if (!option.starts_with("--")) {
      throw ConfigError("options has \"" + option + "\", but an option of sbatch begins with --");
    }
  }
}

}  // namespace vrkn::sweep
