#include "vrkn/parallel/process_environment.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "vrkn/core/error.h"

namespace vrkn::parallel {
namespace {

int64_t whole_number(const std::string& name, std::string_view text, int64_t low, int64_t high) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && stop == text.data() + text.size() && value >= low && value <= high) return value;
  const bool bounded = high < std::numeric_limits<int32_t>::max();
  throw ConfigError(
      "the environment variable " + name + " is '" + std::string(text) + "', but must be a whole number " +
      (bounded ? "from " + std::to_string(low) + " to " + std::to_string(high) : "of at least " + std::to_string(low)));
}

}  // namespace

ProcessEnvironment process_environment(const ReadVariable& read) {
  constexpr int64_t kAny = std::numeric_limits<int32_t>::max();
  const auto is_set = [&](const char* name) { return read(name) != nullptr; };
  const auto needed = [&](const char* name, const char* because) {
    if (!is_set(name)) throw ConfigError(std::string(because) + ", but the environment variable " + name + " is not");
    return std::string(read(name));
  };
  ProcessEnvironment environment;
  if (!is_set("RANK") && !is_set("WORLD_SIZE")) return environment;
  environment.world_size = whole_number("WORLD_SIZE", needed("WORLD_SIZE", "RANK is set"), 1, kAny);
  environment.rank = whole_number("RANK", needed("RANK", "WORLD_SIZE is set"), 0, environment.world_size - 1);
  if (environment.world_size == 1) return environment;

  const char* several = "RANK and WORLD_SIZE are set";
  environment.master_address = needed("MASTER_ADDR", several);
  environment.master_port = whole_number("MASTER_PORT", needed("MASTER_PORT", several), 1, 65535);
  if (is_set("LOCAL_RANK")) environment.local_rank = whole_number("LOCAL_RANK", read("LOCAL_RANK"), 0, kAny);
  if (is_set("GLOO_SOCKET_IFNAME")) environment.interface = read("GLOO_SOCKET_IFNAME");
  if (is_set("VRKN_TIMEOUT_S")) {
    environment.timeout = std::chrono::seconds(whole_number("VRKN_TIMEOUT_S", read("VRKN_TIMEOUT_S"), 1, kAny));
  }
  // torchrun's own words, from PyTorch's torch.distributed.
  environment.agent_waits =
      is_set("TORCHELASTIC_USE_AGENT_STORE") && std::string_view(read("TORCHELASTIC_USE_AGENT_STORE")) == "True";
  if (is_set("TORCHELASTIC_RESTART_COUNT")) environment.meeting = read("TORCHELASTIC_RESTART_COUNT");
  return environment;
}

ProcessEnvironment process_environment() {
  return process_environment([](const char* name) { return std::getenv(name); });
}

}  // namespace vrkn::parallel
