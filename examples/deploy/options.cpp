#include "options.h"

#include <charconv>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace deploy {
namespace {

double number(const std::string& option, const std::string& text, double low) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low)) {
    throw std::runtime_error(option + ": " + text + ", allowed: a number of at least " + std::to_string(low));
  }
  return value;
}

int64_t integer(const std::string& option, const std::string& text, int64_t low) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low) {
    throw std::runtime_error(option + ": " + text + ", allowed: a whole number of at least " + std::to_string(low));
  }
  return value;
}

// NAME=VALUE
void set(std::map<std::string, double>& values, const std::string& option, const std::string& text) {
  const size_t sign = text.find('=');
  if (sign == std::string::npos) throw std::runtime_error(option + ": " + text + ", allowed: SENSOR=NUMBER");
  values[text.substr(0, sign)] = number(option, text.substr(sign + 1), 0.0);
}

}  // namespace

const char* const kHelp = R"(Run an exported agent in a control loop, without vrkn: ONNX Runtime alone
Usage: deploy FOLDER [OPTIONS]

FOLDER is what `vrkn export` wrote. The world is simulated: a point on a line (the task double_integrator).

  --episodes N         of 10 simulated seconds (default 1)
  --speed X            simulated seconds per second; 0: without waiting (default 1)
  --rate SENSOR=HZ     how often a sensor looks (default: as the run learned)
  --transport SENSOR=S seconds until a reading arrives (default: the delay with which the run learned)
  --dropout SENSOR=P   the share of readings that are lost (default: as the run learned)
  --dies SENSOR=S      the sensor falls silent after S seconds
  --replay N           how many steps back a late reading may reach (default 8)
  --stop-after S       do nothing, action 0, once every sensor has been silent for S seconds (default: never)
  --forecast H         say now and then what H further steps will bring, and how sure that is
  --forecast-every N   at every N-th decision (default 10)
  --draws N            of a forecast (default 32)
  --real-time          ask for a real-time priority and for memory that stays in RAM
  --seed N             of the world and the planner (default 1)
  --quiet              the summary only
  --latency N          no world: N decisions on made-up readings, and how long they take; works for every task

Examples:
  deploy exported
  deploy exported --dies image=4 --stop-after 2
  deploy exported --transport position=0.35 --speed 5 --forecast 5
  deploy exported --latency 100000
)";

Options parse(int count, char** words) {
  Options options;
  using Setter = std::function<void(const std::string&, const std::string&)>;
  const std::map<std::string, Setter> setters = {
      {"--episodes", [&](const auto& name, const auto& text) { options.episodes = integer(name, text, 1); }},
      {"--speed", [&](const auto& name, const auto& text) { options.speed = number(name, text, 0.0); }},
      {"--rate", [&](const auto& name, const auto& text) { set(options.rates_hz, name, text); }},
      {"--transport", [&](const auto& name, const auto& text) { set(options.transports_s, name, text); }},
      {"--dropout", [&](const auto& name, const auto& text) { set(options.dropouts, name, text); }},
      {"--dies", [&](const auto& name, const auto& text) { set(options.deaths_s, name, text); }},
      {"--replay", [&](const auto& name, const auto& text) { options.replay_steps = integer(name, text, 0); }},
      {"--stop-after", [&](const auto& name, const auto& text) { options.stop_after_s = number(name, text, 0.0); }},
      {"--forecast", [&](const auto& name, const auto& text) { options.forecast_steps = integer(name, text, 1); }},
      {"--forecast-every",
       [&](const auto& name, const auto& text) { options.forecast_every = integer(name, text, 1); }},
      {"--draws", [&](const auto& name, const auto& text) { options.draws = integer(name, text, 2); }},
      {"--seed", [&](const auto& name, const auto& text) { options.seed = integer(name, text, 0); }},
      {"--latency", [&](const auto& name, const auto& text) { options.latency_steps = integer(name, text, 1); }}};
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--real-time") {
      options.real_time = true;
    } else if (word == "--quiet") {
      options.quiet = true;
    } else if (const auto setter = setters.find(word); setter != setters.end()) {
      if (++i == count) throw std::runtime_error(word + " needs a value; --help says which");
      setter->second(word, words[i]);
    } else if (word.starts_with("-")) {
      throw std::runtime_error("unknown option " + word + "; --help lists those there are");
    } else if (options.folder.empty()) {
      options.folder = word;
    } else {
      throw std::runtime_error("one folder only, not " + word + " as well");
    }
  }
  if (options.folder.empty()) throw std::runtime_error("which folder? One that vrkn export wrote; --help says more");
  return options;
}

}  // namespace deploy
