#include "vrkn/agent/random/random_agent.h"

#include <ATen/ATen.h>

namespace vrkn::agent {

model::Belief RandomAgent::begin(int64_t /*batch*/, ActOptions /*options*/) {
  return {};
}

at::Tensor RandomAgent::act(model::Belief& /*belief*/, const data::Observations& observations, ActOptions options) {
  return options.rng.uniform({observations.at(0).valid.size(0), action_size_}).mul_(2.0 * amplitude_).sub_(amplitude_);
}

void RandomAgent::set_statistics(const std::vector<data::SensorStatistics>& /*statistics*/) {}

UpdateReport RandomAgent::update(const data::Batch& /*batch*/, math::TensorGenerator& /*rng*/) {
  return {{}, at::empty({0})};
}

void RandomAgent::save(torch::serialize::OutputArchive& /*archive*/) const {}

void RandomAgent::load(torch::serialize::InputArchive& /*archive*/) {}

}  // namespace vrkn::agent
