#include "vrkn/report/figure/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vrkn::report {
namespace {

/// How far off, in steps, a number may be and still count as a multiple.
constexpr double kStepSlack = 1e-6;
/// The relative difference up to which two numbers count as one.
constexpr double kSlack = 1e-9;
constexpr int kMostDecimals = 9;

/// 1, 2 or 5 times a power of ten.
struct Step {
  int mantissa;
  int exponent;

  /// `count` steps; rounded once, so that three steps of 0.1 are 0.3.
  double times(int64_t count) const {
    const double whole = static_cast<double>(count * mantissa);
    return exponent < 0 ? whole / std::pow(10.0, -exponent) : whole * std::pow(10.0, exponent);
  }
  double size() const { return times(1); }
  Step larger() const { return mantissa == 5 ? Step{1, exponent + 1} : Step{mantissa == 1 ? 2 : 5, exponent}; }
  Step smaller() const { return mantissa == 1 ? Step{5, exponent - 1} : Step{mantissa == 5 ? 2 : 1, exponent}; }
};

int64_t first_multiple(double low, Step step) {
  return static_cast<int64_t>(std::ceil(low / step.size() - kStepSlack));
}

int64_t last_multiple(double high, Step step) {
  return static_cast<int64_t>(std::floor(high / step.size() + kStepSlack));
}

/// The smallest step of which at most `most` multiples lie within the limits.
Step step_for(Limits limits, int most) {
  Step step = {1, static_cast<int>(std::floor(std::log10((limits.high - limits.low) / most)))};
  while (last_multiple(limits.high, step) - first_multiple(limits.low, step) + 1 > most) step = step.larger();
  return step;
}

std::vector<double> linear_ticks(Limits limits, int most) {
  const Step step = step_for(limits, most);
  std::vector<double> ticks;
  for (int64_t i = first_multiple(limits.low, step); i <= last_multiple(limits.high, step); ++i) {
    ticks.push_back(step.times(i));
  }
  return ticks;
}

bool within(double value, Limits limits) {
  return value >= limits.low * (1.0 - kSlack) && value <= limits.high * (1.0 + kSlack);
}

/// `mantissas` times every power of ten, as far as they lie within the limits.
std::vector<double> multiples_of_powers(Limits limits, const std::vector<int>& mantissas) {
  std::vector<double> values;
  for (int exponent = static_cast<int>(std::floor(std::log10(limits.low)));
       exponent <= static_cast<int>(std::ceil(std::log10(limits.high))); ++exponent) {
    for (const int mantissa : mantissas) {
      const double value = Step{mantissa, exponent}.size();
      if (within(value, limits)) values.push_back(value);
    }
  }
  return values;
}

/// Entries 0, stride, 2 stride, ...
std::vector<double> every(const std::vector<double>& values, size_t stride) {
  std::vector<double> chosen;
  for (size_t i = 0; i < values.size(); i += stride) chosen.push_back(values[i]);
  return chosen;
}

/// The smallest stride that leaves at most `most` of `count` entries.
size_t stride_for(size_t count, int most) {
  const size_t room = static_cast<size_t>(most);
  return std::max<size_t>(1, (count + room - 1) / room);
}

Ticks log_ticks(Limits limits, int most) {
  const std::vector<double> powers = multiples_of_powers(limits, {1});
  const std::vector<double> round = multiples_of_powers(limits, {1, 2, 5});
  if (powers.size() > static_cast<size_t>(most)) return {every(powers, stride_for(powers.size(), most)), powers};
  Ticks ticks;
  ticks.minor = multiples_of_powers(limits, {2, 3, 4, 5, 6, 7, 8, 9});
  if (powers.size() >= 3 || (powers.size() == 2 && round.size() > static_cast<size_t>(most))) {
    ticks.values = powers;
  } else if (round.size() >= 2) {
    ticks.values = every(round, stride_for(round.size(), most));
  } else {
    ticks.values = linear_ticks(limits, most);
  }
  return ticks;
}

/// The range that is shown for data of one value, or of values that no double can tell apart on an axis.
Limits widened(Limits range, Scale scale) {
  if (scale == Scale::kLog10) {
    return range.high > range.low * (1.0 + kSlack) ? range : Limits{range.low / 2.0, range.high * 2.0};
  }
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > kSlack * largest && range.high - range.low > 1e-100) return range;
  const double margin = largest > 1e-100 ? 0.1 * largest : 1.0;
  return {range.low - margin, range.high + margin};
}

