#include "vrkn/agent/model_based_agent.h"

#include <ATen/ATen.h>

#include "vrkn/core/error.h"

namespace vrkn::agent {

ModelBasedAgent::ModelBasedAgent(std::shared_ptr<model::WorldModel> world_model, c10::Device device,
                                 std::unique_ptr<Disagreement> disagreement)
    : world_model_(std::move(world_model)), disagreement_(std::move(disagreement)), device_(device) {}

model::Belief ModelBasedAgent::begin(int64_t batch, ActOptions options) {
  const at::NoGradGuard no_grad;
  return world_model_->dynamics().initial(batch, {options.rng, options.dropout});
}

at::Tensor ModelBasedAgent::act(model::Belief& belief, const data::Observations& observations, ActOptions options) {
  const c10::InferenceMode inference;
  const model::Sampling sampling{options.rng, options.dropout};
  model::StateSpaceModel& dynamics = world_model_->dynamics();
  const model::SensorEmbeddings embeddings = world_model_->encode(data::to(observations, device_), options.rng);
  const model::Belief posterior = dynamics.update(belief, embeddings, sampling);
  at::Tensor action = choose_action(posterior, options);
  if (options.exploration_noise > 0.0) {
    action = (action + options.rng.normal(action.sizes()) * options.exploration_noise).clamp(-1.0, 1.0);
  }
  // The belief between steps is the prior of the next observation: the action taken is in it.
  belief = dynamics.predict(posterior, action, sampling);
  return action.cpu();
}

void ModelBasedAgent::set_statistics(const std::vector<data::SensorStatistics>& statistics) {
  world_model_->set_statistics(statistics);
}

void ModelBasedAgent::report_model(const model::WorldModel::LossPass& pass, const at::Tensor& gradient_norm,
                                   ReportBuilder& report) const {
  report.add("loss/total", pass.loss);
  // None of them when only the reward is learned from.
  for (size_t s = 0; s < pass.terms.sensor_log_probs.size(); ++s) {
    report.add("loss/" + world_model_->sensors()[s].name, -pass.terms.sensor_log_probs[s].mean());
  }
  report.add("loss/reward", -pass.terms.reward_log_prob.mean());
  // The KL of the first step is of another kind, and in some models weighs nothing.
  report.add("loss/kl", pass.terms.kl.narrow(1, 1, pass.terms.kl.size(1) - 1).mean());
  for (const auto& [name, std] : world_model_->learned_noise()) report.add("noise/" + name, std);
  report.add("model/gradient_norm", gradient_norm);
}

void ModelBasedAgent::save_ensemble(torch::serialize::OutputArchive& archive) const {
  if (disagreement_ == nullptr) return;
  torch::serialize::OutputArchive ensemble;
  disagreement_->save(ensemble);
  archive.write("ensemble", ensemble);
}

void ModelBasedAgent::load_ensemble(torch::serialize::InputArchive& archive) {
  if (disagreement_ == nullptr) return;
  torch::serialize::InputArchive ensemble;
  if (!archive.try_read("ensemble", ensemble)) throw DataError("The saved agent has no ensemble.");
  disagreement_->load(ensemble);
}

}  // namespace vrkn::agent
