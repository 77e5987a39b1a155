// The extension module vrkn._kalman: linear-Gaussian models on NumPy arrays, without LibTorch. Users import
// vrkn.kalman.
#include <algorithm>
#include <memory>
#include <nanobind/eigen/dense.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "python/src/errors.h"
#include "python/src/without_lock.h"
#include "vrkn/kalman/fit.h"
#include "vrkn/kalman/sample.h"
#include "vrkn/kalman/standard_errors.h"
#include "vrkn/kalman/structural.h"

namespace vrkn::python {
namespace {

namespace nb = nanobind;
using Array = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using Result = nb::ndarray<nb::numpy, double>;
/// Arrays, and what else there is, under their names.
using Dict = nb::typed<nb::dict, nb::str, nb::any>;

/// The array over values that it owns from now on.
Result to_numpy(std::vector<double> values, const std::vector<int64_t>& shape) {
  auto kept = std::make_unique<std::vector<double>>(std::move(values));
  double* data = kept->data();
  const nb::capsule owner(kept.get(),
                          [](void* pointer) noexcept { delete static_cast<std::vector<double>*>(pointer); });
  kept.release();
  const std::vector<size_t> sizes(shape.begin(), shape.end());
  return Result(data, sizes.size(), sizes.data(), owner);
}

Result to_numpy(kalman::Series series) {
  return to_numpy(std::move(series.values), {series.sequences, series.steps, series.size});
}

Result to_numpy(kalman::MatrixSeries series) {
  return to_numpy(std::move(series.values), {series.sequences, series.steps, series.rows, series.cols});
}

Result to_numpy(const kalman::Vector& vector) {
  return to_numpy(std::vector<double>(vector.begin(), vector.end()), {vector.size()});
}

Result to_numpy(const kalman::Matrix& matrix) {
  return to_numpy(std::vector<double>(matrix.data(), matrix.data() + matrix.size()), {matrix.rows(), matrix.cols()});
}

// What a model is made of: arrays under the names of LinearGaussianModel's members. One axis more than a matrix or a
// vector has: a value for each step.

kalman::Matrix matrix_from(const double* values, int64_t rows, int64_t cols) {
  return Eigen::Map<const kalman::Matrix>(values, rows, cols);
}

void read(const Array& array, kalman::Vector& vector) {
  vector = Eigen::Map<const kalman::Vector>(array.data(), static_cast<int64_t>(array.size()));
}

void read(const Array& array, kalman::Matrix& matrix) {
  if (array.ndim() != 2) throw ShapeError("a matrix of the model has " + std::to_string(array.ndim()) + " axes, not 2");
  matrix = matrix_from(array.data(), static_cast<int64_t>(array.shape(0)), static_cast<int64_t>(array.shape(1)));
}

template <class Value>
void read(const Array& array, kalman::PerStep<Value>& parameter) {
  constexpr bool kIsMatrix = std::is_same_v<Value, kalman::Matrix>;
  constexpr size_t kAxes = kIsMatrix ? 2 : 1;
  if (array.ndim() != kAxes && array.ndim() != kAxes + 1) {
    throw ShapeError("a parameter of the model has " + std::to_string(array.ndim()) + " axes; allowed are " +
                     std::to_string(kAxes) + ", or " + std::to_string(kAxes + 1) + " for one value per step");
  }
  const bool per_step = array.ndim() > kAxes;
  const size_t steps = per_step ? array.shape(0) : 1;
  const size_t size = steps == 0 ? 0 : array.size() / steps;
  for (size_t t = 0; t < steps; ++t) {
    const double* values = array.data() + t * size;
    if constexpr (kIsMatrix) {
      parameter.values.push_back(matrix_from(values, static_cast<int64_t>(array.shape(per_step ? 1 : 0)),
                                             static_cast<int64_t>(array.shape(per_step ? 2 : 1))));
    } else {
      parameter.values.push_back(Eigen::Map<const kalman::Vector>(values, static_cast<int64_t>(size)));
    }
  }
}

template <class Value>
nb::object write(const kalman::PerStep<Value>& parameter) {
  if (parameter.empty()) return nb::none();
  if (parameter.is_constant()) return nb::cast(to_numpy(parameter.at(0)));
  std::vector<double> values;
  std::vector<int64_t> shape = {static_cast<int64_t>(parameter.values.size()), parameter.at(0).rows()};
  if constexpr (std::is_same_v<Value, kalman::Matrix>) shape.push_back(parameter.at(0).cols());
  for (const Value& value : parameter.values) values.insert(values.end(), value.data(), value.data() + value.size());
  return nb::cast(to_numpy(std::move(values), shape));
}

nb::object write(const kalman::Matrix& matrix) {
  return matrix.size() == 0 ? nb::none() : nb::cast(to_numpy(matrix));
}
nb::object write(const kalman::Vector& vector) {
  return vector.size() == 0 ? nb::none() : nb::cast(to_numpy(vector));
}

/// Calls visit(name, member) for every parameter of a model, or of its standard errors.
template <class Parameters, class Visit>
void for_each_parameter(Parameters& parameters, Visit&& visit) {
  visit("initial_mean", parameters.initial_mean);
  visit("initial_covariance", parameters.initial_covariance);
  visit("transition", parameters.transition);
  visit("state_offset", parameters.state_offset);
  visit("process_noise", parameters.process_noise);
  visit("emission", parameters.emission);
  visit("emission_offset", parameters.emission_offset);
  visit("observation_noise", parameters.observation_noise);
}

template <class Model, class Visit>
void for_each_member(Model& model, Visit&& visit) {
  for_each_parameter(model, visit);
  visit("initial_diffuse", model.initial_diffuse);
  visit("state_control", model.state_control);
  visit("emission_control", model.emission_control);
}

kalman::LinearGaussianModel to_model(const Dict& parameters) {
  kalman::LinearGaussianModel model;
  for_each_member(model, [&](const char* name, auto& member) {
    if (parameters.contains(name)) read(nb::cast<Array>(parameters[name]), member);
  });
  return model;
}

template <class Parameters>
Dict written(const Parameters& parameters) {
  Dict result;
  const auto add = [&](const char* name, const auto& member) { result[name] = write(member); };
  if constexpr (std::is_same_v<Parameters, kalman::LinearGaussianModel>) {
    for_each_member(parameters, add);
  } else {
    for_each_parameter(parameters, add);
  }
  return result;
}

kalman::Series to_series(const Array& array) {
  kalman::Series series;
  if (array.ndim() != 3)
    throw ShapeError("observations and controls have " + std::to_string(array.ndim()) + " axes, not 3");
  series.sequences = static_cast<int64_t>(array.shape(0));
  series.steps = static_cast<int64_t>(array.shape(1));
  series.size = static_cast<int64_t>(array.shape(2));
  series.values.assign(array.data(), array.data() + array.size());
  return series;
}

kalman::Sequences to_sequences(const Array& observations, const std::optional<Array>& controls) {
  return {to_series(observations), controls ? to_series(*controls) : kalman::Series()};
}

/// What a fit may change: {"learned": names, "elements": {name: bool array}, "forms": {name: form}, "process_groups":
/// numbers, "stationary": numbers}; all but the first may be missing.
kalman::Learned to_learned(const Dict& description) {
  kalman::Learned learned;
  const auto names = nb::cast<std::vector<std::string>>(description["learned"]);
  for_each_parameter(
      learned, [&](const char* name, bool& is_learned) { is_learned = std::ranges::find(names, name) != names.end(); });
  if (description.contains("elements")) {
    const auto elements = nb::cast<nb::dict>(description["elements"]);
    for_each_parameter(learned.elements, [&](const char* name, kalman::Mask& mask) {
      if (elements.contains(name)) mask = nb::cast<kalman::Mask>(elements[name]);
    });
  }
  if (description.contains("forms")) {
    const auto forms = nb::cast<nb::dict>(description["forms"]);
    const auto choose = [&](const char* name, kalman::CovarianceForm& form) {
      if (!forms.contains(name)) return;
      const auto word = nb::cast<std::string>(forms[name]);
      form = word == "diagonal"    ? kalman::CovarianceForm::kDiagonal
             : word == "spherical" ? kalman::CovarianceForm::kSpherical
                                   : kalman::CovarianceForm::kFull;
    };
    choose("initial_covariance", learned.initial_form);
    choose("process_noise", learned.process_form);
    choose("observation_noise", learned.observation_form);
  }
  if (description.contains("process_groups")) {
    learned.process_groups = nb::cast<std::vector<int64_t>>(description["process_groups"]);
  }
  if (description.contains("stationary"))
    learned.stationary = nb::cast<std::vector<int64_t>>(description["stationary"]);
  return learned;
}

Dict written(const kalman::Learned& learned) {
  Dict result;
  nb::dict elements, forms;
  nb::list names;
  for_each_parameter(learned, [&](const char* name, bool is_learned) {
    if (is_learned) names.append(name);
  });
  for_each_parameter(learned.elements, [&](const char* name, const kalman::Mask& mask) {
    if (mask.size() > 0) elements[name] = nb::cast(mask);
  });
  const auto add_form = [&](const char* name, kalman::CovarianceForm form) {
    if (form == kalman::CovarianceForm::kDiagonal) forms[name] = "diagonal";
    if (form == kalman::CovarianceForm::kSpherical) forms[name] = "spherical";
  };
  add_form("initial_covariance", learned.initial_form);
  add_form("process_noise", learned.process_form);
  add_form("observation_noise", learned.observation_form);
  result["learned"] = names;
  result["elements"] = elements;
  result["forms"] = forms;
  result["process_groups"] = nb::cast(learned.process_groups);
  result["stationary"] = nb::cast(learned.stationary);
  return result;
}

Dict filter(const Dict& parameters, const Array& observations, const std::optional<Array>& controls) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Sequences data = to_sequences(observations, controls);
  kalman::Filtered found = without_lock([&] { return kalman::filter(model, data); });
  Dict result;
  result["log_likelihood"] = to_numpy(found.log_likelihood());
  result["predicted_mean"] = to_numpy(std::move(found.predicted.mean));
  result["predicted_covariance"] = to_numpy(std::move(found.predicted.covariance));
  result["mean"] = to_numpy(std::move(found.belief.mean));
  result["covariance"] = to_numpy(std::move(found.belief.covariance));
  result["diffuse_steps"] = found.predicted.diffuse.steps;
  result["innovation"] = to_numpy(std::move(found.innovation));
  result["log_density"] = to_numpy(std::move(found.log_density));
  return result;
}

Result log_likelihood(const Dict& parameters, const Array& observations, const std::optional<Array>& controls) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Sequences data = to_sequences(observations, controls);
  return to_numpy(without_lock([&] { return kalman::log_likelihood(model, data); }));
}

