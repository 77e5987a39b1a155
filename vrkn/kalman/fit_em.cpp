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

// The fit under way.
class EmFit {
 public:
  EmFit(const LinearGaussianModel& start, const Sequences& data, const Learned& learned, const FitOptions& options)
      : data_(data),
        learned_(learned),
        options_(options),
        parametrisation_(start, learned),
        here_{parametrisation_.start_model(), e_step(parametrisation_.start_model(), data, options.compute)},
        fit_{.model = here_.model, .log_likelihood = {here_.value()}},
        maximum_(here_.model, here_.statistics, learned, data, options.compute) {}

  Fit run() {
    if (options_.max_iterations < 1) return fit_;
    while (!advance()) {
    }
    return fit_;
  }

 private:
  // SQUAREM (Varadhan and Roland 2008, scheme S3): two steps of EM show how the distance to the fixed point shrinks,
  // and the third goes where they lead to. With r the first step and v the change from it to the second, the rate is
  // about 1 - |v| / |r|, so that |r| |r| / |v| is what is left. Returns whether the fit ends there, as all that follow.
  bool advance() {
    const Point first = parametrisation_.parameters(here_.model);
    if (go_to(e_step_at(m_step_here()))) return true;
    const Point second = parametrisation_.parameters(here_.model);
    LinearGaussianModel plain = m_step_here();
    const Point third = parametrisation_.parameters(plain);
    const Point r = difference(second, first), v = difference(difference(third, second), r);
    const double step = norm(v) > 0.0 ? norm(r) / norm(v) : longest_step_;
    slowness_ = std::max({1.0, step, 0.5 * slowness_});
    if (slowness_ * largest(difference(third, second)) <= options_.tolerance) return fit_.converged = true;
    const double taken = std::clamp(step, 1.0, longest_step_);
    Point candidate = first;
    for (size_t i = 0; i < candidate.size(); ++i) candidate[i] += taken * (2.0 * r[i] + taken * v[i]);
    if (std::optional<Place> place = place_at(candidate); place && place->value() >= here_.value()) {
      if (taken == longest_step_) longest_step_ *= 4.0;
      return go_to(std::move(*place));
    }
    longest_step_ = std::max(1.0, 0.5 * taken);
    return go_to(e_step_at(std::move(plain))) || (taken >= kHopeless && ascend());
  }

  // Takes a step to a place that is not lower. The fit ends because of rounding or the limit.
  bool go_to(Place next) {
    const double gain = next.value() - here_.value();
    if (gain < 0.0) return fit_.converged = true;  // by rounding: EM cannot fall
    here_ = std::move(next);
    fit_.model = here_.model;
    fit_.log_likelihood.push_back(here_.value());
    maximum_.check(here_.model, iterations());
    fit_.converged = gain <= kRounding * std::abs(here_.value());
    return fit_.converged || iterations() >= options_.max_iterations;
  }

  // Where EM is so slow that rounding spoils what SQUAREM makes of its steps, as on the way to a variance of 0: some
  // steps of L-BFGS (Jamshidian and Jennrich 1997).
  bool ascend() {
    if (!gradient_works_) return false;
    gradient_works_ = false;
    LbfgsResult found;
    try {
      found = minimise_lbfgs(likelihood_objective(parametrisation_, data_, options_.compute),
                             parametrisation_.parameters(here_.model),
                             {.max_iterations = std::min<int64_t>(50, options_.max_iterations - iterations()),
                              .tolerance = kRounding,
                              .step_tolerance = options_.tolerance});
    } catch (const NumericalError&) {
      return false;  // a singular noise has no gradient
    }
    std::optional<Place> place = place_at(found.point);
    if (!place || !(place->value() > here_.value())) return false;
    gradient_works_ = true;
    for (const double value : found.values) {
      if (-value > fit_.log_likelihood.back() && -value < place->value()) fit_.log_likelihood.push_back(-value);
    }
    return go_to(std::move(*place)) || (fit_.converged = found.converged);
  }

  int64_t iterations() const { return static_cast<int64_t>(fit_.log_likelihood.size()) - 1; }

  Place e_step_at(LinearGaussianModel model) const {
    try {
      ExpectedStatistics statistics = e_step(model, data_, options_.compute);
      return {std::move(model), std::move(statistics)};
    } catch (const Error&) {
      maximum_.explain_failure(here_.model, iterations());
      throw;
    }
  }
  LinearGaussianModel m_step_here() const {
    try {
      return m_step(here_.model, here_.statistics, learned_);
    } catch (const NumericalError&) {
      maximum_.explain_failure(here_.model, iterations());
      throw;
    }
  }
  // The model at these parameters; nothing where there is none.
  std::optional<Place> place_at(const Point& point) const {
    try {
      LinearGaussianModel model = parametrisation_.model(point);
      ExpectedStatistics statistics = e_step(model, data_, options_.compute);
      return Place{std::move(model), std::move(statistics)};
    } catch (const NumericalError&) {
      return std::nullopt;
    } catch (const ConfigError&) {
      return std::nullopt;
    }
  }

  const Sequences& data_;
  const Learned& learned_;
  const FitOptions& options_;
  const Parametrisation parametrisation_;
  Place here_;
  Fit fit_;
  const MaximumCheck maximum_;
  double longest_step_ = 4.0, slowness_ = 1.0;
  bool gradient_works_ = true;
};

}  // namespace

Fit fit_em(const LinearGaussianModel& start, const Sequences& data, const Learned& learned, const FitOptions& options) {
  validate(start, data, learned);
  return EmFit(start, data, learned, options).run();
}

}  // namespace vrkn::kalman