/// The largest round number that is not above `value` > 0.
double round_below(double value) {
  Step step = {5, static_cast<int>(std::floor(std::log10(value))) + 1};
  while (step.size() > value * (1.0 + kSlack)) step = step.smaller();
  return step.size();
}

/// The smallest round number that is not below `value` > 0.
double round_above(double value) {
  Step step = {1, static_cast<int>(std::floor(std::log10(value))) - 1};
  while (step.size() < value * (1.0 - kSlack)) step = step.larger();
  return step.size();
}

/// How many decimals, up to `most`, the value needs; -1 when more.
int decimals_of(double value, int most) {
  for (int decimals = 0; decimals <= most; ++decimals) {
    const double scaled = value * std::pow(10.0, decimals);
    if (std::abs(scaled - std::round(scaled)) <= 1e-9 + 1e-12 * std::abs(scaled)) return decimals;
  }
  return -1;
}

/// `text` of a number with the typographer's minus.
std::string with_minus(std::string text) {
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

std::string fixed(double value, int decimals) {
  return with_minus(fmt::format("{:.{}f}", value, decimals));
}

std::string superscript(int number) {
  static constexpr std::array<std::string_view, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += kDigits[static_cast<size_t>(digit - '0')];
  return text;
}

/// "2×10⁻⁵"
std::string scientific(double value) {
  if (value == 0.0) return "0";
  int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + kSlack));
  double mantissa = value / std::pow(10.0, exponent);
  const int decimals = decimals_of(mantissa, 3);
  mantissa = std::round(mantissa * 1000.0) / 1000.0;
  const std::string power = "10" + superscript(exponent);
  if (value == 1.0) return "1";
  if (mantissa == 1.0) return power;
  if (mantissa == -1.0) return "−" + power;
  return fixed(mantissa, decimals < 0 ? 3 : decimals) + "×" + power;
}

/// "20k" or "1.5M"; empty when that takes more than two decimals.
std::string with_suffix(double value) {
  for (const auto& [unit, suffix] : {std::pair{1e6, "M"}, std::pair{1e3, "k"}}) {
    const int decimals = decimals_of(value / unit, 2);
    if (std::abs(value) >= unit && decimals >= 0) return fixed(value / unit, decimals) + suffix;
  }
  return std::abs(value) < 1e3 && decimals_of(value, 0) == 0 ? fixed(value, 0) : "";
}

std::vector<std::string> texts(const std::vector<double>& values, auto&& text_of) {
  std::vector<std::string> all;
  for (const double value : values) all.push_back(text_of(value));
  return all;
}

}  // namespace

Limits nice_limits(Limits range, Scale scale) {
  range = widened(range, scale);
  if (scale == Scale::kLog10) return {round_below(range.low), round_above(range.high)};
  const Step step = step_for({0.0, range.high - range.low}, 11);
  return {step.times(static_cast<int64_t>(std::floor(range.low / step.size() + kStepSlack))),
          step.times(static_cast<int64_t>(std::ceil(range.high / step.size() - kStepSlack)))};
}

Ticks nice_ticks(Limits limits, Scale scale, int most) {
  if (scale == Scale::kLog10) return log_ticks(limits, most);
  return {linear_ticks(limits, most), {}};
}

std::vector<std::string> tick_labels(const std::vector<double>& values, Scale scale) {
  double largest = 0.0;
  double smallest = HUGE_VAL;
  int decimals = 0;
  for (const double value : values) {
    largest = std::max(largest, std::abs(value));
    smallest = std::min(smallest, std::abs(value));
    const int needed = decimals_of(value, kMostDecimals);
    decimals = std::max(decimals, needed < 0 ? kMostDecimals : needed);
  }
  if (scale == Scale::kLog10) {
    if (smallest < 1e-3 * (1.0 - kSlack) || largest > 1e3 * (1.0 + kSlack)) return texts(values, scientific);
    return texts(values, [](double value) {
      const int needed = decimals_of(value, kMostDecimals);
      return fixed(value, needed < 0 ? kMostDecimals : needed);
    });
  }
  if (largest > 0.0 && (largest < 1e-3 || largest >= 1e9)) return texts(values, scientific);
  if (largest >= 1e4) {
    std::vector<std::string> short_texts = texts(values, with_suffix);
    if (std::find(short_texts.begin(), short_texts.end(), "") == short_texts.end()) return short_texts;
  }
  return texts(values, [&](double value) { return fixed(value, decimals); });
}

}  // namespace vrkn::report