Dict smooth(const Dict& parameters, const Array& observations, const std::optional<Array>& controls) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Sequences data = to_sequences(observations, controls);
  kalman::Smoothed found = without_lock([&] { return kalman::smooth(model, data); });
  Dict result;
  result["mean"] = to_numpy(std::move(found.belief.mean));
  result["covariance"] = to_numpy(std::move(found.belief.covariance));
  result["backward_gain"] = to_numpy(std::move(found.backward_gain));
  result["backward_covariance"] = to_numpy(std::move(found.backward_covariance));
  result["log_likelihood"] = to_numpy(found.log_likelihood);
  return result;
}

nb::typed<nb::tuple, Result, Result> sample(const Dict& parameters, int64_t sequences, int64_t steps, uint64_t seed,
                                            const std::optional<Array>& controls) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Series pushes = controls ? to_series(*controls) : kalman::Series();
  kalman::SampledSequences drawn = without_lock([&] { return kalman::sample(model, sequences, steps, seed, pushes); });
  return nb::make_tuple(to_numpy(std::move(drawn.states)), to_numpy(std::move(drawn.data.observations)));
}

Result sample_posterior(const Dict& parameters, const Array& observations, const std::optional<Array>& controls,
                        uint64_t seed) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Sequences data = to_sequences(observations, controls);
  return to_numpy(without_lock([&] { return kalman::sample_posterior(kalman::smooth(model, data), seed); }));
}

