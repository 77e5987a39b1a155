#include "forecast.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace deploy {
namespace {

Drawn drawn_inputs(const ExportedRun& run, int64_t draws, int64_t horizon) {
  if (draws < 2) throw std::runtime_error("draws of a forecast: " + std::to_string(draws) + ", allowed: >= 2");
  if (horizon < 1) throw std::runtime_error("steps of a forecast: " + std::to_string(horizon) + ", allowed: >= 1");
  Drawn drawn = {{"noise", {draws, horizon, run.mean.size}}};
  for (const Port& port : run.graphs.at("imagine").inputs) {
    if (!port.name.starts_with("mask_")) continue;
    const auto size = run.mask_sizes.find(port.name);
    if (size == run.mask_sizes.end()) throw std::runtime_error("model.json has no size of " + port.name);
    drawn[port.name] = {draws, size->second};
  }
  return drawn;
}

/// The outputs `<name>_mean` and `<name>_var` of a graph, for every `<name>` that is wanted.
void connect(Graph& graph, const GraphFile& file, size_t rows, auto wanted, size_t steps,
             std::vector<Expected>& expected, std::vector<std::span<const float>>& means,
             std::vector<std::span<const float>>& vars) {
  constexpr std::string_view ending = "_mean";
  for (const Port& port : file.outputs) {
    if (!port.name.ends_with(ending)) continue;
    const std::string name = port.name.substr(0, port.name.size() - ending.size());
    if (!wanted(name)) continue;
    means.push_back(graph.floats(port.name));
    vars.push_back(graph.floats(name + "_var"));
    const size_t length = means.back().size() / rows;
    const std::vector<float> zeros(length);
    expected.push_back({name, length / steps, zeros, zeros, zeros});
  }
}

/// Mean and variance over the draws, for every value.
void summarise(std::span<const float> means, std::span<const float> vars, Expected& expected) {
  const size_t length = expected.mean.size();
  const size_t draws = means.size() / length;
  for (size_t i = 0; i < length; ++i) {
    double sum = 0.0, noise = 0.0, squares = 0.0;
    for (size_t row = 0; row < draws; ++row) {
      sum += means[row * length + i];
      noise += vars[row * length + i];
    }
    const double mean = sum / static_cast<double>(draws);
    for (size_t row = 0; row < draws; ++row) squares += std::pow(means[row * length + i] - mean, 2);
    expected.mean[i] = static_cast<float>(mean);
    expected.state_var[i] = static_cast<float>(squares / static_cast<double>(draws - 1));
    expected.noise_var[i] = static_cast<float>(noise / static_cast<double>(draws));
  }
}

}  // namespace

Forecast::Forecast(const ExportedRun& run, int64_t draws, int64_t horizon, uint64_t seed)
    : draws_(draws),
      horizon_(horizon),
      mean_(run.mean),
      var_(run.var),
      sample_(run.sample),
      dropout_rate_(run.dropout_rate),
      normal_(seed),
      imagine_(run, "imagine", {{"batch", draws}, {"horizon", horizon}}, drawn_inputs(run, draws, horizon)) {
  belief_ = imagine_.floats("belief");
  actions_ = imagine_.floats("actions");
  noise_ = imagine_.floats("noise");
  features_ = imagine_.floats("features");
  for (const Port& port : run.graphs.at("imagine").inputs) {
    if (port.name.starts_with("mask_")) masks_.push_back(imagine_.floats(port.name));
  }
  const auto rows = static_cast<size_t>(draws);
  connect(
      imagine_, run.graphs.at("imagine"), rows, [](const std::string&) { return true; }, static_cast<size_t>(horizon),
      vectors_, vector_means_, vector_vars_);
  if (const auto file = run.graphs.find("decode"); file != run.graphs.end()) {
    const auto is_image = [&](const std::string& name) {
      return std::ranges::any_of(run.sensors, [&](const SensorSpec& s) { return s.image && s.name == name; });
    };
    decode_ = std::make_unique<Graph>(run, "decode", Lengths{{"batch", draws}});
    connect(*decode_, file->second, rows, is_image, 1, pictures_, picture_means_, picture_vars_);
  }
}

// In every row a state from the belief in the place of its sample, noise for all steps, and one draw of the weights.
void Forecast::draw(std::span<const float> belief) {
  for (int64_t row = 0; row < draws_; ++row) {
    const std::span<float> to = belief_.subspan(static_cast<size_t>(row) * belief.size(), belief.size());
    std::ranges::copy(belief, to.begin());
    for (int64_t z = 0; z < mean_.size; ++z) {
      const float std = std::sqrt(belief[static_cast<size_t>(var_.offset + z)]);
      to[static_cast<size_t>(sample_.offset + z)] = belief[static_cast<size_t>(mean_.offset + z)] + std * normal_();
    }
  }
  normal_.fill(noise_);
  for (const std::span<float> mask : masks_) {
    for (float& weight : mask) {
      weight = normal_.uniform() < dropout_rate_ ? 0.0f : static_cast<float>(1.0 / (1.0 - dropout_rate_));
    }
  }
}

void Forecast::run(std::span<const float> belief, std::span<const float> actions) {
  draw(belief);
  for (int64_t row = 0; row < draws_; ++row) {
    std::ranges::copy(actions, actions_.begin() + row * static_cast<int64_t>(actions.size()));
  }
  imagine_.run();
  for (size_t i = 0; i < vectors_.size(); ++i) summarise(vector_means_[i], vector_vars_[i], vectors_[i]);
}

std::span<const Expected> Forecast::pictures(int64_t step) {
  if (pictures_.empty()) return {};
  const std::span<float> rows = decode_->floats("features");
  const int64_t size = static_cast<int64_t>(rows.size()) / draws_;
  for (int64_t row = 0; row < draws_; ++row) {
    std::copy_n(features_.begin() + (row * horizon_ + step) * size, size, rows.begin() + row * size);
  }
  decode_->run();
  for (size_t i = 0; i < pictures_.size(); ++i) summarise(picture_means_[i], picture_vars_[i], pictures_[i]);
  return pictures_;
}

}  // namespace deploy
