#include <algorithm>
#include <cmath>
#include <optional>

#include "vrkn/core/error.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/likelihood_objective.h"
#include "vrkn/kalman/maximum_check.h"

namespace vrkn::kalman {
namespace {

using Point = std::vector<double>;

// A model and what the E-step says of it.
struct Place {
  LinearGaussianModel model;
  ExpectedStatistics statistics;

  double value() const { return statistics.log_likelihood; }
};

Point difference(const Point& a, const Point& b) {
  Point result = a;
  for (size_t i = 0; i < a.size(); ++i) result[i] -= b[i];
  return result;
}

double norm(const Point& x) {
  double square = 0.0;
  for (const double value : x) square += value * value;
  return std::sqrt(square);
}

double largest(const Point& x) {
  double result = 0.0;
  for (const double value : x) result = std::max(result, std::abs(value));
  return result;
}

// Where the likelihood grows by less than its own rounding.
constexpr double kRounding = 1e-15;
// A step of SQUAREM as long as this many of EM.
constexpr double kHopeless = 64.0;

}  // namespace

Fit fit_em(const LinearGaussianModel& start, const Sequences& data, const Learned& learned, const FitOptions& options) {
  validate(start, data, learned);
  const Parametrisation parametrisation(start, learned);
  Place here{parametrisation.start_model(), e_step(parametrisation.start_model(), data, options.compute)};
  Fit fit{.model = here.model, .log_likelihood = {here.value()}};
  const MaximumCheck maximum(here.model, here.statistics, learned, data, options.compute);

  const auto iterations = [&fit] { return static_cast<int64_t>(fit.log_likelihood.size()) - 1; };
  const auto e_step_at = [&](LinearGaussianModel model) {
    try {
      ExpectedStatistics statistics = e_step(model, data, options.compute);
      return Place{std::move(model), std::move(statistics)};
    } catch (const Error&) {
      maximum.explain_failure(here.model, iterations());
      throw;
    }
  };
  const auto m_step_at = [&](const Place& place) {
    try {
      return m_step(place.model, place.statistics, learned);
    } catch (const NumericalError&) {
      maximum.explain_failure(place.model, iterations());
      throw;
    }
  };
  // Takes a step to a place that is not lower. Returns whether the fit ends there, because of rounding or the limit.
  const auto go_to = [&](Place next) {
    const double gain = next.value() - here.value();
    if (gain < 0.0) {  // by rounding: EM cannot fall
      fit.converged = true;
      return true;
    }
    here = std::move(next);
    fit.model = here.model;
    fit.log_likelihood.push_back(here.value());
    maximum.check(here.model, iterations());
    fit.converged = gain <= kRounding * std::abs(here.value());
    return fit.converged || iterations() >= options.max_iterations;
  };

  // The model at these parameters; nothing where there is none.
  const auto place_at = [&](const Point& point) -> std::optional<Place> {
    try {
      LinearGaussianModel model = parametrisation.model(point);
      ExpectedStatistics statistics = e_step(model, data, options.compute);
      return Place{std::move(model), std::move(statistics)};
    } catch (const NumericalError&) {
      return std::nullopt;
    } catch (const ConfigError&) {
      return std::nullopt;
    }
  };
  // Where EM is so slow that rounding spoils what SQUAREM makes of its steps, as on the way to a variance of 0: some
  // steps of L-BFGS (Jamshidian and Jennrich 1997). Returns whether the fit ends there.
  bool gradient_works = true;
  const auto ascend = [&] {
    if (!gradient_works) return false;
    gradient_works = false;
    LbfgsResult found;
    try {
      found = minimise_lbfgs(likelihood_objective(parametrisation, data, options.compute),
                             parametrisation.parameters(here.model),
                             {.max_iterations = std::min<int64_t>(50, options.max_iterations - iterations()),
                              .tolerance = kRounding,
                              .step_tolerance = options.tolerance});
    } catch (const NumericalError&) {
      return false;  // a singular noise has no gradient
    }
    std::optional<Place> place = place_at(found.point);
    if (!place || !(place->value() > here.value())) return false;
    gradient_works = true;
    for (const double value : found.values) {
      if (-value > fit.log_likelihood.back() && -value < place->value()) fit.log_likelihood.push_back(-value);
    }
    return go_to(std::move(*place)) || (fit.converged = found.converged);
  };

  // SQUAREM (Varadhan and Roland 2008, scheme S3): two steps of EM show how the distance to the fixed point shrinks,
  // and the third goes where they lead to. With r the first step and v the change from it to the second, the rate is
  // about 1 - |v| / |r|, so that |r| |r| / |v| is what is left.
  double longest_step = 4.0, slowness = 1.0;
  if (options.max_iterations < 1) return fit;
  while (true) {
    const Point first = parametrisation.parameters(here.model);
    if (go_to(e_step_at(m_step_at(here)))) return fit;
    const Point second = parametrisation.parameters(here.model);
    LinearGaussianModel plain = m_step_at(here);
    const Point third = parametrisation.parameters(plain);
    const Point r = difference(second, first), v = difference(difference(third, second), r);
    const double step = norm(v) > 0.0 ? norm(r) / norm(v) : longest_step;
    slowness = std::max({1.0, step, 0.5 * slowness});
    if (slowness * largest(difference(third, second)) <= options.tolerance) {
      fit.converged = true;
      return fit;
    }
    const double taken = std::clamp(step, 1.0, longest_step);
    Point candidate = first;
    for (size_t i = 0; i < candidate.size(); ++i) candidate[i] += taken * (2.0 * r[i] + taken * v[i]);
    if (std::optional<Place> place = place_at(candidate); place && place->value() >= here.value()) {
      if (taken == longest_step) longest_step *= 4.0;
      if (go_to(std::move(*place))) return fit;
      continue;
    }
    longest_step = std::max(1.0, 0.5 * taken);
    if (go_to(e_step_at(std::move(plain)))) return fit;
    if (taken >= kHopeless && ascend()) return fit;
  }
}

}  // namespace vrkn::kalman
