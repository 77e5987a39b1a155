#include "vrkn/model/make_model.h"

#include "vrkn/model/rssm/rssm.h"
#include "vrkn/model/vrkn/vrkn.h"

namespace vrkn::model {
namespace {

/// One overload per model; the kinds of one model share it. std::visit does not compile until a new model has its own.
struct Maker {
  std::vector<int64_t> embedding_sizes;
  int64_t action_size;

  std::shared_ptr<StateSpaceModel> operator()(const VrknConfig& config) const {
    return std::make_shared<Vrkn>(config, embedding_sizes, action_size);
  }
  std::shared_ptr<StateSpaceModel> operator()(const RssmConfig& config) const {
    return std::make_shared<Rssm>(config, embedding_sizes, action_size);
  }
};

}  // namespace

std::shared_ptr<StateSpaceModel> make_model(const ModelConfig& config, std::vector<int64_t> embedding_sizes,
                                            int64_t action_size) {
  return std::visit(Maker{std::move(embedding_sizes), action_size}, config);
}

ModelFactory model_factory(const ModelConfig& config) {
  return {.feature_size = feature_size(config),
          .initial_kl_weight = initial_kl_weight(config),
          .make = [config](std::vector<int64_t> embedding_sizes, int64_t action_size) {
            return make_model(config, std::move(embedding_sizes), action_size);
          }};
}

}  // namespace vrkn::model