Dict fit(const Dict& start, const Dict& learned, const Array& observations, const std::optional<Array>& controls,
         bool by_gradient, int64_t max_iterations, double tolerance) {
  const kalman::LinearGaussianModel model = to_model(start);
  const kalman::Learned what = to_learned(learned);
  const kalman::Sequences data = to_sequences(observations, controls);
  const kalman::FitOptions options{.max_iterations = max_iterations, .tolerance = tolerance};
  const kalman::Fit found = without_lock([&] {
    return by_gradient ? kalman::fit_gradient(model, data, what, options) : kalman::fit_em(model, data, what, options);
  });
  Dict result;
  result["model"] = written(found.model);
  result["log_likelihood"] = nb::cast(found.log_likelihood);
  result["converged"] = found.converged;
  return result;
}

Dict standard_errors(const Dict& parameters, const Dict& learned, const Array& observations,
                     const std::optional<Array>& controls) {
  const kalman::LinearGaussianModel model = to_model(parameters);
  const kalman::Learned what = to_learned(learned);
  const kalman::Sequences data = to_sequences(observations, controls);
  return written(without_lock([&] { return kalman::standard_errors(model, data, what); }));
}

nb::typed<nb::tuple, Dict, Dict, std::vector<std::string>> structural(const Array& observations, bool level, bool trend,
                                                                      int64_t seasonal, bool trigonometric,
                                                                      int64_t autoregressive, bool level_noise,
                                                                      bool trend_noise, bool seasonal_noise) {
  using kalman::SeasonalForm;
  const kalman::StructuralComponents components{
      .level = level,
      .trend = trend,
      .seasonal = seasonal,
      .seasonal_form = trigonometric ? SeasonalForm::kTrigonometric : SeasonalForm::kDummy,
      .autoregressive = autoregressive,
      .level_noise = level_noise,
      .trend_noise = trend_noise,
      .seasonal_noise = seasonal_noise};
  const kalman::StructuralModel model = kalman::structural(components, to_sequences(observations, std::nullopt));
  return nb::make_tuple(written(model.start), written(model.learned), model.state_names);
}

}  // namespace
}  // namespace vrkn::python

