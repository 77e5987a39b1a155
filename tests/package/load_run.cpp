// The program of the README that uses a trained run, in full: it must compile against the installed headers alone.
#include <functional>
#include <vrkn/run/processor_setup.h>
#include <vrkn/run/trained_run.h>

#include <ATen/core/Tensor.h>
#include <c10/core/InferenceMode.h>

/// Lets the agent of a run choose actions until there is no observation any more. Returns the last picture expected.
at::Tensor drive(const std::string& path, const std::function<bool(vrkn::env::Observation&)>& observe,
                 const std::function<void(const at::Tensor&)>& apply) {
  vrkn::run::set_up_processor();
  const vrkn::run::TrainedRun run = vrkn::run::load_run(path);
  const c10::InferenceMode no_gradients;
  vrkn::math::TensorGenerator rng(1);
  vrkn::model::Belief belief = run.agent->begin(/*batch=*/1, {.rng = rng});
  at::Tensor next;
  for (vrkn::env::Observation observation; observe(observation);) {
    const vrkn::data::Observations now = vrkn::data::stack({&observation, 1}, run.spec.sensors);
    apply(run.agent->act(belief, now, {.rng = rng}));
    next = run.model().reconstruct(0, run.model().dynamics().features(belief));
  }
  return next;
}
