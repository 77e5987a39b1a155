#include "vrkn/kalman/sequences.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "vrkn/core/error.h"

namespace vrkn::kalman {
namespace {

void check_storage(const Series& series, const char* name) {
  const int64_t expected = series.sequences * series.steps * series.size;
  if (static_cast<int64_t>(series.values.size()) != expected) {
    throw ShapeError(std::string(name) + " hold " + std::to_string(series.values.size()) +
                     " numbers; their sizes say " + std::to_string(expected));
  }
}

std::string place(int64_t n, int64_t t) {
  return "sequence " + std::to_string(n) + " at step " + std::to_string(t);
}

// Whether no value is NaN or infinite: 0 times such a value is not 0. Eight sums, so that they are vector operations.
bool all_finite(std::span<const double> values) {
  double sums[8] = {};
  size_t i = 0;
  for (; i + 8 <= values.size(); i += 8) {
    for (size_t j = 0; j < 8; ++j) sums[j] += 0.0 * values[i + j];
  }
  for (; i < values.size(); ++i) sums[0] += 0.0 * values[i];
  return std::ranges::all_of(sums, [](double sum) { return sum == 0.0; });
}

std::string place_of_infinity(const Series& observations, int64_t n) {
  int64_t t = 0;
  while (std::ranges::none_of(observations.at(n, t), [](double value) { return std::isinf(value); })) ++t;
  return place(n, t);
}

}  // namespace

void validate(const LinearGaussianModel& model, const Sequences& data) {
  const auto& [observations, controls] = data;
  check_storage(observations, "the observations");
  check_storage(controls, "the controls");
  if (observations.sequences == 0) throw DataError("there are no sequences; expected at least one");
  if (observations.steps == 0) throw DataError("the sequences have length 0; expected at least one step");
  model.validate(observations.steps);
  if (observations.size != model.observation_size()) {
    throw ShapeError("an observation has " + std::to_string(observations.size) + " components; the model expects " +
                     std::to_string(model.observation_size()));
  }
  if (controls.size != model.control_size()) {
    throw ShapeError("a control has " + std::to_string(controls.size) + " components; the model expects " +
                     std::to_string(model.control_size()));
  }
  if (controls.size > 0 && (controls.sequences != observations.sequences || controls.steps != observations.steps)) {
    throw ShapeError("there are controls for " + std::to_string(controls.sequences) + " sequences of " +
                     std::to_string(controls.steps) + " steps, but observations for " +
                     std::to_string(observations.sequences) + " of " + std::to_string(observations.steps));
  }
  for (int64_t n = 0; n < observations.sequences; ++n) {
    const int64_t length = observations.steps * observations.size;
    const std::span values(observations.values.data() + n * length, static_cast<size_t>(length));
    if (!all_finite(values)) {
      if (std::ranges::any_of(values, [](double value) { return std::isinf(value); })) {
        throw DataError("the observation of " + place_of_infinity(observations, n) + " is infinite");
      }
      if (std::ranges::all_of(values, [](double value) { return std::isnan(value); })) {
        throw DataError("sequence " + std::to_string(n) + " has no observation at all; expected at least one");
      }
    }
    for (int64_t t = 0; t < controls.steps; ++t) {
      for (const double value : controls.at(n, t)) {
        if (!std::isfinite(value)) throw DataError("the control of " + place(n, t) + " is not finite");
      }
    }
  }
}

bool same_pattern(const Series& observations) {
  if (all_finite(observations.values)) return true;
  const int64_t length = observations.steps * observations.size;
  const double* const first = observations.values.data();
  for (int64_t n = 1; n < observations.sequences; ++n) {
    const double* const other = first + n * length;
    for (int64_t i = 0; i < length; ++i) {
      if (std::isnan(first[i]) != std::isnan(other[i])) return false;
    }
  }
  return true;
}

}  // namespace vrkn::kalman