NB_MODULE(_kalman, module) {
  namespace nb = nanobind;
  namespace python = vrkn::python;
  python::translate_errors();
  const auto none = nb::arg("controls").none();
  module.def("filter", &python::filter, nb::arg("model"), nb::arg("observations"), none);
  module.def("log_likelihood", &python::log_likelihood, nb::arg("model"), nb::arg("observations"), none);
  module.def("smooth", &python::smooth, nb::arg("model"), nb::arg("observations"), none);
  module.def("sample", &python::sample, nb::arg("model"), nb::arg("sequences"), nb::arg("steps"), nb::arg("seed"),
             none);
  module.def("sample_posterior", &python::sample_posterior, nb::arg("model"), nb::arg("observations"), none,
             nb::arg("seed"));
  module.def("fit", &python::fit, nb::arg("start"), nb::arg("learned"), nb::arg("observations"), none,
             nb::arg("by_gradient"), nb::arg("max_iterations"), nb::arg("tolerance"));
  module.def("standard_errors", &python::standard_errors, nb::arg("model"), nb::arg("learned"), nb::arg("observations"),
             none);
  module.def("structural", &python::structural, nb::arg("observations"), nb::arg("level"), nb::arg("trend"),
             nb::arg("seasonal"), nb::arg("trigonometric"), nb::arg("autoregressive"), nb::arg("level_noise"),
             nb::arg("trend_noise"), nb::arg("seasonal_noise"));
}
