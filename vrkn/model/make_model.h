#pragma once

#include <memory>
#include <vector>

#include "vrkn/model/model_config.h"
#include "vrkn/model/state_space_model.h"

namespace vrkn {

/// The state space model that `config` names, for sensors with embeddings of these sizes.
std::shared_ptr<StateSpaceModel> make_model(const ModelConfig& config, std::vector<int64_t> embedding_sizes,
                                            int64_t action_size);

}  // namespace vrkn
