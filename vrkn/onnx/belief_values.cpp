#include "vrkn/onnx/belief_values.h"

#include <type_traits>

namespace vrkn::onnx {

std::vector<Value> BeliefValues::parts() const {
  std::vector<Value> parts = {mean, var, sample};
  if (memory.defined()) parts.push_back(memory);
  return parts;
}

BeliefValues BeliefValues::from(const std::vector<Value>& parts) {
  return {parts.at(0), parts.at(1), parts.at(2), parts.size() > 3 ? parts[3] : Value()};
}

BeliefLayout BeliefLayout::of(const model::ModelConfig& config) {
  return std::visit(
      [](const auto& chosen) -> BeliefLayout {
        if constexpr (std::is_base_of_v<model::VrknConfig, std::decay_t<decltype(chosen)>>) {
          return {.stochastic = chosen.latent_dim, .memory = 0};
        } else {
          return {.stochastic = chosen.stochastic_dim, .memory = chosen.deterministic_dim};
        }
      },
      config);
}

std::vector<int64_t> BeliefLayout::lengths() const {
  std::vector<int64_t> lengths(3, stochastic);
  if (memory > 0) lengths.push_back(memory);
  return lengths;
}

Value BeliefLayout::join(const BeliefValues& belief) const {
  return concat(belief.parts());
}

BeliefValues BeliefLayout::split(const Value& belief) const {
  return BeliefValues::from(onnx::split(belief, lengths()));
}

Value masked(const Value& x, const Value& mask) {
  return mask.defined() ? x * mask : x;
}

}  // namespace vrkn::onnx
